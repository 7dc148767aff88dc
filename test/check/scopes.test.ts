/** What a name refers to: one analysis, on which what is shipped and what the check evaluates both rest. */
import { type Identifier, parse } from "acorn";
import { describe, expect, it } from "vitest";
import { scopesOf, type Scopes } from "../../src/check/scopes.ts";

function scopesIn(code: string): Scopes {
  return scopesOf(parse(code, { ecmaVersion: "latest", sourceType: "module", preserveParens: true }));
}

/** Where each use of `x` is declared: the line of the declaration, or 0 for outside. */
function declaredAt(code: string): number[] {
  const scopes = scopesIn(code);
  const lineOf = ({ start }: Identifier) => code.slice(0, start).split("\n").length;
  return [...scopes.references]
    .filter(([{ name }]) => name === "x")
    .sort(([a], [b]) => a.start - b.start)
    .map(([, binding]) => {
      const [id] = [...scopes.declarations].find(([, declared]) => declared === binding) ?? [];
      return id ? lineOf(id) : 0;
    });
}

describe("a use of x refers to the declaration in line", () => {
  it.for<[code: string, want: number[]]>([
    ["x", [0]],
    ["x;\nvar x;", [2]],
    ["x;\n{ var x; }", [2]],
    ["x;\n{ let x; x }", [0, 2]],
    ["x;\n{ function x() {} }", [0]],
    ["x;\n(function x() { x });", [0, 2]],
    ["(function x(\nx) { x });", [2]],
    ["(\nx) => { {\nlet x; x } x }", [3, 2]],
    ["x;\nclass A { static { var x; x } }", [0, 2]],
    ["x;\n(class x { m() { x } });", [0, 2]],
    ["x;\nclass x {}", [2]],
    ["x;\ntry {} catch (x) { x }", [0, 2]],
    ["x;\ntry {} catch ({ x = x }) { x }", [0, 2, 2]],
    ["x;\nfor (const x of x) x;", [0, 2, 2]],
    ["x;\nfor (var x in {}) x;", [2, 2]],
    ["for (x of []) x;\nlet x;", [2, 2]],
    ["switch (1) { case 2:\nlet x; x } x", [2, 0]],
    ["switch (x) { case x:\nlet x; x }", [0, 2, 2]],
    ["(a = x) => {\nvar x; x }", [0, 2]],
    ["(x, a = x) => {\nvar x; x }", [1, 1]],
    ["(x) => {\n{ var x; } x }", [1]],
    ["const { a: {\nx = 1 }, ...b } = x;", [2]],
    ["let [,\n...x] = []; [x] = [x]; ({ a: x = x, ...x } = {});", [2, 2, 2, 2, 2]],
    ["x: for (;;) { continue x; }", []],
    ["({ x: 1, y: a.x, x() {}, [x]: 2 }).x", [0]],
    ["({ x })", [0]],
    ["new.target.x", []],
    ["let x = 1;\nexport { x as y };", [1]],
  ])("%s", ([code, want]) => {
    expect(declaredAt(code.startsWith("new.") ? `function f() { ${code} }` : code)).toEqual(want);
  });
});

describe("the values that are assigned to x", () => {
  it.for<[code: string, want: (string | undefined)[]]>([
    ["let x = 1; x", []],
    ["let x; x = 1; (x) = 2", ["1", "2"]],
    ["let x; x += 1; x++; [x] = 1; ({ x } = 2); for (x of 3);", Array(5).fill(undefined)],
    ["var x = 1; var x = 2;", [undefined]],
    ["function x() {} function x() {}", [undefined]],
    ["(function x(x) {})", []],
    ["let x; { let x; x = 1 }", []],
  ])("%s", ([code, want]) => {
    const scopes = scopesIn(code.startsWith("function x") ? `(() => { ${code} })` : code);
    const [binding] = [...scopes.declarations.values()].filter(({ name }) => name === "x");
    const texts = binding?.assigned.map((node) => (node as { raw?: string } | undefined)?.raw);
    expect(texts).toEqual(want);
  });

  it("counts no assignment as a use", () => {
    const [binding] = scopesIn("let x; x = 1; x++; [x] = []; x").declarations.values();
    expect(binding?.uses).toHaveLength(1);
  });

  it("knows the names that are assigned and not declared", () => {
    const scopes = scopesIn("let a; a = 1; b = 2; [c] = []");
    expect(["a", "b", "c", "d"].map((name) => scopes.replaces(name))).toEqual([false, true, true, false]);
  });
});

it("finds the same tree only once", () => {
  const tree = parse("x", { ecmaVersion: "latest" });
  expect(scopesOf(tree)).toBe(scopesOf(tree));
});

it("passes over parentheses and chains on the way to a member", () => {
  const names = ["(a).b", "((a))?.b", "a['b']", "a[0]", "a[b]", "b[a]", "b(a)", "a"].map((code) => {
    const scopes = scopesIn(code);
    const [id] = [...scopes.references.keys()].filter(({ name }) => name === "a");
    return scopes.memberOf(id as Identifier);
  });
  expect(names).toEqual(["b", "b", "b", undefined, undefined, undefined, undefined, undefined]);
});
