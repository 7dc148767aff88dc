/** A user's runs as JSON lines, oldest first: each line is one run with everything the ledger keeps of it. */
import { all } from "./rows.ts";

/** Runs per read; between two reads the ledger serves other calls. */
const runsPerRead = 100;

/** Runs that begin after the call may be missing. */
export function* exportRuns(sql: SqlStorage): Generator<string> {
  const query = "SELECT at, record FROM run_records WHERE at > ? ORDER BY at LIMIT ?";
  for (let last = 0; ;) {
    const rows = all<{ at: number; record: string }>(sql, query, last, runsPerRead);
    for (const { record } of rows) yield record;
    if (rows.length < runsPerRead) return;
    last = rows.at(-1)!.at;
  }
}
