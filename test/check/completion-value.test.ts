/** Which value a program returns, and what the harness passes to it if it is a function. */
import { expect, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";

const all = undefined;

it.for<[code: string, returned: string | undefined, parameters: (string | undefined)[]]>([
  ["1; 2", "return (2)", []],
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

/** Each kind of statement, as the last one of a program in which `n` is 2 and `f` returns what it is given. */
it.for<[code: string, want: unknown]>([
  ["f(1)", 1],
  ["f(1), f(2)", 2],
  ["{ 1; 2 }", 2],
  ["{ 1; const x = 2 }", 1],
  ["if (n) { 1 } else 2", 1],
  ["if (!n) { 1 } else 2", 2],
  ["if (!n) 1", undefined],
  ["a: { 1; break a; 2 }", 1],
  ["switch (n) { case 1: 1; break; case 2: { 3; break } default: 2 }", 3],
  ["switch (n) { case 2: 7; case 3: 8 }", 8],
  ["switch (n) { case 2: 7; break; case 3: 1; default: }", 7],
  ["try { 1 } catch { 2 }", 1],
  ["try { f(3); null.x } catch { 2 }", 2],
  ["try { 1 } finally { 2 }", 1],
  ["for (let i = 0; i < 3; i++) f(i)", 2],
  ["for (let i = 0; i < 3; i++) f(0), f(i)\n", 2],
  ["for (const x of [4, 5]) x", 5],
  ["for (const x of [4, 5]) { if (x === 5) break; x }", 4],
  ["for await (const x of [4, 5]) { x }", 5],
  ["for (const key in { a: 1, b: 2 }) key", "b"],
  ["let i = 0; while (i < 3) i++", 2],
  ["let i = 0; do i++\nwhile (i < 3)", 2],
  ["let i = 0; do { i += 1 } while (i < 3);", 3],
  ["let i = 0; a: do { do { i++; continue a } while (true) } while (i < 3)", 2],
  ["while (false) 1", undefined],
  ["for (const x of [1]) { const g = () => { 2 }; class A { static { 3 } } }", undefined],
  ["const g = () => 1; for (const x of [4]) (() => x)()", 4],
  ["f(1); ;", 1],
  ["f(1); class A {}", 1],
  ["const x = 3", 3],
  ["throw 1", "thrown"],
  ["if (n) return 4; else 5", 4],
])("%s gives %o", async ([code, want]) => {
  const parsed = parseProgram(`const n = 2, f = (x) => x;\n${code}`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  const url = `data:text/javascript,${encodeURIComponent(parsed.program.module)}`;
  const program = (await import(/* @vite-ignore */ url)) as { default(tick: () => void): Promise<unknown> };
  expect(await program.default(() => undefined).catch(() => "thrown")).toEqual(want);
});
