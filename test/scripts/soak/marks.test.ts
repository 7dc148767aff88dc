import { describe, expect, it } from "vitest";
import { leaksIn, markOf } from "../../../scripts/soak/marks.ts";
import { percentile, slope } from "../../../scripts/soak/statistics.ts";

describe("what the soak looks for in every answer", () => {
  it.for([
    ["one's own data", markOf("data", 3, "ab"), []],
    ["another's data", markOf("data", 4, "ab"), ["user 3 was shown the data mark of user 4"]],
    [
      "another's log inside a longer text",
      `x${markOf("log", 30, "ab")}y`,
      ["user 3 was shown the log mark of user 30"],
    ],
    ["one's own credential", markOf("credential", 3, "ab"), ["user 3 was shown a credential"]],
    [
      "another's credential",
      markOf("credential", 1, "ab"),
      ["user 3 was shown the credential mark of user 1"],
    ],
    ["the same twice", markOf("recall", 9, "a").repeat(2), ["user 3 was shown the recall mark of user 9"]],
    ["nothing", "mark of the house", []],
  ] as const)("judges %s", ([, text, want]) => {
    expect(leaksIn(text, 3)).toEqual(want);
  });
});

describe("the figures of the soak", () => {
  it("are what they are called", () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile([], 0.5)]).toEqual([51, 100, 0]);
    expect(slope([0, 1, 2, 3].map((x) => ({ x, y: 2 * x + 5 })))).toBeCloseTo(2);
    expect(slope([{ x: 1, y: 1 }])).toBe(0);
  });
});
