import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { ceilings, turnLimits } from "../../src/fairness/limits.ts";
import { type Turn, Turns } from "../../src/fairness/turns.ts";

const limits = { ...turnLimits, perSecond: 5, burst: 10, activeMs: 5_000, greed: 3, maxWaitMs: 2_000 };
const delayed = (turns: Turn[]) => turns.filter((turn) => !turn.ok || turn.waitMs > 0);

/** A list of calls in the order of time: who calls when, and how long each call takes. */
function play(turns: Turns, calls: { who: string; at: number; takesMs?: number }[]): Turn[] {
  const ends: { who: string; at: number }[] = [];
  return calls.map(({ who, at, takesMs = 10 }) => {
    for (const end of ends.splice(0)) {
      if (end.at <= at) turns.leave(end.who);
      else ends.push(end);
    }
    const turn = turns.arrive(who, at);
    ends.push({ who, at: at + takesMs + (turn.ok ? turn.waitMs : 0) });
    return turn;
  });
}

function every(who: string, ms: number, count: number, from = 0) {
  return Array.from({ length: count }, (_, n) => ({ who, at: from + n * ms }));
}

function merged(...lists: { who: string; at: number }[][]) {
  return lists.flat().toSorted((a, b) => a.at - b.at);
}

describe("whose turn it is", () => {
  it("never delays a lone caller", () => {
    expect(delayed(play(new Turns(limits), every("a", 1, 5_000)))).toEqual([]);
  });

  it("never delays light callers, however many there are", () => {
    const lists = Array.from({ length: 50 }, (_, n) => every(`user ${n}`, 1_000, 20, n * 7));
    expect(play(new Turns(limits), merged(...lists)).every(({ ok }) => ok)).toBe(true);
  });

  it("admits ten calls at once, and five a second without end", () => {
    const calls = merged(every("a", 0, 10), every("a", 250, 200, 3_000), every("b", 1_000, 60));
    expect(delayed(play(new Turns(limits), calls))).toEqual([]);
  });

  it("gives a heavy caller five turns a second while another is active, and refuses the rest", () => {
    const calls = merged(every("hammer", 5, 4_000), every("other", 500, 40));
    const turns = play(new Turns(limits), calls);
    const of = (who: string) => turns.filter((_, n) => calls[n]!.who === who);
    expect(delayed(of("other"))).toEqual([]);
    const served = of("hammer").filter(({ ok }) => ok).length;
    expect(served).toBeGreaterThan(95);
    expect(served).toBeLessThan(130);
    const refused = of("hammer").find(({ ok }) => !ok);
    expect(refused).toMatchObject({
      retryAfterMs: expect.toSatisfy((ms: number) => ms > 2_000 && ms < 2_300),
    });
  });

  it("gives a heavy caller a tenth of the time if calls take long", () => {
    const turns = new Turns(limits);
    const served: Turn[] = [];
    for (let at = 0; at < 60_000; at += 50) {
      if (at % 1_000 === 0) {
        turns.arrive("other", at);
        turns.leave("other", 100);
      }
      const turn = turns.arrive("hammer", at);
      turns.leave("hammer", turn.ok ? 100 : undefined);
      if (turn.ok && at > 10_000) served.push(turn);
    }
    expect(served.length).toBeGreaterThanOrEqual(48);
    expect(served.length).toBeLessThanOrEqual(53);
  });

  it("stops delaying a heavy caller as soon as it is alone", () => {
    const calls = merged(every("hammer", 5, 4_000), every("other", 500, 10));
    const turns = play(new Turns(limits), calls);
    const late = turns.filter((_, n) => calls[n]!.at > 10_000);
    expect(late.length).toBeGreaterThan(0);
    expect(delayed(late)).toEqual([]);
  });

  it("treats two equal callers alike", () => {
    const calls = merged(every("a", 20, 1_000), every("b", 20, 1_000, 10));
    expect(play(new Turns(limits), calls).every(({ ok }) => ok)).toBe(true);
  });

  it("delays the caller with many calls at once, not the one that calls one after the other", () => {
    const many = Array.from({ length: 20 }, () => every("many", 100, 100)).flat();
    const calls = merged(every("one", 20, 500, 1), many).map((call) => ({ ...call, takesMs: 19 }));
    const turns = play(new Turns(limits), calls);
    const of = (who: string) => turns.filter((_, n) => calls[n]!.who === who);
    expect(delayed(of("one"))).toEqual([]);
    expect(of("many").filter(({ ok }) => !ok).length).toBeGreaterThan(1_500);
  });
});

describe("the ceilings", () => {
  it("are those in wrangler.jsonc", () => {
    const config = parse(readFileSync(join(import.meta.dirname, "../../wrangler.jsonc"), "utf8")) as {
      ratelimits: { name: string; simple: { limit: number; period: number } }[];
    };
    for (const [name, { limit, period }] of Object.entries(ceilings))
      expect(config.ratelimits.find((one) => one.name === name)?.simple).toEqual({ limit, period });
  });
});
