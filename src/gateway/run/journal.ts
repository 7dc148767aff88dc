/**
 * What a slice of a lasting run has got from outside before, looked up by what its code asks. Each entry answers once. The
 * host reads it from the ledger before the code starts; where the gateway runs in another isolate, the gateway does.
 */
import type { SliceName, Step } from "../../terms/approvals.ts";
import type { JournalEntry, Slice } from "../../terms/lasting.ts";

const dayMs = 24 * 60 * 60_000;

export class Journal implements SliceName {
  readonly runId: string;
  readonly slice: number;
  readonly #open = new Map<string, JournalEntry[]>();
  readonly #byStep = new Map<number, JournalEntry>();
  readonly #answered = new Set<JournalEntry>();
  /** Steps that have arrived in this slice. */
  readonly #arrived = new Set<number>();
  /** Requests of the last day, by API: they count towards its budget. */
  readonly #lately = new Map<string, number>();

  constructor({ runId, slice, entries }: SliceName & Pick<Slice, "entries">, nowMs = Date.now()) {
    this.runId = runId;
    this.slice = slice;
    for (const entry of entries) {
      this.#byStep.set(entry.step, entry);
      const same = this.#open.get(entry.key);
      if (same) same.push(entry);
      else this.#open.set(entry.key, [entry]);
      const { record } = entry;
      if (record && record.outcome !== "denied" && entry.at > nowMs - dayMs)
        this.#lately.set(record.api, (this.#lately.get(record.api) ?? 0) + 1);
    }
  }

  lately(api: string): number {
    return this.#lately.get(api) ?? 0;
  }

  /** The code asks for something. @returns how it was answered, if it was */
  take({ step, key }: Step): JournalEntry | undefined {
    this.#arrived.add(step);
    const same = this.#open.get(key) ?? [];
    // What is asked several times over has several answers: that of this place, else the first that is left.
    const at = Math.max(
      0,
      same.findIndex((entry) => entry.step === step),
    );
    const [found] = same.splice(at, 1);
    if (found) this.#answered.add(found);
    return found;
  }

  /** Whether all that the code asked before a step has arrived. */
  isComplete(step: number): boolean {
    return this.#arrived.size >= step;
  }

  /** Whether an earlier slice did something else here, or a write before it that this one has not asked for. */
  isElsewhere(step: number): boolean {
    if (this.#byStep.has(step)) return true;
    for (const entry of this.#byStep.values())
      if (entry.step < step && entry.kind === "write" && !this.#answered.has(entry)) return true;
    return false;
  }
}
