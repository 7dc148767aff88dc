/** Which names count as taken from outside. */
import { describe, expect, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";

describe("free names", () => {
  it.for([
    { code: "a + b.c", want: ["a", "b"] },
    { code: "const a = 1; a + b", want: ["b"] },
    { code: "({ a, b: c, [d]: 1, e() { return f } })", want: ["a", "c", "d", "f"] },
    { code: "x: for (;;) { break x }", want: [] },
    { code: "const { a = b, c: [d, ...e], ...f } = g; [a, d, e, f]", want: ["b", "g"] },
    {
      code: "function f(a = b, { c }, ...d) { return [a, c, d, e, f, arguments] } f()",
      want: ["*", "arguments", "b", "e"],
    },
    {
      code: "class A extends B { static #p = c; [d] = e; m(f) { return f + this.#p + A.n } } new A()",
      want: ["B", "c", "d", "e"],
    },
    { code: "{ let a; } a", want: ["a"] },
    { code: "{ var a; } a", want: [] },
    { code: "(() => { var a; })(); a", want: ["a"] },
    { code: "`${a}` + tag`${b}`", want: ["a", "b", "tag"] },
    { code: "[a] = [b]; ({ c: d } = e)", want: ["a", "b", "d", "e"] },
    { code: "(function f() { return f }); f", want: ["f"] },
    { code: "typeof a; delete b.c; new D(e)", want: ["D", "a", "b", "e"] },
    { code: "[a.b = c, ...d] = e; ({ [f]: g.h } = i)", want: ["a", "c", "d", "e", "f", "g", "i"] },
    { code: "for (a of b) c; for ({ d } of e); for (const f in g) f", want: ["a", "b", "c", "d", "e", "g"] },
    { code: "a++; (b) = c; d ??= e", want: ["a", "b", "c", "d", "e"] },
    { code: "class A { static { var a; b } } a", want: ["a", "b"] },
    { code: "switch (spec.title) { case 1: const spec = 1 }", want: ["spec"] },
    { code: "function f(a = spec) { var spec = 1 } f()", want: ["spec"] },
    { code: "(...[g]) => { const { spec } = g }", want: ["*"] },
    { code: "({ [k]: s }) => s.paths", want: ["*", "k"] },
    { code: "export default function () { const { spec } = arguments[0] }", want: ["*", "arguments"] },
    { code: "const f = (...a) => a.length; f()", want: [] },
    { code: "(function find() { return find }); const g = (find) => find; g()", want: ["find"] },
  ])("of $code", ({ code, want }) => {
    const parsed = parseProgram(code);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
    expect([...parsed.program.freeNames].sort()).toEqual(want);
  });
});
