import { expect, it } from "vitest";
import { weightOf } from "../../../src/sandbox/guest/weight.ts";

/** An object that stands in itself 2 to the power of `times` times. */
function doubled(times: number): unknown {
  let value: unknown = { a: 1 };
  for (let at = 0; at < times; at += 1) value = { a: value, b: value };
  return value;
}

it.each([
  ["a text", "abc", 4],
  ["a list", [1, "ab", null, undefined], 8],
  ["an object", { name: "x", n: 1 }, 10],
  ["nothing", undefined, 1],
  ["bytes", new Uint8Array(1_000_000), 1],
  ["a date", new Date(), 1],
])("weighs %s", (_, value, weight) => {
  expect(weightOf(value)).toBe(weight);
});

it("weighs what stands in many places in each of them, and looks at it once", () => {
  expect(weightOf(doubled(10))).toBeGreaterThan(2 ** 11);
  const began = performance.now();
  expect(weightOf(doubled(4_000))).toBe(Infinity);
  expect(performance.now() - began).toBeLessThan(1_000);
});

it("ends for what holds itself, and for what is nested very deeply", () => {
  const ring: Record<string, unknown> = { name: "x" };
  ring["self"] = ring;
  ring["list"] = [ring, { ring }];
  expect(weightOf(ring)).toBeLessThan(100);
  let deep: unknown = 1;
  for (let at = 0; at < 200_000; at += 1) deep = [deep];
  expect(weightOf(deep)).toBe(400_001);
});

it("weighs as much as JSON has characters, or less", () => {
  const value = {
    items: Array.from({ length: 50 }, (_, at) => ({ id: `item-${at}`, tags: ["a", "b"], n: at })),
  };
  const weight = weightOf(value);
  expect(weight).toBeLessThanOrEqual(JSON.stringify(value).length);
  expect(weight).toBeGreaterThan(JSON.stringify(value).length / 4);
});
