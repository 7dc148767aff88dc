import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wordsOf } from "../../src/learned/names.ts";
import { anything, learned, maxShapeChars, shapeOf, type Shape } from "../../src/learned/shape.ts";
import { isSilent } from "../../src/learned/silent.ts";
import { shapeText } from "../../src/learned/type-text.ts";

function seen(answers: readonly unknown[], operation = ""): Shape {
  const words = new Set(wordsOf(operation));
  return answers.reduce<Shape>((known, answer) => learned(known, shapeOf(answer, words)), anything);
}

const typeOf = (answers: readonly unknown[], operation?: string) =>
  shapeText(seen(answers, operation), 2_000)?.replace(/\s+/g, " ");

const shapes: { of: string; answers: unknown[]; operation?: string; want: string | undefined }[] = [
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
    of: "answers that are now an object and now a list",
    answers: [{ id: 1 }, [1], "x"],
    want: "string | { id: number } | number[]",
  },
  {
    of: "a common word that only one answer has",
    answers: [{ data: 1 }, { error: 2 }],
    want: "{ data?: number; error?: number }",
  },
  { of: "an empty list", answers: [[]], want: undefined },
  { of: "an empty object", answers: [{}], want: undefined },
  { of: "null", answers: [null], want: "null" },
  {
    of: "a name of the language",
    answers: [{ constructor: 1, toString: "x" }],
    operation: "constructor toString",
    want: "{ constructor: number; toString: string }",
  },
];

describe("the shape of answers", () => {
  it.each(shapes)("is told for $of", ({ answers, operation, want }) =>
    expect(typeOf(answers, operation)).toBe(want),
  );

  it("does not change when the same answer is seen again", () => {
    const answer = { items: [{ id: 1, labels: ["a"], by: { ann: 1, bea: 2 } }, { id: 2 }], next: null };
    expect(JSON.stringify(seen([answer, answer]))).toBe(JSON.stringify(seen([answer])));
  });

  it("does not change when any answer is seen again", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 1, maxLength: 3 }), (answers) => {
        const shape = seen(answers);
        expect(JSON.stringify(learned(shape, shapeOf(answers.at(-1), new Set())))).toBe(
          JSON.stringify(shape),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("is the same in whatever order the answers come", () => {
    const answers = [
      { id: 1, items: [{ count: 1 }] },
      { id: "x" },
      { id: 1, items: [{ count: 2, error: null, alice: 1 }] },
      { id: 1, items: [] },
    ];
    expect(JSON.stringify(seen(answers))).toBe(JSON.stringify(seen(answers.toReversed())));
  });

  it("holds nothing of the values", () => {
    const answer = { name: "Ada Lovelace", card: "4242424242424242", tags: ["secret-tag"], age: 36 };
    expect(JSON.stringify(seen([answer]))).not.toMatch(/Ada|4242|secret|36/);
  });

  it("stays small, however large and deep the answer is", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 500; level++) deep = { below: deep, beside: [deep] };
    const wide = Object.fromEntries(
      Array.from({ length: 70 }, (_, a) => [`part_${letters(a)}`, { deep, [`own_${letters(a)}`]: 1, a }]),
    );
    const answer = { id: 1, wide, list: Array.from({ length: 100_000 }, () => wide) };
    const own = `part own below beside a ${Array.from({ length: 70 }, (_, a) => letters(a)).join(" ")}`;
    const size = JSON.stringify(seen([answer], own)).length;
    expect(size).toBeLessThanOrEqual(maxShapeChars);
    expect(size).toBeGreaterThan(maxShapeChars / 10);
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
  { of: "ids, beside a common name", answer: { kind: "x", total: 1, cus_9s6XKzkNRiz8i3: { balance: 1 } } },
  { of: "dates", answer: { "2026-11-20": 3 } },
  { of: "host names", answer: { "www.example.com": "192.0.2.1" } },
  { of: "paths", answer: { "/etc/passwd": 1 } },
  { of: "names with blanks", answer: { "Ada Lovelace": 1 } },
  { of: "names in another script", answer: { 山田: 1 } },
  { of: "telephone numbers", answer: { "+4915112345678": 1 } },
  { of: "countries", answer: { DE: 1, FR: 2, US: 3 } },
  { of: "languages", answer: { pt_BR: "sim" } },
  { of: "one person", answer: { alice: { age: 1 } } },
  { of: "two people", answer: { alice: { age: 1 }, bob: { age: 2 } } },
  { of: "people of whom not the same is known", answer: { alice: { age: 1 }, bob: { age: 2, email: "b" } } },
  { of: "people of whom nothing is known", answer: { alice: {}, bob: { age: 2 }, carol: null } },
  { of: "people, with lists of the same", answer: { alice: [{ n: 1 }], bob: [{ n: 1 }], carol: [] } },
  { of: "people, with a map each", answer: { alice: { "2026-11-20": 1 }, bob: { "2026-11-21": 2 } } },
  { of: "people, with a number each", answer: { alice: 3, bob: 5 } },
  { of: "people, with a text each", answer: { alice: "admin", bob: "guest", carol: "guest" } },
  { of: "people, with a list of texts each", answer: { alice: ["read"], bob: ["read", "write"] } },
  { of: "people, one of them called like a thing", answer: { max: { age: 1 }, anna: { age: 2 } } },
  { of: "projects", answer: { apollo: { open: 3, done: true }, gemini: { open: 1, done: false } } },
  {
    of: "projects, with a flag each",
    answer: { "web-site": true, "mobile-app": true, "data-service": false },
  },
  { of: "people of whom nothing alike is known", answer: { alice: { age: 1 }, bob: { email: "x" } } },
  {
    of: "people, each in another form",
    answer: { alice: 5, bob: "on leave", carol: null, zed: { role: "x" } },
  },
  { of: "people, beside a number", answer: { total: 3, alice: { age: 1 } } },
  { of: "numbered things", answer: { user_1: { id: 1 }, user_2: { id: 2 }, user_3: { id: 3 } } },
  { of: "languages of a repository", answer: { TypeScript: 91_000, Shell: 120, Dockerfile: 7 } },
  { of: "labels", answer: { env: "prod", team: "blue", costcenter: "acme" } },
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

/** Where a map may stand in an answer. */
const places: ((map: unknown) => unknown)[] = [
  (map) => map,
  (map) => [map, map],
  (map) => ({ id: 1, entries: map }),
  (map) => ({ items: [{ id: 1, note: "x", entries: map }] }),
  (map) => ({ entries: { "2026-11-20": map } }),
];

/** Records of well-known kinds, and the names that must stay. */
const records: { of: string; answer: Record<string, unknown>; operation?: string }[] = [
  { of: "a thing with an owner", answer: { id: 1, name: "a", owner: { id: 2 }, created_at: "2026-11-20" } },
  { of: "a page", answer: { items: [], total: 1, page: 1, per_page: 20 } },
  { of: "numbers of pages", answer: { total: 1, page: 1, per_page: 20 } },
  { of: "a size", answer: { width: 1, height: 2 } },
  { of: "a place", answer: { lat: 1.5, lng: 2.5 } },
  { of: "texts", answer: { id: "x", hostname: "y", region: "z" } },
  { of: "an address", answer: { street: "a", city: "b", zip: "c", country: "d" } },
  { of: "links", answer: { self: { href: "a" }, next: { href: "b" }, prev: null } },
  { of: "users in roles", answer: { owner: { id: 1, login: "a" }, creator: { id: 2, login: "b" } } },
  { of: "an envelope", answer: { data: { id: 1, name: "x" }, error: null } },
  {
    of: "an envelope named after the path",
    answer: { droplet: { id: 1 } },
    operation: "getDroplet /droplets/{id}",
  },
  { of: "a measurement", answer: { temperature: 21.5, unit: "C", humid: true } },
  { of: "many texts", answer: { url: "a", html_url: "a", owner: "o", archive_format: "x", fork: false } },
  { of: "unlike parts", answer: { cpu: { cores: 8, model: "x" }, disk: { free: 1, used: 2 } } },
  {
    of: "all manner of spellings",
    answer: Object.fromEntries(
      [
        ..."id created_at isActive line1 sha256 ipv4Address _links @id @odata.count HTTPStatus".split(" "),
        ..."x-rate oauth2_v3".split(" "),
      ].map((name, index) => [name, [1, "a", true, null][index % 4]]),
    ),
  },
];

const expectNone = (shape: Shape, names: readonly string[]) => {
  const text = JSON.stringify(shape);
  for (const name of names) expect(text).not.toContain(`${JSON.stringify(name)}:`);
};

describe("names that are data", () => {
  it.each(maps)("are not kept after the first answer: $of", ({ answer }) => {
    for (const place of places) expectNone(seen([place(answer)], "listItems /items"), Object.keys(answer));
    expect(typeOf([{ id: 1, entries: answer }])).toMatch(/^\{ entries: Record<string, .*>; id: number \}$/);
  });

  it("are not kept, whatever the people are called and whatever is known of each", () => {
    const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz");
    // No name is a common word that begins like this.
    const name = fc.array(letter, { minLength: 1, maxLength: 9 }).map((all) => `qu${all.join("")}x`);
    const known = fc.constantFrom<(n: number) => unknown>(
      (n) => n,
      (n) => `text ${n}`,
      (n) => n % 2 === 0,
      (n) => (n % 3 === 0 ? null : { age: n, role: "x" }),
      (n) => ({ age: n, ...(n % 2 && { note: "x" }) }),
      (n) => Array.from({ length: n % 3 }, () => ({ at: "x", n })),
      (n) => ({ last: { at: "x" }, [`quid${letters(n % 600)}x`]: { at: "y" } }),
    );
    const people = fc.uniqueArray(name, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(people, { minLength: 1, maxLength: 4 }),
        known,
        fc.nat(4),
        (answers, of, place) => {
          const values = answers.map((names) =>
            Object.fromEntries(names.map((one, index) => [one, of(index)])),
          );
          expectNone(seen(values.map(places[place] as (map: unknown) => unknown)), answers.flat());
        },
      ),
    );
  });

  it.each([
    { of: "one person", answer: { id: 1, total: 3, alice: { age: 1 } }, open: "{ age: number }" },
    { of: "people", answer: { id: 1, name: "x", total: 3, alice: 5, bob: "x" }, open: "number | string" },
  ])("leave an object open that has more names of its own: $of", ({ answer, open }) => {
    expectNone(seen([answer]), ["alice", "bob"]);
    for (const answers of [[answer], [answer, answer], [[answer]]])
      expect(typeOf(answers)).toMatch(/^\{ .*id: number; .*total: number; .*\}(?:\[\])?$/);
    expect(typeOf([answer])).toContain(`[key: string]: ${open} }`);
  });

  it("are not kept because the next answer has none", () => {
    expect(typeOf([{ by: { "a@b.example": 1 } }, { by: { name: 1 } }])).toBe(
      "{ by: Record<string, number> }",
    );
    expect(typeOf([{ by: { name: 1 } }, { by: { "a@b.example": 1 } }])).toBe(
      "{ by: Record<string, number> }",
    );
  });
});

describe("names that are names", () => {
  it("are those made of words of the API, too", () =>
    expect(typeOf([{ droplet_kernels: 1, swapSize: "x" }], "listKernels /droplets /swap")).toBe(
      "{ droplet_kernels: number; swapSize: string }",
    ));

  it.each(records)("stay: $of", ({ answer, operation }) => {
    const shape = seen([answer, answer], operation);
    expect(Object.keys(shape.members ?? {})).toEqual(Object.keys(answer).toSorted());
    const inList = seen([[answer], [], [answer, answer]], operation);
    expect(Object.keys(inList.items?.members ?? {})).toEqual(Object.keys(answer).toSorted());
  });

  it("stay where a later answer has fewer of them", () =>
    expect(typeOf([{ temperature: 21.5, unit: "C" }, { temperature: 22 }])).toBe(
      "{ temperature: number; unit?: string }",
    ));
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
