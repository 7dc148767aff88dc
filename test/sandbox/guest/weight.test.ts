import { expect, it } from "vitest";
import { weightOf } from "../../../src/sandbox/guest/weight.ts";

/** An object that stands in itself 2 to the power of `times` times. */
function doubled(times: number): unknown {
  let value: unknown = { a: 1 };
  for (let at = 0; at < times; at += 1) value = { a: value, b: value };
  return value;
}

it.each([
  ["a text", "abc", 1, 4],
  ["a list", [1, "ab", null, undefined], 5, 8],
  ["an object", { name: "x", n: 1 }, 5, 10],
  ["nothing", undefined, 1, 1],
  ["bytes", new Uint8Array(1_000_000), 1, 1],
  ["a date", new Date(), 1, 1],
])("weighs %s", (_, value, values, characters) => {
  expect(weightOf(value)).toEqual({ values, characters });
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
  expect(weightOf(doubled(4_000))).toEqual({ values: Infinity, characters: Infinity });
  expect(performance.now() - began).toBeLessThan(1_000);
});

it("ends for what holds itself, and for what is nested very deeply", () => {
  const ring: Record<string, unknown> = { name: "x" };
  ring["self"] = ring;
  ring["list"] = [ring, { ring }];
  expect(weightOf(ring).values).toBeLessThan(100);
  let deep: unknown = 1;
  for (let at = 0; at < 200_000; at += 1) deep = [deep];
  expect(weightOf(deep)).toEqual({ values: 200_001, characters: 400_001 });
});

it("weighs as much as JSON has characters, or less", () => {
  const value = {
    items: Array.from({ length: 50 }, (_, at) => ({ id: `item-${at}`, tags: ["a", "b"], n: at })),
  };
  const weight = weightOf(value).characters;
  expect(weight).toBeLessThanOrEqual(JSON.stringify(value).length);
  expect(weight).toBeGreaterThan(JSON.stringify(value).length / 4);
});
