import { describe, expect, it } from "vitest";
import { bodiesNeeded } from "../../src/check/bodies.ts";
import { parseProgram } from "../../src/check/parse.ts";

const cases: { code: string; one: boolean; two: string[] }[] = [
  { code: "operations.length", one: false, two: [] },
  { code: "find('zones')", one: false, two: [] },
  { code: "async ({ find }) => find('zones')", one: false, two: [] },
  { code: "42", one: false, two: [] },
  { code: "spec.paths", one: true, two: [] },
  { code: "async ({ spec }) => spec", one: true, two: [] },
  { code: "async (spec) => spec", one: true, two: [] },
  { code: "async (context) => context.spec", one: true, two: [] },
  { code: "const { spec: doc } = globalThis; doc", one: true, two: ["github", "zones"] },
  { code: "const spec = 1; spec", one: false, two: [] },
  { code: "function f(a) { const spec = a; return spec } f(1)", one: false, two: [] },
  { code: "for (const spec of [1]) spec", one: false, two: [] },
  { code: "try { x() } catch (spec) { spec }", one: false, two: [] },
  { code: "describe('x')", one: true, two: ["github", "zones"] },
  { code: "api.get('/')", one: true, two: [] },
  { code: "specs.github.paths", one: true, two: ["github"] },
  { code: "specs['github'].paths", one: true, two: ["github"] },
  { code: "specs?.github?.paths", one: true, two: ["github"] },
  { code: "(specs).github", one: true, two: ["github"] },
  { code: "apis.zones.get('/')", one: false, two: ["zones"] },
  { code: "[apis.zones, specs.github]", one: true, two: ["github", "zones"] },
  { code: "const { github } = specs; github", one: true, two: ["github"] },
  { code: "const { github: g } = apis; g", one: true, two: ["github"] },
  { code: "async ({ specs }) => specs.github", one: true, two: ["github"] },
  { code: "async ({ specs: { github } }) => github", one: true, two: ["github"] },
  { code: "async ({ apis: a }) => a.github", one: true, two: ["github", "zones"] },
  { code: "async (context) => context.specs.github", one: true, two: ["github"] },
  { code: "const { specs: { github } } = globalThis; github", one: true, two: ["github", "zones"] },
  { code: "specs[name]", one: true, two: ["github", "zones"] },
  { code: "Object.values(specs)", one: true, two: ["github", "zones"] },
  { code: "const all = specs; all.github", one: true, two: ["github", "zones"] },
  { code: "const { ...all } = specs; all", one: true, two: ["github", "zones"] },
  { code: "const { [name]: one } = specs; one", one: true, two: ["github", "zones"] },
  { code: "globalThis[name]", one: true, two: ["github", "zones"] },
  { code: "Object.keys(globalThis)", one: true, two: ["github", "zones"] },
  { code: "globalThis.specs.github", one: true, two: ["github"] },
  { code: "async (specs) => specs.github", one: true, two: ["github"] },
  { code: "const specs = { github: 1 }; specs.github", one: true, two: ["github"] },
  { code: "({ specs: 1, 'spec': 2 })", one: false, two: [] },
  { code: "const s: Spec = spec; s", one: true, two: [] },
];

describe("the catalogs that a program needs whole", () => {
  it.for(cases)("$code", ({ code, one, two }) => {
    const parsed = parseProgram(code);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
    expect([...bodiesNeeded(parsed.program, ["github"])]).toEqual(one ? ["github"] : []);
    expect([...bodiesNeeded(parsed.program, ["github", "zones"])].sort()).toEqual(two);
  });
});

describe("free names", () => {
  it.for([
    { code: "a + b.c", want: ["a", "b"] },
    { code: "const a = 1; a + b", want: ["b"] },
    { code: "({ a, b: c, [d]: 1, e() { return f } })", want: ["a", "c", "d", "f"] },
    { code: "x: for (;;) { break x }", want: [] },
    { code: "const { a = b, c: [d, ...e], ...f } = g; [a, d, e, f]", want: ["b", "g"] },
    {
      code: "function f(a = b, { c }, ...d) { return [a, c, d, e, f, arguments] } f()",
      want: ["arguments", "b", "e"],
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
  ])("of $code", ({ code, want }) => {
    const parsed = parseProgram(code);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
    expect([...parsed.program.freeNames].sort()).toEqual(want);
  });
});
