/** Names of files are one line and one segment of a path, and keep the ending that tells the type. */
import { expect, it } from "vitest";
import { fileName, fileType } from "../../src/terms/file.ts";

it.each([121, 999, 1_001, 5_000, 100_000])("a name of %i characters keeps its ending", (length) => {
  const name = fileName(`${"x".repeat(length)}.csv`);
  expect(name).toMatch(/^x+\.csv$/);
  expect(name.length).toBe(120);
  expect(fileType("", name)).toBe("text/csv");
});

it.each([
  ["../../etc/passwd", "-..-etc-passwd"],
  ["a\0\n\u202e<img>.html", "a----img-.html"],
  ["...", "file"],
  ["C:\\temp\\a.txt", "C--temp-a.txt"],
])("%j is one plain segment", (given, name) => {
  expect(fileName(given)).toBe(name);
});
