import { describe, expect, it } from "vitest";
import { Journal } from "../../../src/gateway/run/journal.ts";
import type { JournalEntry } from "../../../src/terms/lasting.ts";

const now = 1_800_000_000_000;
const entry = (seq: number, step: number, key: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  seq,
  at: now - 1_000 + seq,
  step,
  key,
  kind: "read",
  answer: { status: 200, headers: [] },
  ...more,
});
const journalOf = (...entries: JournalEntry[]) => new Journal({ runId: "r1", slice: 2, entries }, now);

describe("the journal of a lasting run", () => {
  it("answers each thing once, the same thing in its place of the run", () => {
    const journal = journalOf(entry(1, 2, "a"), entry(2, 1, "a"), entry(3, 3, "b"));
    expect(journal.take({ step: 1, key: "a" })?.seq).toBe(2);
    expect(journal.take({ step: 2, key: "a" })?.seq).toBe(1);
    expect(journal.take({ step: 3, key: "a" })).toBeUndefined();
    expect(journal.take({ step: 3, key: "b" })?.seq).toBe(3);
    expect(journal.take({ step: 4, key: "b" })).toBeUndefined();
  });

  it("finds what moved to another place by what it is", () => {
    const journal = journalOf(entry(1, 1, "a"), entry(2, 2, "b"));
    expect(journal.take({ step: 1, key: "b" })?.seq).toBe(2);
    expect(journal.take({ step: 2, key: "a" })?.seq).toBe(1);
  });

  it("tells a run that goes another way: something else in a place, or a write left out before it", () => {
    const journal = journalOf(entry(1, 1, "a"), entry(2, 2, "post", { kind: "write" }), entry(3, 5, "c"));
    expect(journal.isElsewhere(2)).toBe(true);
    expect(journal.isElsewhere(3)).toBe(true);
    journal.take({ step: 2, key: "post" });
    // Step 4 was asked for and never answered: that is no other way.
    expect(journal.isElsewhere(4)).toBe(false);
    expect(journal.isElsewhere(5)).toBe(true);
    expect(journal.isElsewhere(6)).toBe(false);
  });

  it("knows when everything before a step has arrived", () => {
    const journal = journalOf();
    journal.take({ step: 3, key: "c" });
    expect(journal.isComplete(3)).toBe(false);
    journal.take({ step: 1, key: "a" });
    journal.take({ step: 2, key: "b" });
    expect(journal.isComplete(3)).toBe(true);
  });

  it("counts the requests of the last day, not those that were refused", () => {
    const record = (api: string, outcome: "answered" | "denied") =>
      ({ api, method: "GET", url: "", outcome, durationMs: 1, bytesUp: 0, bytesDown: 0 }) as const;
    const journal = journalOf(
      entry(1, 1, "a", { record: record("demo", "answered"), at: now - 25 * 3_600_000 }),
      entry(2, 2, "b", { record: record("demo", "answered") }),
      entry(3, 3, "c", { record: record("demo", "denied") }),
      entry(4, 4, "d", { record: record("other", "answered") }),
    );
    expect([journal.lately("demo"), journal.lately("other"), journal.lately("none")]).toEqual([1, 1, 0]);
  });
});
