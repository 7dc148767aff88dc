import { describe, expect, it } from "vitest";
import { maxResultChars } from "../../src/sandbox/limits.ts";
import { search, valueOf } from "./running.ts";

const values: { what: string; code: string; want: unknown }[] = [
  { what: "null", code: "null", want: null },
  { what: "a text", code: "'a\\n\"b\"\\u2028'", want: 'a\n"b"\u2028' },
  { what: "a BigInt as its digits", code: "[2n ** 64n]", want: ["18446744073709551616"] },
  {
    what: "numbers that JSON does not have",
    code: "[-0, NaN, Infinity, -Infinity]",
    want: [0, "NaN", "Infinity", "-Infinity"],
  },
  { what: "a symbol", code: "[Symbol('a')]", want: ["Symbol(a)"] },
  {
    what: "functions by their names",
    code: "({ f() {}, g: () => 1, h: class Zone {} })",
    want: { f: "[function f]", g: "[function g]", h: "[function Zone]" },
  },
  { what: "no member for undefined", code: "({ a: undefined, b: [undefined] })", want: { b: [null] } },
  { what: "a sparse list", code: "[1, , 3]", want: [1, null, 3] },
  { what: "a date", code: "[new Date(0), new Date(NaN)]", want: ["1970-01-01T00:00:00.000Z", null] },
  {
    what: "a map with texts as keys",
    code: "new Map([['a', 1], ['__proto__', 2]])",
    want: JSON.parse('{"a":1,"__proto__":2}'),
  },
  {
    what: "a map with other keys",
    code: "new Map([[1, 2], [{ a: 1 }, 3]])",
    want: [
      [1, 2],
      [{ a: 1 }, 3],
    ],
  },
  { what: "a set", code: "new Set([1, 'a'])", want: [1, "a"] },
  { what: "an iterator", code: "new Map([['a', 1]]).entries()", want: [["a", 1]] },
  { what: "a generator", code: "(function* () { yield 1; yield 2 })()", want: [1, 2] },
  {
    what: "an error",
    code: "Object.assign(new TypeError('no', { cause: 'x' }), { code: 7 })",
    want: { name: "TypeError", message: "no", code: 7, cause: "x" },
  },
  { what: "a regular expression", code: "/a\\/b/gi", want: "/a\\/b/gi" },
  {
    what: "bytes by their number",
    code: "[new Uint8Array(1500), new ArrayBuffer(2), new DataView(new ArrayBuffer(1))]",
    want: ["[attachment 1: Uint8Array, 1,500 bytes]", "[ArrayBuffer of 2 bytes]", "[DataView]"],
  },
  {
    what: "a blob",
    code: "new Blob(['abc'], { type: 'text/plain' })",
    want: "[attachment 1: text/plain, 3 bytes]",
  },
  {
    what: "boxed values",
    code: "[new String('a'), new Number(1), new Boolean(false), Object(1n)]",
    want: ["a", 1, false, "1"],
  },
  { what: "a URL", code: "new URL('https://a.example/b')", want: "https://a.example/b" },
  { what: "search parameters", code: "new URLSearchParams('a=1&b=2')", want: { a: "1", b: "2" } },
  { what: "headers", code: "new Headers({ A: '1' })", want: { a: "1" } },
  {
    what: "a request",
    code: "new Request('https://a.example/', { method: 'POST' })",
    want: { method: "POST", url: "https://a.example/", headers: {} },
  },
  {
    what: "a response with its JSON",
    code: "Response.json({ a: 1 }, { status: 201 })",
    want: { status: 201, headers: { "content-type": "application/json" }, data: { a: 1 } },
  },
  {
    what: "responses in a list, with their texts",
    code: "[new Response('a')]",
    want: [{ status: 200, headers: { "content-type": "text/plain;charset=UTF-8" }, data: "a" }],
  },
  {
    what: "an instance by its own members",
    code: "class A { a = 1; #b = 2; get c() { return 3 } }\nnew A()",
    want: { a: 1 },
  },
  {
    what: "a getter that throws",
    code: "({ get a() { throw new Error('no') }, b: 1 })",
    want: { a: "[getter threw: no]", b: 1 },
  },
  { what: "a proxy", code: "new Proxy({ a: 1 }, {})", want: { a: 1 } },
  {
    what: "a proxy that throws",
    code: "[new Proxy({}, { ownKeys() { throw new Error('no') } }), 1]",
    want: ["[could not be read: no]", 1],
  },
  {
    what: "a revoked proxy",
    code: "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); [proxy]",
    want: [expect.stringContaining("[could not be read: ")],
  },
  { what: "what toJSON gives", code: "({ toJSON: () => ({ a: 1 }) })", want: { a: 1 } },
  {
    what: "toJSON that throws",
    code: "[{ toJSON() { throw new Error('no') } }]",
    want: ["[toJSON threw: no]"],
  },
  {
    what: "toJSON that gives itself",
    code: "const a = { b: 1, toJSON() { return this } }; a",
    want: { b: 1, toJSON: "[function toJSON]" },
  },
  { what: "lone surrogates", code: "['\\ud800', 'a\\udc00b']", want: ["\ud800", "a\udc00b"] },
  {
    what: "a member called __proto__",
    code: 'JSON.parse(\'{"__proto__": {"a": 1}}\')',
    want: JSON.parse('{"__proto__":{"a":1}}'),
  },
  {
    what: "an object without a prototype",
    code: "Object.assign(Object.create(null), { a: 1 })",
    want: { a: 1 },
  },
  {
    what: "the same thing twice",
    code: "const a = { b: 1 }; ({ x: a, y: [a, a] })",
    want: { x: { b: 1 }, y: [{ b: 1 }, { b: 1 }] },
  },
  {
    what: "a cycle as a reference to the ancestor",
    code: "const a = { 'x/y~': [] }; a['x/y~'].push({ a, b: a['x/y~'] }); a",
    want: { "x/y~": [{ a: { $ref: "#" }, b: { $ref: "#/x~1y~0" } }] },
  },
  {
    what: "a map that holds itself",
    code: "const m = new Map(); m.set('m', m); [m]",
    want: [{ m: { $ref: "#/0" } }],
  },
  { what: "a thenable by what it gives", code: "({ then: (give) => give(42) })", want: 42 },
  { what: "a promise of a promise", code: "Promise.resolve(Promise.resolve(42))", want: 42 },
];

const noted: { what: string; code: string; want: unknown; note: string }[] = [
  {
    what: "nothing",
    code: "async () => { 42 }",
    want: null,
    note: "The code returned nothing: end it with return, or with the value itself.",
  },
  {
    what: "a function that gives a function",
    code: "() => function again() {}",
    want: "[function again]",
    note: "The code returned a function: call it, and return what it gives.",
  },
  {
    what: "promises in a list",
    code: "[1, 2].map(async (n) => n)",
    want: ["[a promise that was not awaited]", "[a promise that was not awaited]"],
    note: "The result holds a promise that was not awaited: use await, or await Promise.all(list) for a list.",
  },
  {
    what: "an async iterator",
    code: "(async function* () { yield 1 })()",
    want: "[an async iterator that was not read]",
    note: "The result holds an async iterator: use for await (… of …), or await Array.fromAsync(…).",
  },
  {
    what: "a deep list",
    code: "let a = []; for (let i = 0; i < 50000; i++) a = [a]; a",
    want: expect.anything(),
    note: "The result is nested deeper than 100 levels: what is below was left out.",
  },
];

const large: { what: string; code: string; holds: string }[] = [
  {
    what: "a text of 200 MB",
    code: "'x'.repeat(200 * 1024 * 1024)",
    holds: "… [203,423,744 more characters]",
  },
  {
    what: "a list of 20 million numbers",
    code: "const a = []; a.length = 20_000_000; a.fill(7)",
    holds: "more items]",
  },
  {
    what: "a list of large texts",
    code: "Array.from({ length: 200 }, () => 'x'.repeat(1024 * 1024))",
    holds: "… [194 more items]",
  },
  {
    what: "an object of 500,000 members",
    code: "Object.fromEntries(Array.from({ length: 500_000 }, (_, i) => ['k' + i, i]))",
    holds: '"…":"[',
  },
  { what: "a list of four billion holes", code: "new Array(4_000_000_000)", holds: "more items]" },
  { what: "more values than are written", code: "Array(600_000).fill(0)", holds: "100,000 more items]" },
  {
    what: "members that are undefined, which leave no text",
    code: "(m => Array(1_000).fill(m))(Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => ['m' + i])))",
    holds: "more items]",
  },
  {
    what: "getters that throw",
    code: "Array.from({ length: 9_000 }, () => ({ get a() { throw new Error('no') } }))",
    holds: "more items]",
  },
  {
    what: "what only seems to be of a kind",
    code: "Array.from({ length: 9_000 }, () => Object.create(Map.prototype))",
    holds: "more items]",
  },
  {
    what: "what grows by a power of two",
    code: "let a = [1]; for (let i = 0; i < 60; i++) a = [a, a]; a",
    holds: "more items]",
  },
  {
    what: "an iterator without an end",
    code: "(function* () { for (let i = 0; ; i++) yield 'x'.repeat(1000) })()",
    holds: "more items]",
  },
];

describe("what comes back", () => {
  it.for(values)("returns $what", async ({ code, want }) => {
    expect(await valueOf(code)).toEqual(want);
  });

  it.for(noted)("says what is wrong with $what", async ({ code, want, note }) => {
    const outcome = await search(code);
    expect(outcome).toMatchObject({ ok: true, notes: [note] });
    if (outcome.ok) expect(JSON.parse(outcome.result)).toEqual(want);
  });

  it.for(large)("cuts $what and says so", async ({ code, holds }) => {
    const outcome = await search(code);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
    expect(outcome.result.length).toBeLessThan(maxResultChars + 10_000);
    expect(outcome.result).toContain(holds);
    expect(outcome.notes).toEqual([
      "The result was too large: parts of it were left out where the text says so, and recall does not have them. Return less at a time; execute can make a file of it: await file(text, name).",
    ]);
  });
});
