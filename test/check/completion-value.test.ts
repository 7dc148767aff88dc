/** Which value a program returns, and what a function that is the value is handed. */
import { expect, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";

const all = undefined;

it.for<[code: string, returned: string | undefined, parameters: (string | undefined)[]]>([
  ["1; 2", "return (2)", []],
  ["if (a) { 1 } else 2", "return (2)", []],
  ["try { 1 } catch { 2 }", "return (2)", []],
  ["return 1", undefined, []],
  ["const { a, b: [c] } = x", "return ({ a, c });", []],
  ["const [, a = 1] = x", "return (a);", []],
  ["({ find }) => find('x')", "return (({ find }) =>", [all]],
  ["async (spec, context, { find }, ...others) => 1", "return (async (spec,", ["spec", all, all, all]],
  ["async (api = 1) => 1", "return (async (api =", ["api"]],
  ["1; function f(api) {}", "return (f);", ["api"]],
  ["const f = (find) => 1; const g = (api) => 1", "return (g);", ["api"]],
  ["const main = (find) => 1; const g = (api) => 1", "return (main);", ["find"]],
  ["r.data\nfunction helper(x) {}", "return (r.data)", []],
  ["r.data\nconst helper = (x) => x", "return (r.data)", []],
  ["r.data\nconst a = 1", "return (a);", []],
  ["console.log(1); function f() {}", "return (f);", []],
  ["let a; a = 1; function f() {}", "return (f);", []],
  ["1; function main() {}", "return (main);", []],
  ["switch (a) { case 1: 1; break; case 3: { 3; break } default: 2 }", "return (2)", []],
  ["switch (a) { case 1: 7; break; case 2: 1; default: }", "return (7); break", []],
  ["a: { 1 }", "return (1)", []],
  ["const f = (api) => f(api)", "return (f);", ["api"]],
  ["const f = (api) => 1; f()", "return (f())", []],
  ["const f = (api) => 1; f", "return (f)", ["api"]],
  ["const f = (api) => 1; const a = f(1)", "return (a);", []],
  ["function f(api) {} const o = { f: 1 }; function g() { return o.f }", "return (g);", []],
  ["export default (api) => 1", "return ($value);", ["api"]],
  ["export default function f(api) {}", "return (f);", ["api"]],
  ["const f = (api) => 1; export { f as default }", "return (f);", ["api"]],
  ["module.exports = (api) => 1", "return ($value);", ["api"]],
])("%s", ([code, returned, parameters]) => {
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  const { module } = parsed.program;
  if (returned === undefined) expect(module).not.toContain("return (");
  else expect(module).toContain(returned);
  expect(parsed.program.parameters).toEqual(parameters);
});
