import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { changeWords } from "../../src/console/pages/differences.ts";

it("explains each difference to an earlier run by the name that its page gives it", async () => {
  const text = await readFile(join(import.meta.dirname, "../../docs/using.md"), "utf8");
  const section = /## Look back at a run[^]*?(?=\n## )/.exec(text)?.[0] ?? "";
  const rows = [...section.matchAll(/^\| (?!what|-)([^|]+?) *\|/gm)].flatMap(([, names = ""]) =>
    names.split(", "),
  );
  expect(rows).toEqual(["Same", ...Object.values(changeWords).map(([name]) => name)]);
});
