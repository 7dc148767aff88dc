/**
 * Paused runs: what code, in which grant, waits to be continued. At most one is open for the same code and grant.
 */
import type { RunRecord } from "../../../terms/record.ts";
import type { ApprovedRun } from "../../../terms/approvals.ts";
import { codeHash } from "./identity.ts";
import { approvalMaxAgeMs } from "./limits.ts";

export interface Continuation extends Record<string, SqlStorageValue> {
  id: string;
  code_hash: string;
  grant_id: string;
  client: string;
  code: string;
  /** `pause` for a run that was stopped by an ask, `plan` for one that only listed what it would do. */
  kind: string;
  /** `open`; then `done`, `expired`, `revoked` or `dropped`, and nothing of it is sent any more. */
  state: string;
  /** 1: whatever else this code asks for is approved. */
  approve_all: number;
  first_run: string;
  last_run: string;
  created_at: number;
  expires_at: number;
}

/** The open continuation of this code and client. One that is past its time is ended here. */
export function findOpen(sql: SqlStorage, run: ApprovedRun, nowMs: number): Continuation | undefined {
  expire(sql, nowMs);
  return sql
    .exec<Continuation>(
      "SELECT * FROM continuations WHERE code_hash = ? AND grant_id = ? AND state = 'open'",
      codeHash(run.code),
      run.client.id,
    )
    .toArray()[0];
}

export function findById(sql: SqlStorage, id: string): Continuation | undefined {
  return sql.exec<Continuation>("SELECT * FROM continuations WHERE id = ?", id).toArray()[0];
}

export function open(sql: SqlStorage, run: ApprovedRun, nowMs: number): Continuation {
  const id = crypto.randomUUID();
  sql.exec(
    `INSERT INTO continuations
       (id, code_hash, grant_id, client, code, kind, state, first_run, last_run, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?)`,
    id,
    codeHash(run.code),
    run.client.id,
    JSON.stringify(run.client),
    run.code,
    run.plan ? "plan" : "pause",
    run.runId,
    run.runId,
    nowMs,
    nowMs + approvalMaxAgeMs,
  );
  return findById(sql, id)!;
}

/** Notes that a run goes on with it, and that somebody still wants it. */
export function touch(sql: SqlStorage, id: string, runId: string, nowMs: number): void {
  sql.exec(
    "UPDATE continuations SET last_run = ?, expires_at = ? WHERE id = ?",
    runId,
    nowMs + approvalMaxAgeMs,
    id,
  );
}

/** Ends it: nothing of it is sent any more, and the answers that were kept for its next run are forgotten. */
export function close(sql: SqlStorage, id: string, state: "done" | "expired" | "revoked" | "dropped"): void {
  sql.exec("UPDATE continuations SET state = ? WHERE id = ?", state, id);
  sql.exec(
    "UPDATE kept_requests SET ticket = NULL, answer = NULL, answer_body = NULL WHERE continuation = ?",
    id,
  );
  sql.exec(
    "UPDATE kept_requests SET state = 'void' WHERE continuation = ? AND state IN ('pending', 'approved')",
    id,
  );
}

/** Ends all that nobody went on with in time. */
export function expire(sql: SqlStorage, nowMs: number): void {
  const late = sql
    .exec<{ id: string }>("SELECT id FROM continuations WHERE state = 'open' AND expires_at <= ?", nowMs)
    .toArray();
  for (const { id } of late) close(sql, id, "expired");
}

/** The one that a run began or went on with last. */
export function findByRun(sql: SqlStorage, runId: string): Continuation | undefined {
  return sql
    .exec<Continuation>(
      "SELECT * FROM continuations WHERE first_run = ? OR last_run = ? ORDER BY created_at DESC LIMIT 1",
      runId,
      runId,
    )
    .toArray()[0];
}

/** Forgets what has ended and was begun before this time. */
export function removeEnded(sql: SqlStorage, beforeMs: number): void {
  const ended = "SELECT id FROM continuations WHERE state <> 'open' AND created_at < ?";
  sql.exec(`DELETE FROM kept_requests WHERE continuation IN (${ended})`, beforeMs);
  sql.exec("DELETE FROM continuations WHERE state <> 'open' AND created_at < ?", beforeMs);
}

/** Ends what waits in the name of a grant, and what was always allowed to it. */
export function revokeGrant(sql: SqlStorage, grant: string): void {
  const waiting = sql
    .exec<{ id: string }>("SELECT id FROM continuations WHERE state = 'open' AND grant_id = ?", grant)
    .toArray();
  for (const { id } of waiting) close(sql, id, "revoked");
  sql.exec("DELETE FROM standing WHERE grant_id = ?", grant);
}

/** Code that needed nobody's approval has run: a plan of it is done. */
export function endPlanOf(sql: SqlStorage, record: RunRecord, nowMs: number): void {
  if (record.plan || record.outcome !== "ok" || record.requests.length === 0) return;
  const { runId, client, code } = record;
  const found = findOpen(sql, { runId, client, code }, nowMs);
  if (found?.kind === "plan") close(sql, found.id, "done");
}

/**
 * A run has ended. What it continued is done if it ended well, or if nothing of it is left to be sent; a failed run
 * with something left can be repeated.
 */
export function endOfRun(sql: SqlStorage, runId: string, outcome: string): void {
  if (outcome === "needs-approval") return;
  const continued = sql
    .exec<Continuation>("SELECT * FROM continuations WHERE state = 'open' AND last_run = ?", runId)
    .toArray();
  for (const { id, kind, first_run } of continued) {
    // The run that made a plan has sent nothing of it.
    if (kind === "plan" && first_run === runId) continue;
    const [left] = sql
      .exec(
        "SELECT 1 FROM kept_requests WHERE continuation = ? AND state IN ('pending', 'approved', 'sent', 'unknown') LIMIT 1",
        id,
      )
      .toArray();
    if (outcome === "ok" || left === undefined) close(sql, id, "done");
  }
}
