import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inputs, scaleDocument } from "../../../scripts/scale/main.ts";
import { callsOf, costOf, inFlight, shareAbove, usageOf } from "../../../scripts/scale/usage.ts";

describe("docs/scale.md", () => {
  it("is what npm run scale writes from its inputs", async () => {
    const page = await readFile(join(import.meta.dirname, "../../../docs/scale.md"), "utf8");
    expect(page).toBe(await scaleDocument());
  });
});

describe("the simulation", () => {
  it("charges nothing for what the plan includes, and each unit beyond", () => {
    const price = { included: 1_000, per: 10, price: 2 };
    expect([0, 1_000, 1_010, 1_100].map((used) => costOf(used, price))).toEqual([0, 0, 2, 20]);
  });

  it("loads one dynamic Worker for every call", () => {
    for (const users of inputs.users)
      expect(usageOf(users, inputs).dynamicWorkers).toBe(callsOf(users, inputs));
  });

  it("grows with the users, but for what hosts share", () => {
    const [one, thousand] = [usageOf(1, inputs), usageOf(1_000, inputs)];
    expect(thousand.rowsWritten / one.rowsWritten).toBeCloseTo(1_000);
    expect(thousand.r2Reads / one.r2Reads).toBeLessThan(1_000);
    expect(inFlight(1_000, inputs) / inFlight(1, inputs)).toBeCloseTo(1_000);
  });

  it.each([
    [0, 1, 1 - Math.exp(-1)],
    [1, 1, 1 - 2 * Math.exp(-1)],
    [50, 1, 0],
  ])(
    "with room for %i calls and %i on average, the share of fuller moments is Poisson's",
    (room, mean, want) => {
      expect(shareAbove(room, mean)).toBeCloseTo(want, 10);
    },
  );
});
