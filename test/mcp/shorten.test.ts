import { describe, expect, it } from "vitest";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { defaultBudgetTokens, shortenJson } from "../../src/mcp/shorten.ts";

const shortenResult = (value: unknown, budget?: number) => shortenJson(JSON.stringify(value), budget);

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: index, ip: `10.2.${index % 256}.7`, action: "block" }));
const words = (count: number) => "the quick brown fox jumps over the lazy dog ".repeat(count);
const nested = (depth: number) => {
  let value: unknown = "bottom";
  for (let level = 0; level < depth; level++) value = { next: value };
  return value;
};

describe("a result within the budget", () => {
  it.for([null, 0, "", "a", [], {}, { a: [1, { b: "c" }] }, rows(10)].map((value) => ({ value })))(
    "stays whole: $value",
    ({ value }) => {
      const { text, leftOut } = shortenResult(value);
      expect(text).toBe(JSON.stringify(value));
      expect(leftOut).toEqual([]);
    },
  );

  it("stays exactly the same text", () => {
    const json = '{ "a" : 1.0 }';
    expect(shortenJson(json)).toMatchObject({ text: json, leftOut: [] });
  });
});

describe("a result over the budget", () => {
  const cases: { what: string; value: unknown; budget: number; want: unknown; leftOut: unknown[] }[] = [
    {
      what: "a list of rows keeps whole rows from the top, and their number",
      value: rows(5000),
      budget: 150,
      want: [...rows(6), "… [4,994 more items]"],
      leftOut: [{ path: "result", kept: 6, of: 5000, unit: "items" }],
    },
    {
      what: "a huge member leaves room for the others",
      value: { text: words(10_000), count: 3, list: [1, 2, 3], name: "z" },
      budget: 80,
      want: {
        text: expect.stringMatching(/^the quick.*… \[439,\d{3} more characters\]$/),
        count: 3,
        list: [1, 2, 3],
        name: "z",
      },
      leftOut: [{ path: "result.text", kept: expect.any(Number), of: 440_000, unit: "characters" }],
    },
    {
      what: "a huge row does not end the list",
      value: [
        { id: 1, text: words(1000) },
        ...Array.from({ length: 9 }, (_, index) => ({ id: index, text: "short" })),
      ],
      budget: 400,
      want: [
        { id: 1, text: expect.stringMatching(/^the quick.*more characters\]$/) },
        ...Array.from({ length: 9 }, (_, index) => ({ id: index, text: "short" })),
      ],
      leftOut: [{ path: "result[0].text", kept: expect.any(Number), of: 44_000, unit: "characters" }],
    },
    {
      what: "two huge members share what there is",
      value: { a: words(1000), b: words(1000) },
      budget: 200,
      want: { a: expect.stringMatching(/^the quick/), b: expect.stringMatching(/^the quick/) },
      leftOut: [
        { path: "result.a", kept: expect.any(Number), of: 44_000, unit: "characters" },
        { path: "result.b", kept: expect.any(Number), of: 44_000, unit: "characters" },
      ],
    },
    {
      what: "names that are no identifiers are quoted in the path",
      value: { "/zones/{id}": { get: words(1000) } },
      budget: 60,
      want: { "/zones/{id}": { get: expect.any(String) } },
      leftOut: [
        { path: 'result["/zones/{id}"].get', kept: expect.any(Number), of: 44_000, unit: "characters" },
      ],
    },
    {
      what: "an object of very many members keeps the first",
      value: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index])),
      budget: 50,
      want: expect.objectContaining({ k0: 0, k1: 1, "…": expect.stringMatching(/^\[99\d more members\]$/) }),
      leftOut: [{ path: "result", kept: expect.any(Number), of: 1000, unit: "members" }],
    },
    {
      what: "a member that has the name of the marker stays",
      value: {
        "…": 1,
        ...Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index])),
      },
      budget: 50,
      want: expect.objectContaining({ "…": 1, "……": expect.any(String) }),
      leftOut: [expect.anything()],
    },
  ];

  it.for(cases)("$what", ({ value, budget, want, leftOut }) => {
    const shortened = shortenResult(value, budget);
    expect(JSON.parse(shortened.text)).toEqual(want);
    expect(shortened.leftOut).toEqual(leftOut);
    expect(shortened.tokens).toBeLessThanOrEqual(budget);
  });

  it("names what is nested too deeply instead of showing it", () => {
    const { text, leftOut } = shortenJson(`${'{"next":'.repeat(5000)}"bottom"${"}".repeat(5000)}`);
    expect(text).toContain('"[1 member]"');
    expect(leftOut).toEqual([
      { path: expect.stringMatching(/^result(\.next)+$/), kept: 0, of: 1, unit: "members" },
    ]);
  });

  it("keeps a member called __proto__", () => {
    const value = JSON.parse(`{"__proto__":{"a":1},"text":${JSON.stringify(words(1000))}}`) as unknown;
    expect(shortenResult(value, 60).text).toMatch(/^\{"__proto__":\{"a":1\},"text":"the/);
  });

  it("does not cut a character in two", () => {
    for (let length = 100; length < 140; length++)
      expect(shortenResult(`${"a".repeat(length)}${"🚀".repeat(5000)}`, 100).text.isWellFormed()).toBe(true);
  });

  it("lists no more than a dozen things that were left out, the largest first", () => {
    const value = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`k${index}`, words(100 + index)]),
    );
    const { leftOut } = shortenResult(value, 1000);
    expect(leftOut).toHaveLength(12);
    expect(leftOut[0]).toMatchObject({ path: "result.k39" });
  });

  it("names what many items lack in one line", () => {
    const value = Array.from({ length: 2 }, (_, index) => ({ id: index, text: words(100) }));
    expect(shortenResult(value, 100).leftOut).toEqual([
      { path: "result[*].text", kept: expect.any(Number), of: 8800, unit: "characters" },
    ]);
  });

  it("uses most of the budget", () => {
    for (const value of [rows(5000), words(50_000), { a: words(5000), b: rows(3000) }]) {
      const { tokens } = shortenResult(value);
      expect(tokens).toBeGreaterThan(defaultBudgetTokens * 0.8);
    }
  });
});

/** Generates the same values in every run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

function anything(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 4 ? 5 : 8));
  const size = Math.floor(random() ** 3 * 24);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return (random() - 0.5) * 10 ** Math.floor(random() * 20);
    case 3:
      return words(size);
    case 4:
      return Array.from({ length: size }, () => String.fromCharCode(random() * 0x3000)).join("");
    case 5:
      return Array.from({ length: size }, () => anything(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: size }, () => [random().toString(36).slice(2, 8), anything(random, depth + 1)]),
      );
  }
}

describe("any result and any budget", () => {
  it("gives valid JSON that is never over the budget, and says so if anything is missing", () => {
    const random = numbers(7);
    for (let round = 0; round < 300; round++) {
      const value = anything(random, 0);
      const budget = 20 + Math.floor(random() * 2000);
      const { text, tokens, leftOut } = shortenResult(value, budget);
      expect(tokens).toBeLessThanOrEqual(budget);
      const whole = JSON.stringify(JSON.parse(text)) === JSON.stringify(value);
      expect(whole).toBe(leftOut.length === 0);
    }
  });

  it("stays within the budget as o200k counts it", () => {
    const base64 = (length: number) => Buffer.from(words(length)).toString("base64");
    for (const value of [
      rows(5000),
      words(50_000),
      nested(90),
      base64(3000),
      Array.from({ length: 9000 }, (_, n) => n * 7919),
    ])
      for (const budget of [200, 1000, 6000])
        expect(countTokens(shortenResult(value, budget).text)).toBeLessThanOrEqual(budget);
  });
});
