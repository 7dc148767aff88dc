/** Keeps a ledger within its limits: first removes what is too old, then the oldest of what is too much. */
import { removeEnded } from "./approvals/continuations.ts";
import { maxRemovedAtOnce, type ledgerLimits } from "./limits.ts";
import { firstKeyAt, hasEnded, removeRuns } from "./runs.ts";

/**
 * Removes the oldest runs beyond the limits, at most `maxRemovedAtOnce` in one call.
 * @returns how many were removed
 */
export function cleanUp(sql: SqlStorage, limits: typeof ledgerLimits, nowMs: number): number {
  const oldestMs = nowMs - limits.maxAgeMs;
  removeEnded(sql, oldestMs);
  const runs = countRuns(sql);
  // SQLite gives pages back to itself, not to the file: room is made a tenth at a time, not run by run.
  const overBytes = sql.databaseSize > limits.maxBytes ? Math.ceil(runs / 10) : 0;
  const { last, removed } = sql
    .exec<{ last: number | null; removed: number }>(
      `SELECT max(at) AS last, count(*) AS removed FROM
         (SELECT at, row_number() OVER (ORDER BY at) AS position FROM runs WHERE ${hasEnded} ORDER BY at LIMIT ?)
       WHERE at < ? OR position <= ?`,
      maxRemovedAtOnce,
      firstKeyAt(oldestMs),
      Math.max(runs - limits.maxRuns, overBytes),
    )
    .one();
  if (last !== null) removeRuns(sql, 0, last);
  return removed;
}

/** SQLite counts in the smallest index: 0.3 ms for 100,000 runs. */
export function countRuns(sql: SqlStorage): number {
  return sql.exec<{ runs: number }>("SELECT count(*) AS runs FROM runs").one().runs;
}
