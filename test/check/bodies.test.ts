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
  { code: "const specs = { github: 1 }; specs.github", one: false, two: [] },
  { code: "async ({ spec: doc } = {}) => doc.paths", one: true, two: [] },
  { code: "async ({ 'spec': doc }) => doc.paths", one: true, two: [] },
  { code: "async ({ apis: { 'github': g } }) => g", one: true, two: ["github"] },
  { code: "async ({ find, ...all }) => all.find('x')", one: false, two: [] },
  { code: "async ({ find, ...all }) => all[name]", one: true, two: ["github", "zones"] },
  { code: "async (...all) => Object.keys(all[0])", one: true, two: ["github", "zones"] },
  { code: "const f = ({ find, ...others }) => others; f({})", one: false, two: [] },
  { code: "async function f(spec) { var spec; return spec.paths }", one: true, two: [] },
  { code: "(function spec(spec) { return spec.paths })", one: true, two: [] },
  { code: "[{}[spec.info.title]] = [1]", one: true, two: [] },
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
