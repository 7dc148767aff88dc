/** `npm run conformance`: runs the MCP conformance suite and writes `docs/conformance.md`. */
import { writeFile } from "node:fs/promises";
import { reportOf, reportPath, testFixture, testRealServer } from "./subjects.ts";
import { commandLine } from "../../src/cli/command-line.ts";

const help = "npm run conformance: runs the MCP conformance suite (a minute) and writes docs/conformance.md.";
commandLine("npm run conformance", help, {});

const subjects = [];
for (const test of [testFixture, testRealServer]) {
  const subject = await test();
  subjects.push(subject);
  for (const { revision, exitCode, output } of subject.results) {
    console.log(`${subject.title}, ${revision}: ${exitCode === 0 ? "as expected" : "NOT as expected"}`);
    if (exitCode === 0) continue;
    console.error(output.slice(output.indexOf("=== SUMMARY ===")));
    process.exitCode = 1;
  }
}
await writeFile(reportPath, await reportOf(subjects));
console.log("Written: docs/conformance.md");
