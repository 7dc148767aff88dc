/**
 * The part of a user's ledger that keeps their lasting runs, and that begins each slice at its time: an alarm is on the
 * disk, so a run that sleeps costs a row, and no restart and no deployment loses it. A slice that is not heard of any more
 * is followed by the next one.
 */
import { DurableObject, exports } from "cloudflare:workers";
import type { Failure } from "../../../terms/failure.ts";
import type { KeptAnswer, SliceName, Step } from "../../../terms/approvals.ts";
import type {
  JournalEntry,
  LastingStart,
  LastingState,
  Moment,
  NewEntry,
  Slice,
} from "../../../terms/lasting.ts";
import type { RunRecord } from "../../../terms/record.ts";
import { covers, type Grant } from "../../../terms/scopes.ts";
import { dropUnsent, markJournaled } from "../approvals/kept-requests.ts";
import { allowedProgram, findById, type Ended } from "../approvals/continuations.ts";
import { cleanUpEveryMs, sliceSilentAfterMs } from "../limits.ts";
import { keepResult } from "../results.ts";
import { insertRow } from "../rows.ts";
import { current, fullOf } from "./decide.ts";
import type { LastingRow } from "./row.ts";
import { append, readAnswer, readJournal } from "./journal.ts";
import {
  askFor,
  begin,
  call,
  died,
  due,
  endWith,
  finish,
  lastingOf,
  nextDue,
  postpone,
  readLasting,
  retry,
  startOf,
  stateOf,
  suspend,
  take,
} from "./rows.ts";

export abstract class LastingLedger extends DurableObject<Env> {
  protected readonly sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
  }

  /** Whether a run has said within this time that it goes on. */
  protected abstract isHeard(runId: string, withinMs: number): boolean;

  /** @returns why it was not begun. From here on it goes on by itself, whatever dies */
  beginLasting(given: LastingStart): string | null {
    return this.writeDue(() => begin(this.sql, given, Date.now())) ?? null;
  }

  /** Begins the next slice, if it is time for one. */
  takeSlice(runId: string): Slice | null {
    const row = this.writeDue(() => take(this.sql, runId, Date.now()));
    if (!row) return null;
    const begun = JSON.parse(row.begun) as LastingStart;
    const paused = findById(this.sql, row.continuation);
    const allowed = paused && allowedProgram(paused, {});
    const entries = this.journalOf(runId);
    return { ...begun, runId, slice: row.slice, seed: row.seed, entries, ...(allowed && { allowed }) };
  }

  /** There is room for a slice that found none. @returns whether it is still wanted */
  askForSlice(runId: string): boolean {
    return this.writeDue(() => askFor(this.sql, runId, Date.now()));
  }

  journalOf(runId: string): JournalEntry[] {
    return readJournal(this.sql, runId);
  }

  /** An answer that was too long to be given with the slice. */
  journaledAnswer(runId: string, seq: number): KeptAnswer | null {
    return readAnswer(this.sql, runId, seq);
  }

  /**
   * Stores what the code got from outside, before it has it.
   * @param ticket of the request, if it had one
   * @returns null if this slice was taken over: then the code must not have it
   */
  journal(name: SliceName, entry: NewEntry, ticket?: string): Moment | null {
    return this.write(() => {
      const row = current(this.sql, name);
      if (!row) return null;
      if (ticket !== undefined) markJournaled(this.sql, ticket);
      else dropUnsent(this.sql, row.continuation, entry.step);
      return append(this.sql, row, entry, Date.now());
    });
  }

  /**
   * The code sleeps.
   * @returns when it has, if that is over; null if it is to wait
   */
  sleep(name: SliceName, asked: Step, untilMs: number): Moment | Failure | null {
    return this.write(() => {
      const [row, nowMs] = [current(this.sql, name), Date.now()];
      if (!row) return null;
      const full = fullOf(this.sql, row);
      if (full) return full;
      if (untilMs <= nowMs) return append(this.sql, row, { ...asked, kind: "sleep" }, nowMs);
      const sleep = { run: name.runId, step: asked.step, until: untilMs, slice: name.slice };
      insertRow(this.sql, "sleeps", sleep, "REPLACE");
      return null;
    });
  }

  /** @param isCut the code had more to do @param limitMs how long it could run */
  suspendSlice(name: SliceName, isCut: boolean, limitMs: number): void {
    this.writeDue(() => {
      const row = current(this.sql, name);
      if (row) suspend(this.sql, row, isCut, limitMs, Date.now());
    });
  }

  /** Something of the deployment did not answer in this slice. */
  retrySlice(name: SliceName, failure: Failure): void {
    this.writeDue(() => {
      const row = current(this.sql, name);
      if (row) retry(this.sql, row, failure, Date.now());
    });
  }

  /** The code has come to its end. @returns whether this slice could end it */
  endLasting(name: SliceName, record: RunRecord, result?: string): boolean {
    return this.write(() => {
      const row = current(this.sql, name);
      if (!row) return false;
      endWith(this.sql, row, record, Date.now());
      if (result !== undefined) keepResult(this.sql, name.runId, result, Date.now());
      return true;
    });
  }

  /**
   * @param grant of who asks: a run that was granted more does not exist for it; absent for its user
   * @returns null for a run that is not lasting, or has ended
   */
  lastingState(runId: string, grant?: Grant): LastingState | null {
    const row = this.#lasting(runId, grant);
    return row ? stateOf(this.sql, row) : null;
  }

  /** Ends a run. Nothing more is sent from here on. @returns whether there was something to end @param grant as above */
  cancelLasting(runId: string, message: string, grant?: Grant): boolean {
    return this.write(() => {
      const row = this.#lasting(runId, grant);
      if (row) this.endLastingRun(row.run, message, "dropped");
      return row !== undefined;
    });
  }

  #lasting(runId: string, grant: Grant | undefined): LastingRow | undefined {
    const row = readLasting(this.sql, runId);
    return row && (grant === undefined || covers(grant, startOf(row))) ? row : undefined;
  }

  /** Called within a transaction. */
  protected endLastingRun(runId: string, message: string, state: Ended): void {
    const row = readLasting(this.sql, runId);
    const next = "What is listed as answered was done and stands.";
    if (row) finish(this.sql, row, { kind: "canceled", message, next }, state, Date.now());
  }

  /** Called within a transaction: a client was disconnected, or all of them (`null`). */
  protected endLastingOf(client: string | null): void {
    for (const { run } of lastingOf(this.sql, client))
      this.endLastingRun(run, "The run was ended: its connection was ended.", "revoked");
  }

  /** Begins what is due. What was begun a moment ago or goes on is looked at again later. */
  protected beginDue(): void {
    const nowMs = Date.now();
    for (const row of due(this.sql, nowMs)) {
      const { run, state, begun } = row;
      if (state === "running" && this.isHeard(run, sliceSilentAfterMs)) {
        postpone(this.sql, run, nowMs);
        continue;
      }
      if (state === "running" && died(this.sql, row, nowMs)) continue;
      call(this.sql, run, nowMs);
      const { caller } = JSON.parse(begun) as LastingStart;
      const continuing: Promise<void> = exports.LastingRuns.goOn(caller.userId, run);
      this.ctx.waitUntil(continuing.catch(() => undefined));
    }
  }

  /** A change after which another time may be the next: the alarm is set with it, or neither is. */
  protected writeDue<T>(work: () => T): T {
    return this.write(() => {
      const result = work();
      const next = this.nextDue();
      if (next !== null) void this.ctx.storage.setAlarm(Math.min(next, Date.now() + cleanUpEveryMs));
      return result;
    });
  }

  /** When something is due, or `null` if nothing will be. */
  protected nextDue(): number | null {
    return nextDue(this.sql);
  }

  protected write<T>(work: () => T): T {
    return this.ctx.storage.transactionSync(work);
  }
}
