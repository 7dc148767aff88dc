import { describe, expect, it } from "vitest";
import { describeFailure } from "../../src/terms/failure.ts";
import { search } from "./running.ts";

const thrown: { what: string; code: string; says: string }[] = [
  { what: "an error", code: "throw new TypeError('no')", says: "The code threw TypeError at line 1: no" },
  { what: "a text", code: "throw 'x'", says: "The code threw a value that is no error (string): x" },
  { what: "null", code: "throw null", says: "The code threw a value that is no error (null): null" },
  {
    what: "undefined",
    code: "throw undefined",
    says: "The code threw a value that is no error (undefined): null",
  },
  { what: "a number", code: "throw 42", says: "The code threw a value that is no error (number): 42" },
  {
    what: "a symbol",
    code: "throw Symbol('a')",
    says: 'The code threw a value that is no error (symbol): "Symbol(a)"',
  },
  {
    what: "a plain object",
    code: "throw { code: 7 }",
    says: 'The code threw a value that is no error (object): {"code":7}',
  },
  {
    what: "a function",
    code: "throw () => 1",
    says: 'The code threw a value that is no error (object): "[function]"',
  },
  {
    what: "a proxy",
    code: "throw new Proxy({}, { get() { throw new Error('no') } })",
    says: "The code threw a value that is no error (object): {}",
  },
  {
    what: "an error with getters that throw",
    code: "throw Object.defineProperties(new Error('a'), { message: { get() { throw 1 } }, name: { get() { throw 2 } }, stack: { get() { throw 3 } } })",
    says: "The code threw a value that is no error (object): {}",
  },
  {
    what: "an error with a cause",
    code: "throw new Error('a', { cause: new Error('b') })",
    says: "The code threw Error at line 1: a (cause: b)",
  },
  {
    what: "several errors",
    code: "await Promise.any([Promise.reject(new Error('a')), Promise.reject('b')])",
    says: "The code threw AggregateError: All promises were rejected: a; b",
  },
  {
    what: "a rejected promise",
    code: "async () => Promise.reject(new RangeError('far'))",
    says: "The code threw RangeError at line 1: far",
  },
  {
    what: "a thenable that rejects",
    code: "({ then: (_, fail) => fail('no') })",
    says: "The code threw a value that is no error (string): no",
  },
  {
    what: "a stack that is full",
    code: "const f = () => f();\nf()",
    says: "The code threw RangeError at line 1: Maximum call stack size exceeded",
  },
  {
    what: "a class as the program",
    code: "export default class {}",
    says: "The code threw TypeError: Class constructor",
  },
];

const positions: { what: string; code: string; line: number; column?: number; source: string }[] = [
  {
    what: "the line and column",
    code: "const a = 1;\nconst b = 2;\n  null.x;",
    line: 3,
    column: 7,
    source: "  null.x;",
  },
  {
    what: "the column before what was put in",
    code: "const a = null;\na.b.c",
    line: 2,
    column: 2,
    source: "a.b.c",
  },
  {
    what: "the column in a function of one line",
    code: "async () => null.x",
    line: 1,
    column: 17,
    source: "async () => null.x",
  },
  {
    what: "the line inside a fence",
    code: "Text\n```js\nnull.x;\n```",
    line: 3,
    column: 5,
    source: "null.x;",
  },
  {
    what: "the line without the column where types were removed",
    code: "const a: any = 1;\nconst b: any = null; b.x",
    line: 2,
    source: "const b: any = null; b.x",
  },
  {
    what: "the column on lines that had no types",
    code: "const a: any = null;\na.x",
    line: 2,
    column: 2,
    source: "a.x",
  },
  {
    what: "the line after an enum",
    code: "enum A {\n B,\n C = 3\n}\nnull.x",
    line: 5,
    column: 5,
    source: "null.x",
  },
  {
    what: "the line below an await",
    code: "const f = async () => {\n await null;\n throw new Error('x');\n};\nawait f();",
    line: 3,
    column: 7,
    source: " throw new Error('x');",
  },
];

describe("code that throws", () => {
  it.for(thrown)("reports $what as a failure", async ({ code, says }) => {
    const outcome = await search(code);
    if (outcome.ok) throw new Error(`returned ${outcome.result}`);
    expect(outcome.failure.kind).toBe("thrown");
    expect(describeFailure(outcome.failure).sentence.slice(0, says.length)).toBe(says);
  });

  it.for(positions)("tells $what of the code as it was sent", async ({ code, line, column, source }) => {
    const outcome = await search(code);
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "thrown", line, source } });
    expect((outcome as { failure: { column?: number } }).failure.column).toBe(column);
  });

  it("keeps the failure that a client put on its error", async () => {
    const failure = { kind: "unknown-operation", asked: "GET /x", nearest: ["GET /y"] };
    const outcome = await search(
      `throw Object.assign(new Error("a"), { failure: ${JSON.stringify(failure)} })`,
    );
    expect(outcome).toMatchObject({ ok: false, failure });
  });

  it.for([
    "{ kind: 'misconfigured', message: 'a', next: 'b' }",
    "{ kind: 'timed-out', limitMs: 1 }",
    "{ kind: 'denied' }",
    "{ kind: 'needs-approval', operation: 'x', link: 'https://evil.example' }",
    "'denied'",
    "{ get kind() { throw 1 } }",
  ])("takes an error with a failure of its own making for an error: %s", async (failure) => {
    const outcome = await search(`throw Object.assign(new Error("a"), { failure: ${failure} })`);
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "thrown", message: "a" } });
  });
});
