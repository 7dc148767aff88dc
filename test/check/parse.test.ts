/** Code that once ran as something that cannot run. Found by scripts/fuzz/properties/code.ts. */
import { parse } from "acorn";
import { expect, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";

it("takes the last of several default exports, each under a name of its own", () => {
  const parsed = parseProgram("exports.default = function () { return 1 }\nexport default async () => 2");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  const { module } = parsed.program;
  expect(() => parse(module, { ecmaVersion: "latest", sourceType: "module" })).not.toThrow();
  expect(module).toContain("return ($value1);");
});

it.each(["\\u0024tick", "\\u{24}tick", "\\u{0024}t\\u0069ck"])(
  "keeps its guard in loops out of the reach of a name written as %s",
  (name) => {
    const parsed = parseProgram(`const ${name} = () => 0; while (true) {}`);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
    const { module } = parsed.program;
    expect(() => parse(module, { ecmaVersion: "latest", sourceType: "module" })).not.toThrow();
    expect(module).toContain("async ($tick1)");
    expect(module).toContain("{$tick1();}");
  },
);

it("takes a function for the program though a key has its name", () => {
  const parsed = parseProgram(
    "const options = { run: 3 }; async function run({ find }) { return find('x', options) }",
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  expect(parsed.program.module).toContain("return (run);");
});

it.each([
  ["def main():\n  return 42", "looks like Python"],
  ["from x import y\nprint(1)", "looks like Python"],
  ["for x in items:\n  print(x)", "looks like Python"],
  ["curl https://api.example/x", "a command of a shell"],
  ["$ npm run x", "a command of a shell"],
  ["<script>\nreturn 42\n</script>", "a tag of HTML"],
  ["<!doctype html>", "a tag of HTML"],
])("names what %j is", (code, says) => {
  expect(JSON.stringify(parseProgram(code))).toContain(says);
});

it.each(["find(“pets”)", "find(‘pets’)", "const a = „pets“;", "return «pets»"])(
  "names typographic quotes in %s",
  (code) => {
    const parsed = parseProgram(code);
    expect(parsed).toMatchObject({ ok: false, failure: { kind: "syntax", line: 1 } });
    expect(JSON.stringify(parsed)).toContain("typographic quotes");
  },
);

it.each([
  ["return 2\u200b", "(U+200B, which cannot be seen: delete it)"],
  ["return 3 \u2013 1", "(U+2013: a minus sign is -)"],
  ["\u2060return 2", "(U+2060, which cannot be seen: delete it)"],
])("names the character that is in the way: %j", (code, said) => {
  expect(JSON.stringify(parseProgram(code))).toContain(said);
});

it("leaves out the line that names an interpreter", () => {
  expect(parseProgram("#!/usr/bin/env node\nreturn 2")).toMatchObject({ ok: true });
});

it.each([
  ["namespace A { export const x = 1 }\nA.x", 1],
  ["export namespace A.B { export const x = 1 }", 1],
  ["const a: number = 1;\nmodule M { export const x = a }", 2],
  ["interface I {}\nnamespace N { const y = 2 }", 2],
])("refuses a namespace instead of taking it out with the types: %s", (code, line) => {
  const parsed = parseProgram(code);
  expect(parsed).toMatchObject({ ok: false, failure: { kind: "syntax", line } });
  expect(JSON.stringify(parsed)).toContain("a namespace cannot be run");
});
