/** Lasting runs as the ledger keeps them: a row each, until they end. */
import { randomBytes } from "node:crypto";
import { fitRequests, recordOf, type RunRecord, type RunStart } from "../../../terms/record.ts";
import type { Failure, RequestRecord } from "../../../terms/failure.ts";
import { lastingLimits, type LastingStart, type LastingState } from "../../../terms/lasting.ts";
import { allow, close, open, type Ended } from "../approvals/continuations.ts";
import { requestOf, type KeptRequest } from "../approvals/kept-requests.ts";
import { sliceSilentAfterMs } from "../limits.ts";
import { all, first, insertRow } from "../rows.ts";
import { afterRun, dropChanged } from "../programs/after-run.ts";
import { insertRecord, insertStart } from "../runs.ts";
import { recordsOf } from "./journal.ts";
import type { LastingRow } from "./row.ts";

export function readLasting(sql: SqlStorage, run: string): LastingRow | undefined {
  return first<LastingRow>(sql, "SELECT * FROM lasting WHERE run = ?", run);
}

/** @returns why it was not begun */
export function begin(sql: SqlStorage, given: LastingStart, nowMs: number): string | undefined {
  const { start, caller, capabilities } = given;
  const { runs } = sql.exec<{ runs: number }>("SELECT count(*) AS runs FROM lasting").one();
  if (runs >= lastingLimits.atOnce)
    return `${runs} runs of this user go on in the background already, and more may not at a time.`;
  insertStart(sql, start);
  const endsAt = nowMs + lastingLimits.maxMs;
  const { id } = open(sql, start, nowMs, { untilMs: endsAt, capabilities });
  // Its user allowed it before: nobody is asked, and each slice is held to what was allowed.
  if (start.program) allow(sql, id);
  insertRow(sql, "lasting", {
    run: start.runId,
    client: caller.clientId,
    begun: JSON.stringify(given),
    seed: randomBytes(32).toString("hex"),
    continuation: id,
    state: "due",
    slice: 0,
    due_at: nowMs,
    ends_at: endsAt,
    entries: 0,
    entries_before: 0,
    bytes: 0,
    last_at: nowMs,
    deaths: 0,
    deaths_lately: 0,
    deaths_since: 0,
    failures: 0,
    poked: 0,
    program: start.program?.id ?? null,
  } satisfies LastingRow);
  return undefined;
}

/**
 * Begins a slice, if one is due. What may not go on ends here.
 * @returns the row as it is now, or `undefined` if nothing is to be run
 */
export function take(sql: SqlStorage, run: string, nowMs: number): LastingRow | undefined {
  const row = readLasting(sql, run);
  if (row?.state !== "due") return undefined;
  if (nowMs >= row.ends_at) {
    finish(
      sql,
      row,
      { kind: "canceled", message: expired, next: "Begin it again if it is still wanted." },
      "expired",
      nowMs,
    );
    return undefined;
  }
  if (row.deaths >= lastingLimits.maxDeaths || row.deaths_lately >= lastingLimits.maxDeathsLately) {
    finish(sql, row, { kind: "stopped", why: "gone", sure: false }, "done", nowMs);
    return undefined;
  }
  sql.exec(
    `UPDATE lasting SET state = 'running', slice = slice + 1, due_at = ?, entries_before = entries, poked = 0 WHERE run = ?`,
    nowMs + sliceSilentAfterMs,
    run,
  );
  sql.exec("UPDATE runs SET outcome = 'running' WHERE run = ?", run);
  if (row.program !== null) dropChanged(sql, row.program);
  return readLasting(sql, run);
}

const expired = `The run was ended after ${lastingLimits.maxMs / 86_400_000} days.`;

/**
 * A slice has nothing to do: its code waits for a time or for a person, or it was cut to begin again.
 * @param isCut it had more to do
 * @param limitMs how long it could run: what its failure says if nothing will ever happen
 */
export function suspend(
  sql: SqlStorage,
  row: LastingRow,
  isCut: boolean,
  limitMs: number,
  nowMs: number,
): void {
  const { run, continuation } = row;
  // The code has gone another way: nobody waits for these any more.
  sql.exec("DELETE FROM sleeps WHERE run = ? AND slice <> ?", run, row.slice);
  const grew = row.entries > row.entries_before;
  const { until } = sql
    .exec<{ until: number | null }>("SELECT min(until) AS until FROM sleeps WHERE run = ?", run)
    .one();
  const isWaiting = waitsForPerson(sql, continuation);
  if (!grew && until === null && !isWaiting && row.poked === 0)
    return finish(sql, row, { kind: "timed-out", limitMs }, "done", nowMs);
  const isDue = row.poked === 1 || (isCut && grew) || (until === null && !isWaiting);
  const state = isDue ? "due" : isWaiting ? "waiting" : "sleeping";
  const dueAt = isDue ? nowMs : Math.min(until ?? Infinity, row.ends_at);
  leave(sql, run, state, dueAt);
}

/** Something of the deployment did not answer: tried again, later each time. */
export function retry(sql: SqlStorage, row: LastingRow, failure: Failure, nowMs: number): void {
  const failures = row.failures + 1;
  if (failures > lastingLimits.maxFailures) return finish(sql, row, failure, "done", nowMs);
  sql.exec("UPDATE lasting SET failures = ? WHERE run = ?", failures, row.run);
  leave(sql, row.run, "sleeping", nowMs + Math.min(5_000 * 2 ** (failures - 1), 300_000));
}

function leave(sql: SqlStorage, run: string, state: LastingRow["state"], dueAt: number): void {
  sql.exec(
    "UPDATE lasting SET state = ?, due_at = ?, deaths = 0, poked = 0 WHERE run = ?",
    state,
    dueAt,
    run,
  );
  const outcome = { due: "running", running: "running", sleeping: "sleeping", waiting: "needs-approval" }[
    state
  ];
  sql.exec("UPDATE runs SET outcome = ? WHERE run = ?", outcome, run);
}

const waits = "state IN ('pending', 'unknown')";

function waitsForPerson(sql: SqlStorage, continuation: string): boolean {
  const query = `SELECT 1 FROM kept_requests WHERE continuation = ? AND ${waits} LIMIT 1`;
  return first(sql, query, continuation) !== undefined;
}

/** A person has decided: the runs that can go on do. */
export function wakeDecided(sql: SqlStorage, nowMs: number): void {
  sql.exec(
    `UPDATE lasting SET poked = 1, due_at = iif(state = 'running', due_at, ?), state = iif(state = 'running', state, 'due')
     WHERE continuation IN (SELECT continuation FROM kept_requests WHERE state IN ('approved', 'rejected', 'confirmed'))`,
    nowMs,
  );
}

/** Ends a run with the record of its last slice. */
export function endWith(sql: SqlStorage, row: LastingRow, record: RunRecord, nowMs: number): void {
  // Where the gateway ran in another isolate, the slice has not seen its requests.
  const journaled = fitRequests(recordsOf(sql, row.run));
  const isWhole = record.requests.length >= journaled.length;
  insertRecord(sql, isWhole ? record : { ...record, requests: journaled });
  remove(sql, row, "done");
  afterRun(sql, row, { outcome: record.outcome, byItself: true }, nowMs);
}

/** Ends a run that has no slice to end it. */
export function finish(
  sql: SqlStorage,
  row: LastingRow,
  failure: Failure,
  state: Ended,
  nowMs: number,
): void {
  const { start } = JSON.parse(row.begun) as LastingStart;
  const requests = [...recordsOf(sql, row.run), ...unansweredOf(sql, row.continuation)];
  const outcome = { ok: false as const, failure, logs: [] };
  insertRecord(sql, recordOf(start, nowMs - start.startedAtMs, outcome, requests));
  remove(sql, row, state);
  afterRun(sql, row, { outcome: failure.kind, byItself: false }, nowMs);
}

function remove(sql: SqlStorage, { run, continuation }: LastingRow, state: Ended): void {
  close(sql, continuation, state);
  sql.exec("DELETE FROM sleeps WHERE run = ?", run);
  sql.exec("DELETE FROM journal WHERE run = ?", run);
  sql.exec("DELETE FROM lasting WHERE run = ?", run);
}

/** Writes that left and whose answer nobody has, and what waited for a person. */
function unansweredOf(sql: SqlStorage, continuation: string): RequestRecord[] {
  const query = `SELECT * FROM kept_requests WHERE continuation = ? AND state IN ('pending', 'sent', 'unknown', 'confirmed')
    ORDER BY position`;
  return all<KeptRequest>(sql, query, continuation).map((kept) => {
    const { api, operation, method, url, body } = requestOf(kept);
    return {
      api,
      operation,
      method,
      url,
      outcome: kept.state === "pending" ? "waiting" : "unknown",
      durationMs: 0,
      bytesUp: body?.bytes ?? 0,
      bytesDown: 0,
    };
  });
}

/** Runs whose next slice is due, those that have waited longest first. */
export function due(sql: SqlStorage, nowMs: number): LastingRow[] {
  return all<LastingRow>(sql, "SELECT * FROM lasting WHERE due_at <= ? ORDER BY due_at", nowMs);
}

/** When the ledger has to look at its lasting runs again, or `null` if it has none. */
export function nextDue(sql: SqlStorage): number | null {
  return sql.exec<{ due: number | null }>("SELECT min(due_at) AS due FROM lasting").one().due;
}

/** Its next slice is asked for; if it has not begun after a while, it is asked for again. */
export function call(sql: SqlStorage, run: string, nowMs: number): void {
  sql.exec("UPDATE lasting SET state = 'due', due_at = ? WHERE run = ?", nowMs + sliceSilentAfterMs, run);
}

/**
 * The slice that ran has died. Progress does not make up for it: code that stops the server could take one step each time.
 * @returns whether the next one is to begin only later, so that others are served
 */
export function died(sql: SqlStorage, row: LastingRow, nowMs: number): boolean {
  const { deathsMs, afterDeathMs, maxDeathsLately } = lastingLimits;
  const isLate = nowMs - row.deaths_since > deathsMs;
  const [lately, since] = isLate ? [1, nowMs] : [row.deaths_lately + 1, row.deaths_since];
  // The first one may be anybody's, and after the last one the run only has to be ended.
  const isDelayed = lately > 1 && lately < maxDeathsLately;
  sql.exec(
    "UPDATE lasting SET deaths = deaths + 1, deaths_lately = ?, deaths_since = ?, state = 'due', due_at = ? WHERE run = ?",
    lately,
    since,
    isDelayed ? nowMs + afterDeathMs * 2 ** (lately - 2) : nowMs,
    row.run,
  );
  return isDelayed;
}

/** The next slice is asked for at once. @returns whether there is one to ask for */
export function askFor(sql: SqlStorage, run: string, nowMs: number): boolean {
  const query = "UPDATE lasting SET due_at = ? WHERE run = ? AND state = 'due'";
  return sql.exec(query, nowMs, run).rowsWritten > 0;
}

/** A slice goes on. */
export function postpone(sql: SqlStorage, run: string, nowMs: number): void {
  sql.exec("UPDATE lasting SET due_at = ? WHERE run = ?", nowMs + sliceSilentAfterMs, run);
}

/** Those of a client, or all of them (`null`). */
export function lastingOf(sql: SqlStorage, client: string | null): LastingRow[] {
  return all<LastingRow>(sql, "SELECT * FROM lasting WHERE client = ifnull(?, client)", client);
}

export function stateOf(sql: SqlStorage, row: LastingRow): LastingState {
  const { start, origin } = JSON.parse(row.begun) as LastingStart;
  const query = "SELECT count(*) AS requests FROM journal WHERE run = ? AND kind <> 'sleep'";
  const { requests } = sql.exec<{ requests: number }>(query, start.runId).one();
  const isWaiting = waitsForPerson(sql, row.continuation);
  return {
    state: row.state === "due" ? "running" : row.state,
    ...(row.state === "sleeping" && { untilMs: row.due_at }),
    ...(isWaiting && { link: `${origin}/approvals/${row.continuation}` }),
    requests,
  };
}

/** As it began. */
export const startOf = (row: LastingRow): RunStart => (JSON.parse(row.begun) as LastingStart).start;
