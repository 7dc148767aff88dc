/** A user's runs as JSON lines, oldest first: each line is one run with everything the ledger keeps of it. */
import { inPages } from "./rows.ts";

const runsPerRead = 100;

/** Runs that begin after the call may be missing. */
export function* exportRuns(sql: SqlStorage): Generator<string> {
  const query = "SELECT at, record FROM run_records WHERE at > ? ORDER BY at LIMIT ?";
  for (const { record } of inPages<{ at: number; record: string }>(sql, query, "at", runsPerRead))
    yield record;
}
