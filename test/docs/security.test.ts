/** docs/security.md names a test for each promise; here the names are held against the files. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const text = await readFile(join(root, "docs/security.md"), "utf8");
const rows = text.split("\n").filter((line) => line.startsWith("|") && !/^\|[\s:|-]+$/.test(line));
const cellsOf = (line: string) =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
const kinds = rows.filter((line) => cellsOf(line).length === 2 && !/^\|\s*Kind\s*\|/.test(line));
const promises = rows.filter((line) => cellsOf(line).length === 3 && !/^\|\s*Closes\s*\|/.test(line));

it("has promises, each with the test that holds it", () => {
  expect(promises.length).toBeGreaterThan(50);
  expect(
    promises.filter((line) => !/\|\s*`(?:test|scripts\/fuzz)\/[\w./-]+\.ts` "[^|]+"\s*\|$/.test(line)),
  ).toEqual([]);
});

it("says of each promise which kind of fault it closes, and closes each kind", () => {
  const named = kinds.map((line) => cellsOf(line)[0]);
  const closed = promises.map((line) => cellsOf(line)[0]);
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(closed)].toSorted()).toEqual(named.toSorted());
});

it("names tests and properties that exist, literally", async () => {
  const missing: string[] = [];
  for (const line of promises) {
    const [, file = "", name = ""] =
      /`((?:test|scripts\/fuzz)\/[\w./-]+\.ts)` "([^|]+)"\s*\|$/.exec(line) ?? [];
    const source = await readFile(join(root, file), "utf8").catch(() => "");
    const found = file.startsWith("scripts/fuzz/properties/")
      ? source.includes(`export const ${name} = fc.`)
      : source.includes(`"${name}"`) || namesRow(source, name);
    if (!found) missing.push(`${file} "${name}"`);
  }
  expect(missing).toEqual([]);
});

/** A row of a table of cases: the name of the test with the row's own words in it. */
function namesRow(source: string, name: string): boolean {
  return [...source.matchAll(/"([^"\n]*)%s"/g)].some(
    ([, before = ""]) => name.startsWith(before) && source.includes(`"${name.slice(before.length)}"`),
  );
}
