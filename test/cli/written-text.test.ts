import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeText, writeWhole } from "../../src/cli/written-file.ts";

const folder = mkdtempSync(join(tmpdir(), "isogate-text-"));
const pipe = join(folder, "pipe");
execFileSync("mkfifo", [pipe]);
const link = join(folder, "link");
symlinkSync(pipe, link);

it.each([
  ["a text over a pipe", async () => writeText(pipe, "x")],
  ["a text over a link to one", async () => writeText(link, "x")],
  [
    "a whole file over one, to replace it",
    async () =>
      writeWhole(pipe, { replace: true, by: "export" }, async (_, part) => writeFileSync(part, "x")),
  ],
])("does not write %s", async (_, write) => {
  await expect(write()).rejects.toThrow(/is a device or a pipe, and no file\. Name a file\.$/);
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});

it("replaces a text", async () => {
  const path = join(folder, "text");
  await writeText(path, "one");
  await writeText(path, "two");
  expect(readFileSync(path, "utf8")).toBe("two");
});
