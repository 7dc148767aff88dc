/** Whole results of the latest runs, for `recall`. */
import { maxKeptResultAgeMs, maxKeptResults, maxRowBytes } from "./limits.ts";
import { first, insertRow } from "./rows.ts";

/** Keeps a result (JSON text) unless it is too large for a row, and drops results that are too many or too old. */
export function keepResult(sql: SqlStorage, run: string, result: string, nowMs: number): void {
  if (Buffer.byteLength(result) > maxRowBytes) return;
  insertRow(sql, "results", { run, at: nowMs, result }, "REPLACE");
  sql.exec("DELETE FROM results WHERE at < ?", nowMs - maxKeptResultAgeMs);
  const kept = "SELECT run FROM results ORDER BY at DESC LIMIT ?";
  sql.exec(`DELETE FROM results WHERE run NOT IN (${kept})`, maxKeptResults);
}

/** The result of a run as JSON text, or `null` if it was not kept or has expired. */
export function readResult(sql: SqlStorage, run: string, nowMs: number): string | null {
  const query = "SELECT result FROM results WHERE run = ? AND at >= ?";
  return first<{ result: string }>(sql, query, run, nowMs - maxKeptResultAgeMs)?.result ?? null;
}
