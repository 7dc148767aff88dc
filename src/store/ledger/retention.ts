/** Keeps a ledger within its limits: what is too old goes, then the oldest of what is too many or too much. */
import { removeEnded } from "./approvals/continuations.ts";
import { maxRemovedAtOnce, type LedgerLimits } from "./limits.ts";
import { firstKeyAt, removeRuns } from "./runs.ts";

/**
 * Removes the oldest runs that the limits do not allow, at most `maxRemovedAtOnce` in one call.
 * @returns how many were removed
 */
export function cleanUp(sql: SqlStorage, limits: LedgerLimits, nowMs: number): number {
  const tooOld = firstKeyAt(nowMs - limits.maxAgeMs);
  removeEnded(sql, nowMs - limits.maxAgeMs);
  const excess = Math.max(countRuns(sql) - limits.maxRuns, 0);
  // SQLite gives pages back to itself, not to the file: room is made a tenth at a time, not run by run.
  const overBytes = usedBytes(sql) > limits.maxBytes ? Math.ceil(countRuns(sql) / 10) : 0;
  const [row] = sql
    .exec<{ last: number | null; removed: number }>(
      `SELECT max(at) AS last, count(*) AS removed FROM
         (SELECT at, row_number() OVER (ORDER BY at) AS position FROM runs ORDER BY at LIMIT ?)
       WHERE at < ? OR position <= ?`,
      maxRemovedAtOnce,
      tooOld,
      Math.max(excess, overBytes),
    )
    .toArray();
  if (!row || row.last === null) return 0;
  removeRuns(sql, 0, row.last);
  return row.removed;
}

/** Runs in the ledger. Counted by SQLite in the smallest index: 0.3 ms for 100,000. */
export function countRuns(sql: SqlStorage): number {
  return sql.exec<{ runs: number }>("SELECT count(*) AS runs FROM runs").one().runs;
}

/** Bytes in use, without the pages that were freed. */
export function usedBytes(sql: SqlStorage): number {
  return sql.databaseSize;
}
