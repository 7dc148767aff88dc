/** Whole results of the latest runs, for `recall`. One that does not fit into a row is in `parts`. */
import { maxKeptResultAgeMs, maxKeptResultBytes, maxKeptResults, maxRowBytes } from "./limits.ts";
import { readParts, writeParts } from "./parts.ts";
import { first, insertRow } from "./rows.ts";

/** Keeps a result (JSON text), and drops results that are too many, too large together, or too old. */
export function keepResult(sql: SqlStorage, run: string, result: string, nowMs: number): void {
  const bytes = Buffer.byteLength(result);
  const fits = bytes <= maxRowBytes;
  sql.exec("DELETE FROM results WHERE run = ?", run);
  insertRow(sql, "results", { run, at: nowMs, bytes, result: fits ? result : "" });
  if (!fits) writeParts(sql, `result:${run}`, new TextEncoder().encode(result));
  sql.exec("DELETE FROM results WHERE at < ?", nowMs - maxKeptResultAgeMs);
  const kept = `SELECT run FROM
    (SELECT run, row_number() OVER newest AS position, sum(bytes) OVER newest AS total FROM results
     WINDOW newest AS (ORDER BY at DESC, rowid DESC))
    WHERE position <= ? AND (total <= ? OR position = 1)`;
  sql.exec(`DELETE FROM results WHERE run NOT IN (${kept})`, maxKeptResults, maxKeptResultBytes);
}

/** The result of a run as JSON text, or `null` if it was not kept or has expired. */
export function readResult(sql: SqlStorage, run: string, nowMs: number): string | null {
  const query = "SELECT bytes, result FROM results WHERE run = ? AND at >= ?";
  const kept = first<{ bytes: number; result: string }>(sql, query, run, nowMs - maxKeptResultAgeMs);
  if (!kept) return null;
  return kept.bytes <= maxRowBytes ? kept.result : new TextDecoder().decode(readParts(sql, `result:${run}`));
}
