import { describe, expect, it } from "vitest";
import { shapeOf } from "../../src/learned/derive.ts";
import { schemaOf, seenText } from "../../src/learned/schema.ts";
import { maxNodes, merge, type Shape } from "../../src/learned/shape.ts";
import { isSilent } from "../../src/learned/silent.ts";

/** The type that a user reads of what they saw themselves. */
function typeOf(...answers: unknown[]): string | undefined {
  return seenText(seen("me", ...answers), "me", 2_000)?.replace(/\s+/g, " ");
}

function seen(user: string, ...answers: unknown[]): Shape {
  return answers.map((answer) => shapeOf(answer, user)).reduce(merge);
}

const shapes: { of: string; answers: unknown[]; want: string | undefined }[] = [
  { of: "an object", answers: [{ id: 1, name: "a" }], want: "{ id: number; name: string }" },
  { of: "a list of objects", answers: [[{ id: 1 }, { id: 2 }]], want: "{ id: number }[]" },
  {
    of: "members that come and go",
    answers: [{ items: [{ id: 1, note: null }, { id: 2 }] }, { items: [] }],
    want: "{ items: { id: number; note?: null }[] }",
  },
  {
    of: "answers of different types",
    answers: [{ total: 1 }, { total: "many" }, { total: null }],
    want: "{ total: null | number | string }",
  },
  {
    of: "a member that only one answer has",
    answers: [{ a: 1 }, { b: 2 }],
    want: "{ a?: number; b?: number }",
  },
  { of: "an empty list", answers: [[]], want: undefined },
  { of: "an empty object", answers: [{}], want: undefined },
  {
    of: "a name of the language",
    answers: [{ constructor: 1, toString: 2 }],
    want: "{ constructor: number; toString: number }",
  },
];

describe("the shape of answers", () => {
  it.each(shapes)("is told for $of", ({ answers, want }) => expect(typeOf(...answers)).toBe(want));

  it("does not change when the same answer is seen again", () => {
    const shape = shapeOf({ items: [{ id: 1, labels: ["a"] }, { id: 2 }], next: null }, "me");
    expect(merge(shape, shape)).toEqual(shape);
  });

  it("is the same in whatever order the answers come", () => {
    const answers = [{ a: 1, b: [{ c: 1 }] }, { a: "x" }, { b: [{ d: null }] }, { a: 1, b: [] }];
    expect(seen("me", ...answers)).toEqual(seen("me", ...answers.toReversed()));
  });

  it("holds nothing of the values", () => {
    const answer = { name: "Ada Lovelace", card: "4242424242424242", tags: ["secret-tag"], age: 36 };
    expect(JSON.stringify(shapeOf(answer, "me"))).not.toMatch(/Ada|4242|secret|36/);
  });

  it("stays small, however large and deep the answer is", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 500; level++) deep = { below: deep, beside: [deep] };
    const wide = Object.fromEntries(
      Array.from({ length: 70 }, (_, a) => [`part_${letters(a)}`, { deep, [`own_${letters(a)}`]: 1 }]),
    );
    const shape = shapeOf({ wide, list: Array.from({ length: 100_000 }, () => wide) }, "me");
    expect(JSON.stringify(shape).length).toBeLessThan(maxNodes * 80);
  });
});

const letters = (number: number) => String.fromCharCode(97 + Math.floor(number / 26), 97 + (number % 26));

const maps: { of: string; answer: Record<string, unknown> }[] = [
  { of: "e-mail addresses", answer: { "ada@example.com": { role: "admin" } } },
  { of: "UUIDs", answer: { "0b5c1a3e-2f4d-4f7a-9a57-0d6a3f0f9b11": 1 } },
  { of: "hashes", answer: { d41d8cd98f00b204e9800998ecf8427e: true } },
  { of: "numbers", answer: { "1042": { name: "a" } } },
  { of: "ids with a prefix", answer: { cus_9s6XKzkNRiz8i3: { balance: 1 } } },
  { of: "ids without digits", answer: { price_HkLmNoPqRs: 1 } },
  { of: "dates", answer: { "2026-11-20": 3 } },
  { of: "host names", answer: { "www.example.com": "192.0.2.1" } },
  { of: "paths", answer: { "/etc/passwd": 1 } },
  { of: "names with blanks", answer: { "Ada Lovelace": 1 } },
  { of: "names in another script", answer: { 山田: 1 } },
  { of: "telephone numbers", answer: { "+4915112345678": 1 } },
  { of: "countries", answer: { DE: 1, FR: 2, US: 3 } },
  { of: "languages", answer: { pt_BR: "sim" } },
  { of: "people, with the same of each", answer: { alice: { age: 1 }, bob: { age: 2 }, carol: { age: 3 } } },
  { of: "people, with lists of the same", answer: { alice: [{ n: 1 }], bob: [{ n: 1 }], carol: [{ n: 2 }] } },
  {
    of: "people, with a number each",
    answer: Object.fromEntries(
      ["ann", "bea", "cid", "dan", "eve", "flo", "gus", "hal", "ivy"].map((name) => [name, 1]),
    ),
  },
  {
    of: "very many things",
    answer: Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [letters(index), index % 2 ? index : "x"]),
    ),
  },
  {
    of: "a name that would be a prototype",
    answer: JSON.parse('{"__proto__": {"a": 1}}') as Record<string, unknown>,
  },
];

describe("names that are data", () => {
  it.each(maps)("are not kept: $of", ({ answer }) => {
    // Beside the shape stands `by`, which is a name as well.
    const { members } = shapeOf({ entries: answer }, "me");
    const text = JSON.stringify(members?.["entries"]?.shape);
    for (const name of Object.keys(answer)) expect(text).not.toContain(JSON.stringify(name));
    expect(typeOf({ entries: answer })).toMatch(/^\{ entries: Record<string, /);
  });

  it("are told from names once several answers differ in them", () => {
    const answers = [
      ["ann", "bea"],
      ["cid", "dan"],
      ["eve", "flo"],
    ].map((names) => Object.fromEntries(names.map((name) => [name, 1])));
    expect(typeOf(...answers)).toBe("Record<string, number>");
  });

  it("are not kept because the next answer has none", () => {
    expect(typeOf({ by: { "a@b.example": 1 } }, { by: { name: 1 } })).toBe("{ by: Record<string, number> }");
  });

  it("leave ordinary names alone", () => {
    const names = [
      "id",
      "created_at",
      "isActive",
      "line1",
      "sha256",
      "ipv4Address",
      "_links",
      "@id",
      "@odata.count",
      "HTTPStatus",
      "x-rate",
      "oauth2_v3",
    ];
    const answer = Object.fromEntries(names.map((name, index) => [name, [1, "a", true, null][index % 4]]));
    const shape = shapeOf(answer, "me");
    expect(Object.keys(shape.members ?? {}).sort()).toEqual(names.toSorted());
  });
});

describe("a name that only one user's answers had", () => {
  const shape = merge(shapeOf({ id: 1, alice: { age: 1 } }, "hers"), shapeOf({ id: 2 }, "mine"));

  it("is not shown to another user, who reads that there may be more", () => {
    expect(seenText(shape, "mine", 500)).toBe("{ id: number; [key: string]: unknown }");
    expect(JSON.stringify(schemaOf(shape, "somebody"))).not.toContain("alice");
  });

  it("is shown to that user", () =>
    expect(seenText(shape, "hers", 500)).toContain("alice?: { age: number }"));

  it("is shown to everybody once others had it too", () => {
    expect(seenText(merge(shape, shapeOf({ alice: { age: 2 } }, "mine")), "somebody", 500)).toContain(
      "alice?: {",
    );
  });
});

const json = (schema?: unknown) => ({ responses: { 200: { content: { "application/json": { schema } } } } });
const silent: { document: string; operation: Record<string, unknown>; want: boolean }[] = [
  { document: "no responses", operation: {}, want: true },
  {
    document: "a response without content",
    operation: { responses: { 200: { description: "fine" } } },
    want: true,
  },
  { document: "JSON without schema", operation: json(), want: true },
  { document: "an empty schema", operation: json({}), want: true },
  { document: "a bare object", operation: json({ type: "object", description: "The pet." }), want: true },
  {
    document: "an object without properties",
    operation: json({ type: "object", properties: {} }),
    want: true,
  },
  {
    document: "a list of bare objects",
    operation: json({ type: "array", items: { type: "object" } }),
    want: true,
  },
  {
    document: "a map of anything",
    operation: json({ type: "object", additionalProperties: true }),
    want: true,
  },
  { document: "only a default response", operation: { responses: { default: {} } }, want: true },
  { document: "members", operation: json({ properties: { id: {} } }), want: false },
  {
    document: "a map of texts",
    operation: json({ type: "object", additionalProperties: { type: "string" } }),
    want: false,
  },
  { document: "one of several", operation: json({ oneOf: [{}, {}] }), want: false },
  { document: "a text", operation: json({ type: "string" }), want: false },
  { document: "no body", operation: { responses: { 204: { description: "gone" } } }, want: false },
  { document: "a file", operation: { responses: { 200: { content: { "image/png": {} } } } }, want: false },
  {
    document: "one silent and one telling answer",
    operation: { responses: { 200: {}, 202: json({ properties: { id: {} } }).responses[200] } },
    want: false,
  },
];

describe("a document with", () => {
  it.each(silent)("$document says nothing of the answer: $want", ({ operation, want }) =>
    expect(isSilent(operation)).toBe(want),
  );
});
