import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import type { Subject } from "../../../scripts/conformance/report.ts";
import { reportOf, reportPath, testFixture, testRealServer } from "../../../scripts/conformance/subjects.ts";

const subjects: Subject[] = [];

for (const [name, test] of [
  ["every scenario that counts, behind our endpoint and login", testFixture],
  ["every scenario that two tools can pass, as the real server", testRealServer],
] as const)
  it(`passes ${name}, in both revisions`, async () => {
    const subject = await test();
    subjects.push(subject);
    for (const { revision, exitCode, output } of subject.results)
      expect([revision, exitCode], output.slice(output.indexOf("=== SUMMARY ==="))).toEqual([revision, 0]);
  }, 180_000);

it("says in docs/conformance.md what came out (npm run conformance writes it)", async () => {
  expect(await readFile(reportPath, "utf8")).toBe(await reportOf(subjects));
});
