import { expect, test } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";
import { partsFor } from "../../src/sandbox/bundle.ts";

const cases: [code: string, search: string[], execute: string[]][] = [
  ["return 42", [], []],
  ["return recall('r1')", ["recall"], ["recall"]],
  ["return operations.length", ["catalogs"], ["catalogs"]],
  ["async () => spec.info", ["catalogs"], ["catalogs"]],
  ["async (api) => api.get('/zones')", ["catalogs", "signature"], ["catalogs", "signature", "client"]],
  ["async ({ find }) => find('zones')", ["catalogs", "find"], ["catalogs", "find"]],
  ["return find('zones').map(describe)", ["catalogs", "describe", "find"], ["catalogs", "describe", "find"]],
  [
    "async (context) => context.apis.demo.get('/zones')",
    ["catalogs", "signature"],
    ["catalogs", "signature", "client"],
  ],
  [
    "async (context) => context['a' + 'pi'].get('/zones')",
    ["catalogs", "signature", "describe", "find", "recall"],
    ["catalogs", "signature", "describe", "find", "recall", "client", "each", "state", "files"],
  ],
  [
    "async (context) => { const { api } = context; return api }",
    ["catalogs", "signature", "describe", "find", "recall"],
    ["catalogs", "signature", "describe", "find", "recall", "client", "each", "state", "files"],
  ],
  [
    "async (context) => helper(context)",
    ["catalogs", "signature", "describe", "find", "recall"],
    ["catalogs", "signature", "describe", "find", "recall", "client", "each", "state", "files"],
  ],
  ["async (context) => [1].map((one) => ({ context: one }))", [], []],
  [
    "return globalThis['a' + 'pi'].get('/zones')",
    ["catalogs", "signature", "describe", "find", "recall"],
    ["catalogs", "signature", "describe", "find", "recall", "client", "each", "state", "files"],
  ],
  [
    "const all = globalThis; return all.describe('x')",
    ["catalogs", "signature", "describe", "find", "recall"],
    ["catalogs", "signature", "describe", "find", "recall", "client", "each", "state", "files"],
  ],
  ["return fetch('https://api.example.com/zones')", [], ["client"]],
  [
    "return api.pages('/zones').all()",
    ["catalogs", "signature"],
    ["catalogs", "signature", "client", "pages"],
  ],
  [
    "const { pages } = api; return pages",
    ["catalogs", "signature"],
    ["catalogs", "signature", "client", "pages"],
  ],
  ["return operations.pages", ["catalogs"], ["catalogs"]],
  ["return file('a', 'a.txt')", [], ["files"]],
  ["return files['a.csv'].text()", [], ["files"]],
  ["const file = 'mine'; return file", [], []],
  ["return each([1], (n) => n)", [], ["each"]],
  ["state.runs = 1", [], ["state"]],
  ["const state = 1; return state", [], []],
];

test.each(cases)("ships to %s what it may touch", (code, search, execute) => {
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error("the code does not parse");
  expect(partsFor(parsed.program, "search")).toEqual(search);
  expect(partsFor(parsed.program, "execute")).toEqual(execute);
});
