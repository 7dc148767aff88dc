import { describe, expect, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";
import { asksPathsByName } from "../../src/check/paths-by-name.ts";

const answer = (code: string): boolean => {
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(parsed.failure.kind);
  return asksPathsByName(parsed.program);
};

describe("a program that only looks up paths by name", () => {
  it.each([
    `spec.paths["/pets"]`,
    `spec.paths["/pets"].get.summary`,
    `operations.map((o) => spec.paths[o.path][o.method].requestBody)`,
    `spec?.paths?.[operations[0].path]?.get`,
    `(spec.paths)["/pets"]`,
    `const o = find("pets")[0]; return { a: spec.paths[o.path], b: Object.keys(spec.paths[o.path]) }`,
    `spec.paths["/pets"].get.parameters.map((p) => p.name)`,
    `spec.paths["/new"] = {}; return spec.paths["/new"]`,
    `console.log(spec.paths["/pets"], ((spec.paths[o.path])))`,
    `return { spec: spec.paths["/pets"] }`,
  ])("is recognised: %s", (code) => expect(answer(code)).toBe(true));

  it.each([
    `Object.keys(spec.paths)`,
    `spec.paths`,
    `spec`,
    `spec.info.title`,
    `const { paths } = spec; return paths["/pets"]`,
    `const s = spec; return s.paths["/pets"]`,
    `for (const path in spec.paths) console.log(spec.paths[path])`,
    `"/pets" in spec.paths`,
    `spec.paths.hasOwnProperty("/pets")`,
    `spec.paths["hasOwnProperty"]("/pets")`,
    `spec.paths["hasOwnProperty"]?.("/pets")`,
    "spec.paths[`keys`]`x`",
    `delete spec.paths["/pets"]; return spec.paths["/pets"]`,
    `delete spec.paths?.["/pets"]`,
    `({ ...spec.paths })`,
    `spec["pa" + "ths"]["/pets"]`,
    `globalThis.spec.paths["/pets"]`,
    `globalThis["sp" + "ec"].paths["/pets"]`,
    `async ({ spec }) => spec.paths["/pets"]`,
    `async (context) => context.spec.paths["/pets"]`,
    `async (context) => context["sp" + "ec"].paths["/pets"] && spec.paths["/pets"]`,
    `async function (x) { return Object.keys(arguments[0]["sp" + "ec"].paths) + spec.paths["/pets"] }`,
    `async (spec) => spec.paths["/pets"]`,
    `async ({ spec: document }) => Object.keys(document.paths).map((path) => spec.paths[path])`,
    `const f = ({ spec: [one] }) => one; return spec.paths["/pets"]`,
    `(spec.paths?.["hasOwnProperty"])("/pets")`,
    `((spec.paths["hasOwnProperty"]))("/pets")`,
    `spec.paths[spec.info.title]`,
    `const { ["/pets"]: item } = spec.paths; return item`,
    `specs.pets.paths["/pets"]`,
    `[spec.paths["/pets"], specs]`,
    `operations.length`,
  ])("is not assumed: %s", (code) => expect(answer(code)).toBe(false));
});
