import { describe, expect, it } from "vitest";
import { Places } from "../../../src/mcp/lasting/places.ts";

const turn = (n: number) => ({ userId: `u${n}`, runId: `r${n}` });

describe("places of slices", () => {
  it("are so many; who finds none is remembered once, in its order", () => {
    const places = new Places(2);
    expect([1, 2, 3, 4, 3, 4].map((n) => places.take(turn(n)))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    places.leave();
    expect(places.next()).toEqual(turn(3));
    expect(places.take(turn(3))).toBe(true);
    expect(places.next()).toEqual(turn(4));
    expect(places.next()).toBeUndefined();
  });

  it("go to the run that comes first; a run that was called and comes too late is remembered again", () => {
    const places = new Places(1);
    places.take(turn(1));
    places.take(turn(2));
    places.leave();
    expect(places.next()).toEqual(turn(2));
    expect(places.take(turn(3))).toBe(true);
    expect(places.take(turn(2))).toBe(false);
    places.leave();
    expect(places.next()).toEqual(turn(2));
  });
});
