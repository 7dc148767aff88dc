import { describe, expect, it } from "vitest";
import { maxCodeChars } from "../../src/check/refusals.ts";
import { describeFailure } from "../../src/terms/failure.ts";
import { search } from "../sandbox/running.ts";

const fence = "```";

const unusable: { what: string; code: unknown; says: string }[] = [
  { what: "no code", code: undefined, says: "The argument code is of type undefined, not a string." },
  { what: "null", code: null, says: "The argument code is null, not a string." },
  { what: "a number", code: 42, says: "The argument code is of type number, not a string." },
  { what: "a list", code: ["42"], says: "The argument code is an array, not a string." },
  { what: "an empty text", code: "", says: "The code is empty." },
  { what: "blanks", code: " \n\t ", says: "The code is empty." },
  {
    what: "nothing but comments",
    code: "// later\n/* or never */",
    says: "The code contains nothing to run, only comments or types.",
  },
  {
    what: "nothing but types",
    code: "interface A { a: string }",
    says: "The code contains nothing to run, only comments or types.",
  },
  {
    what: "an empty fence",
    code: `${fence}js\n${fence}`,
    says: "The code contains nothing to run, only comments or types.",
  },
  {
    what: "two fences",
    code: `${fence}\n1\n${fence}\nor\n${fence}\n2\n${fence}`,
    says: "The code contains 2 fenced blocks, and it is not clear which one to run.",
  },
  {
    what: "code over the limit",
    code: `"${"x".repeat(maxCodeChars)}"`,
    says: "The code is 131,074 characters long; at most 131,072 are accepted.",
  },
  {
    what: "import",
    code: "const a = 1;\nimport fs from 'fs';\nfs",
    says: "import is not available: code in a run cannot load modules (line 2: import fs from 'fs';).",
  },
  {
    what: "import for its effect",
    code: "import 'fs';",
    says: "import is not available: code in a run cannot load modules (line 1: import 'fs';).",
  },
  {
    what: "import in TypeScript",
    code: "import { a } from 'b';\nconst c: number = 1;\nc",
    says: "import is not available: code in a run cannot load modules (line 1: import { a } from 'b';).",
  },
  {
    what: "dynamic import",
    code: "async () => import('node:fs')",
    says: "import() is not available: code in a run cannot load modules (line 1: async () => import('node:fs')).",
  },
  {
    what: "import of a platform module",
    code: "await import('cloudflare:workers')",
    says: "import() is not available: code in a run cannot load modules (line 1: await import('cloudflare:workers')).",
  },
  {
    what: "import of the harness",
    code: "const g = await import('./guest.js'); g",
    says: "import() is not available: code in a run cannot load modules (line 1: const g = await import('./guest.js'); g).",
  },
  {
    what: "import.meta",
    code: "import.meta.url",
    says: "import.meta is not available: code in a run cannot load modules (line 1: import.meta.url).",
  },
  {
    what: "export from",
    code: "export * from 'a'",
    says: "export … from is not available: code in a run cannot load modules (line 1: export * from 'a').",
  },
  {
    what: "export of names from",
    code: "export { a } from 'a'",
    says: "export … from is not available: code in a run cannot load modules (line 1: export { a } from 'a').",
  },
  {
    what: "require",
    code: "const fs = require('fs');\nfs",
    says: "require() is not available: code in a run cannot load modules (line 1: const fs = require('fs');).",
  },
];

const syntax: { what: string; code: string; line: number; column: number; source: string; says: string }[] = [
  {
    what: "a missing value",
    code: "const a = ;",
    line: 1,
    column: 10,
    source: "const a = ;",
    says: "unexpected token",
  },
  {
    what: "a missing bracket",
    code: "const a = [1, 2;\na",
    line: 1,
    column: 15,
    source: "const a = [1, 2;",
    says: "unexpected token",
  },
  {
    what: "an end that is missing",
    code: "async () => {\n  return 1",
    line: 2,
    column: 10,
    source: "  return 1",
    says: "unexpected token",
  },
  {
    what: "an error inside a fence",
    code: `Try this:\n\n${fence}js\nconst a = 1;\nconst b = ;\n${fence}`,
    line: 5,
    column: 10,
    source: "const b = ;",
    says: "unexpected token",
  },
  {
    what: "an error after types",
    code: "const a: number = 1;\nconst b: string = ;",
    line: 2,
    column: 18,
    source: "const b: string = ;",
    says: "unexpected token",
  },
  {
    what: "await outside an async function",
    code: "() => { const a = await x; return a }",
    line: 1,
    column: 18,
    source: "() => { const a = await x; return a }",
    says: "cannot use keyword 'await' outside an async function",
  },
  {
    what: "a name declared twice",
    code: "let a = 1;\nlet a = 2;",
    line: 2,
    column: 4,
    source: "let a = 2;",
    says: "identifier 'a' has already been declared",
  },
  {
    what: "a broken regular expression",
    code: "/(/.test('a')",
    line: 1,
    column: 1,
    source: "/(/.test('a')",
    says: "invalid regular expression: /(/: Unterminated group",
  },
  {
    what: "line breaks as two characters",
    code: "async () => {\\n return 1\\n}",
    line: 1,
    column: 16,
    source: "async () => {\\n return 1\\n}",
    says: "(the code contains \\n as two characters: send real line breaks)",
  },
  {
    what: "HTML entities",
    code: "async () =&gt; 42",
    line: 1,
    column: 10,
    source: "async () =&gt; 42",
    says: "(the code contains HTML entities such as &gt;: send the characters themselves)",
  },
  {
    what: "code that would close the module",
    code: "1\n};\nexport const a = () => {\n2",
    line: 2,
    column: 0,
    source: "};",
    says: "unexpected token",
  },
  {
    what: "an error on a line after Windows line ends",
    code: "const a = 1;\r\nconst b = ;\r\n",
    line: 2,
    column: 10,
    source: "const b = ;",
    says: "unexpected token",
  },
];

describe("code that cannot run", () => {
  it.for(unusable)("refuses $what", async ({ code, says }) => {
    const outcome = await search(code);
    if (outcome.ok) throw new Error(`accepted: ${outcome.result}`);
    expect(outcome.failure.kind).toBe("unusable-code");
    const { sentence, next } = describeFailure(outcome.failure);
    expect(sentence).toBe(says);
    expect(next).not.toBe("");
  });

  it("accepts code at the limit", async () => {
    expect(await search(`"${"x".repeat(maxCodeChars - 2)}"`)).toMatchObject({ ok: true });
  });

  it("says what is there instead of modules", async () => {
    const outcome = await search("import x from 'axios'");
    expect(outcome).toMatchObject({
      failure: { next: expect.stringContaining("spec, operations, find, describe and recall") },
    });
  });

  it("lets code have a function of its own called require", async () => {
    expect(await search("const require = (a) => a + 1; require(41)")).toMatchObject({ result: "42" });
  });

  it("refuses code that is nested too deeply for the parsers", async () => {
    const outcome = await search("[".repeat(60_000));
    expect(outcome).toMatchObject({
      ok: false,
      failure: { kind: "syntax", message: "it is nested too deeply" },
    });
  });
});

describe("code with a syntax error", () => {
  it.for(syntax)("points at $what", async ({ code, says, line, column, source }) => {
    const outcome = await search(code);
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "syntax", line, column, source } });
    if (!outcome.ok) expect(describeFailure(outcome.failure).sentence).toContain(says);
  });
});
