/**
 * Writes that are about to leave, stored before they do. If the run ends, its record replaces them; if everything stops
 * in the middle of it, they are what is known of it.
 */
import type { RequestRecord } from "../../terms/failure.ts";
import type { RunStart } from "../../terms/record.ts";
import { interruptedAfterMs, silentAfterMs } from "./limits.ts";
import { all, insertRow } from "./rows.ts";
import { firstKeyAt, insertInterrupted, insertStart, isRunning } from "./runs.ts";

/** Called within a transaction: with the beginning of the run, if that is not stored yet. */
export function insertLeaving(sql: SqlStorage, start: RunStart, request: RequestRecord): void {
  insertStart(sql, start);
  // A write that leaves after its run was recorded is in nobody's way, but would never be removed.
  if (!isRunning(sql, start.runId)) return;
  const query = "SELECT count(*) AS position FROM leaving WHERE run = ?";
  const { position } = sql.exec<{ position: number }>(query, start.runId).one();
  insertRow(sql, "leaving", { run: start.runId, position, request: JSON.stringify(request) });
}

/** What a run in progress has sent, as far as it was stored. */
export function writesOf(sql: SqlStorage, run: string): RequestRecord[] {
  const query = "SELECT request FROM leaving WHERE run = ? ORDER BY position";
  return all<{ request: string }>(sql, query, run).map(({ request }) => JSON.parse(request) as RequestRecord);
}

/**
 * Ends the runs that nobody has heard of for a while. If such a run ends after all, its record replaces this.
 * @param isHeard whether a run has said of late that it goes on
 * @param sinceMs when this was last done: what began long before that has an end
 */
export function interrupt(
  sql: SqlStorage,
  isHeard: (run: string) => boolean,
  nowMs: number,
  sinceMs: number,
): void {
  const query = `SELECT at, run FROM runs WHERE outcome = 'running' AND at BETWEEN ? AND ?
    AND run NOT IN (SELECT run FROM lasting)`;
  const from = firstKeyAt(Math.max(0, sinceMs - interruptedAfterMs));
  const begun = all<{ at: number; run: string }>(sql, query, from, firstKeyAt(nowMs - silentAfterMs));
  for (const { at, run } of begun) {
    if (at >= firstKeyAt(nowMs - interruptedAfterMs) && isHeard(run)) continue;
    // Whatever became of them, no answer is recorded.
    const left = writesOf(sql, run).map((request) => ({ ...request, outcome: "unknown" as const }));
    insertInterrupted(sql, at, left);
    sql.exec("DELETE FROM leaving WHERE run = ?", run);
  }
}
