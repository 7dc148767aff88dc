/** Whole results of the latest runs, for `recall`. */
import { maxKeptResultAgeMs, maxKeptResults, maxRowBytes } from "./limits.ts";

/** Keeps a result (JSON text) unless it is too large for a row, and forgets those that are too many or too old. */
export function keepResult(sql: SqlStorage, runId: string, result: string, nowMs: number): void {
  if (Buffer.byteLength(result) > maxRowBytes) return;
  sql.exec("INSERT OR REPLACE INTO results (run, at, result) VALUES (?, ?, ?)", runId, nowMs, result);
  sql.exec("DELETE FROM results WHERE at < ?", nowMs - maxKeptResultAgeMs);
  sql.exec(
    "DELETE FROM results WHERE run NOT IN (SELECT run FROM results ORDER BY at DESC LIMIT ?)",
    maxKeptResults,
  );
}

/** The result of a run as JSON text, or `null` if it was not kept or is gone. */
export function readResult(sql: SqlStorage, runId: string, nowMs: number): string | null {
  const [row] = sql
    .exec<{ result: string }>(
      "SELECT result FROM results WHERE run = ? AND at >= ?",
      runId,
      nowMs - maxKeptResultAgeMs,
    )
    .toArray();
  return row?.result ?? null;
}
