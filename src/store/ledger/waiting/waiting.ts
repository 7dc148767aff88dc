/**
 * What waits for the person: paused runs with requests to decide on, and proposed versions of programs. The number in the
 * navigation, the feed and the webhook are made of this one list.
 */
import type { Waiting } from "../../../terms/waiting.ts";
import { clientIn } from "../programs/versions.ts";
import type { ProgramRow, VersionRow } from "../programs/row.ts";
import { markOverdue } from "../approvals/kept-requests.ts";
import { all, insertRow } from "../rows.ts";

/** Since when something has waited, and which message of the webhook tells it; null if none does yet. */
export type WaitRow = { id: string; since: number; message: string | null };

/** A request waits for a decision, or was sent and nobody knows what became of it. */
export const waitsForDecision = "state IN ('pending', 'unknown')";

/** The newest first. */
export function listWaiting(sql: SqlStorage, nowMs: number): Waiting[] {
  markOverdue(sql, nowMs);
  const since = new Map(all<WaitRow>(sql, "SELECT * FROM waits").map((row) => [row.id, row.since] as const));
  return [...runs(sql, nowMs), ...programs(sql)]
    .map((one) => ({ ...one, sinceMs: since.get(one.id) ?? one.sinceMs }))
    .toSorted((a, b) => b.sinceMs - a.sinceMs);
}

/** By the first request that waits: what is asked after a decision is another wait. */
function runs(sql: SqlStorage, nowMs: number): Waiting[] {
  // Of an aggregate with `min`, SQLite takes the other columns from the row that has it.
  const query = `SELECT c.id AS run, c.client, c.created_at, count(*) AS count, k.id || ' ' || k.state AS id, min(k.position)
    FROM (SELECT * FROM kept_requests WHERE ${waitsForDecision}) AS k JOIN continuations AS c ON c.id = k.continuation
    WHERE c.state = 'open' AND c.expires_at > ? GROUP BY c.id`;
  type Row = { run: string; client: string; created_at: number; count: number; id: string };
  return all<Row>(sql, query, nowMs).map(({ run, client, created_at, count, id }) => ({
    id,
    what: "run",
    of: run,
    client: JSON.parse(client) as Waiting["client"],
    count,
    sinceMs: created_at,
  }));
}

function programs(sql: SqlStorage): Waiting[] {
  const query = `SELECT v.program, v.version, v.begun, v.proposed_at, p.name FROM program_versions AS v
    JOIN programs AS p ON p.id = v.program WHERE v.state = 'proposed'`;
  type Row = Pick<VersionRow, "program" | "version" | "begun" | "proposed_at"> & Pick<ProgramRow, "name">;
  return all<Row>(sql, query).map((row) => ({
    id: `${row.program} ${row.version}`,
    what: "program",
    of: row.program,
    name: row.name,
    client: clientIn(row),
    count: 1,
    sinceMs: row.proposed_at,
  }));
}

/** How many requests and programs. */
export function countWaiting(sql: SqlStorage, nowMs: number): number {
  return listWaiting(sql, nowMs).reduce((sum, { count }) => sum + count, 0);
}

/**
 * Notes since when each waits. Called at the end of every transaction of the ledger: whatever makes something wait is
 * noticed, and nothing has to remember to say so.
 * @returns whether something began to wait
 */
export function noteWaiting(sql: SqlStorage, nowMs: number): boolean {
  const known = new Set(all<WaitRow>(sql, "SELECT id FROM waits").map(({ id }) => id));
  let began = false;
  for (const { id } of isAnythingWaiting(sql) ? listWaiting(sql, nowMs) : []) {
    if (known.delete(id)) continue;
    began = true;
    insertRow(sql, "waits", { id, since: nowMs, message: null } satisfies WaitRow);
  }
  for (const id of known) sql.exec("DELETE FROM waits WHERE id = ?", id);
  return began;
}

/** What most transactions ask, from two indexes that are empty most of the time. */
function isAnythingWaiting(sql: SqlStorage): boolean {
  const query = `SELECT EXISTS (SELECT 1 FROM kept_requests WHERE ${waitsForDecision})
    OR EXISTS (SELECT 1 FROM program_versions WHERE state = 'proposed') AS is_waiting`;
  return sql.exec<{ is_waiting: number }>(query).one().is_waiting === 1;
}
