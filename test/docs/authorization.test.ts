import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

it("docs/authorization.md names tests that exist", async () => {
  const page = await readFile(join(import.meta.dirname, "../../docs/authorization.md"), "utf8");
  const missing: string[] = [];
  let named = 0;
  for (const row of page.split("\n").filter((line) => line.startsWith("| ") && line.includes(".test.ts`")))
    for (const [, file, names] of row.matchAll(
      /`([\w./-]+\.test\.ts)`: ((?:"[^"]+"(?: \([^)]*\))?(?:, )?)+)/g,
    )) {
      const source = await readFile(join(import.meta.dirname, "../..", file!), "utf8");
      for (const [, name] of names!.matchAll(/"([^"]+)"/g)) {
        named += 1;
        if (!source.includes(`"${name}"`)) missing.push(`${file}: ${name}`);
      }
    }
  expect(missing).toEqual([]);
  // No name in the tables was overlooked, and every line names a test.
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:-|MUST|Sent|Client )/.test(line));
  for (const row of rows) expect(row).toMatch(/`[\w./-]+\.test\.ts`: "/);
  expect(named).toBe(rows.flatMap((row) => [...row.matchAll(/"[^"]+"/g)]).length);
  expect(named).toBeGreaterThan(90);
});
