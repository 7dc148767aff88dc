import { expect, it } from "vitest";
import { weightOf } from "../../../src/sandbox/guest/weight.ts";

/** An object that stands in itself 2 to the power of `times` times. */
function doubled(times: number): unknown {
  let value: unknown = { a: 1 };
  for (let at = 0; at < times; at += 1) value = { a: value, b: value };
  return value;
}

it.each([
  ["a text", "abc", 1, 4, 0],
  ["a list", [1, "ab", null, undefined], 5, 8, 0],
  ["an object", { name: "x", n: 1 }, 5, 10, 5],
  ["nothing", undefined, 1, 1, 0],
  ["bytes", new Uint8Array(1_000_000), 1, 1, 0],
  ["a date", new Date(), 1, 1, 0],
  ["the parameters of a URL", new URLSearchParams("a=1&bc=2&a="), 7, 11, 4],
  ["a map", new Map([["a", [1, 2]]]), 5, 7, 3],
  ["headers", new Headers({ ab: "1" }), 3, 6, 2],
  [
    "a name for each of many values",
    { ["n".repeat(10)]: Array.from({ length: 99 }, () => 1) },
    102,
    113,
    1_000,
  ],
  ["names below names", { abc: { de: [1, 2] } }, 7, 13, 3 * 5 + 2 * 3],
])("weighs %s", (_, value, values, characters, repeated) => {
  expect(weightOf(value)).toEqual({ values, characters, repeated });
});

it("weighs a list of a billion places that holds one value as one", () => {
  const sparse: unknown[] = [];
  sparse[1_000_000_000] = 1;
  expect(weightOf(sparse).values).toBe(2);
});

it.each([
  ["a list", Array.from({ length: 1_001 }, (_, at) => at)],
  ["lists in a list", Array.from({ length: 101 }, () => Array.from({ length: 10 }, () => 1))],
  ["names", Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [at, at]))],
])("does not count %s to the end", (_, value) => {
  expect(weightOf(value, 1_000).values).toBe(Infinity);
  expect(weightOf(value).values).toBeLessThan(Infinity);
});

it("weighs what stands in many places in each of them, and looks at it once", () => {
  expect(weightOf(doubled(10)).characters).toBeGreaterThan(2 ** 11);
  const began = performance.now();
  expect(weightOf(doubled(4_000))).toMatchObject({ values: Infinity, characters: Infinity });
  expect(performance.now() - began).toBeLessThan(1_000);
});

it("ends for what holds itself, and for what is nested very deeply", () => {
  const ring: Record<string, unknown> = { name: "x" };
  ring["self"] = ring;
  ring["list"] = [ring, { ring }];
  expect(weightOf(ring).values).toBeLessThan(100);
  let deep: unknown = 1;
  for (let at = 0; at < 200_000; at += 1) deep = [deep];
  expect(weightOf(deep)).toMatchObject({ values: 200_001, characters: 400_001 });
});

it("weighs as much as JSON has characters, or less", () => {
  const value = {
    items: Array.from({ length: 50 }, (_, at) => ({ id: `item-${at}`, tags: ["a", "b"], n: at })),
  };
  const weight = weightOf(value).characters;
  expect(weight).toBeLessThanOrEqual(JSON.stringify(value).length);
  expect(weight).toBeGreaterThan(JSON.stringify(value).length / 4);
});
