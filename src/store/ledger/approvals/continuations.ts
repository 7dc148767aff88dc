/**
 * Paused runs: which code of which client waits to be continued. At most one is open for the same code and client.
 */
import type { RunRecord } from "../../../terms/record.ts";
import type { AllowedProgram, ApprovedRun } from "../../../terms/approvals.ts";
import type { CapabilitySet } from "../../../terms/capabilities.ts";
import { capabilitiesHash, codeHash } from "./identity.ts";
import { approvalMaxAgeMs, unheardMaxAgeMs } from "../limits.ts";
import { all, first, insertRow } from "../rows.ts";

export type Continuation = {
  id: string;
  code_hash: string;
  /** Id of the client: tells a user's connections apart. */
  grant_id: string;
  client: string;
  code: string;
  /** `pause` for a run that was stopped by an ask, `plan` for one that only listed what it would do, `lasting` for a lasting run. */
  kind: "pause" | "plan" | "lasting";
  /** After `open`, nothing of it is sent any more. */
  state: "open" | Ended;
  /** `CapabilitySet` as JSON; null if what the code can call is not known. */
  capabilities: string | null;
  /** 1: a person allowed the program to call what its capabilities cover. */
  program_allowed: number;
  /** `credentialsId` of the run that opened it. */
  credentials_id: string | null;
  first_run: string;
  last_run: string;
  created_at: number;
  expires_at: number;
};

export type Ended = "done" | "expired" | "revoked" | "dropped";

/** The open continuation of this code and client. One that is past its time ends here. */
export function findOpen(
  sql: SqlStorage,
  { code, client }: ApprovedRun,
  nowMs: number,
): Continuation | undefined {
  expire(sql, nowMs);
  return findOpenByHash(sql, codeHash(code), client.id);
}

export function findOpenByHash(sql: SqlStorage, hash: string, clientId: string): Continuation | undefined {
  const query = "SELECT * FROM continuations WHERE code_hash = ? AND grant_id = ? AND state = 'open'";
  return first(sql, query, hash, clientId);
}

/** Whether the same code may go on with what a run began. */
export function isContinued(sql: SqlStorage, firstRun: string): boolean {
  const query = "SELECT 1 FROM continuations WHERE first_run = ? AND state = 'open' LIMIT 1";
  return first(sql, query, firstRun) !== undefined;
}

export function findById(sql: SqlStorage, id: string): Continuation | undefined {
  return first(sql, "SELECT * FROM continuations WHERE id = ?", id);
}

/**
 * Opens one for a run that is paused now.
 * @param lasting when a lasting run ends at the latest, and what its code can call: nothing else continues it, even with the same code
 */
export function open(
  sql: SqlStorage,
  { runId, client, code, plan, credentialsId }: ApprovedRun,
  nowMs: number,
  lasting?: { untilMs: number; capabilities: CapabilitySet | undefined },
): Continuation {
  const continuation: Continuation = {
    id: crypto.randomUUID(),
    code_hash: lasting ? `lasting ${runId}` : codeHash(code),
    grant_id: client.id,
    client: JSON.stringify(client),
    code,
    kind: lasting ? "lasting" : plan ? "plan" : "pause",
    state: "open",
    capabilities: lasting?.capabilities ? JSON.stringify(lasting.capabilities) : null,
    program_allowed: 0,
    credentials_id: credentialsId ?? null,
    first_run: runId,
    last_run: runId,
    created_at: nowMs,
    expires_at: lasting?.untilMs ?? nowMs + approvalMaxAgeMs,
  };
  insertRow(sql, "continuations", continuation);
  return continuation;
}

/** Notes what the code can call. What was noted before stays: a person may be reading it. */
export function noteCapabilities(sql: SqlStorage, id: string, capabilities: CapabilitySet): void {
  const text = JSON.stringify(capabilities);
  sql.exec("UPDATE continuations SET capabilities = ? WHERE id = ? AND capabilities IS NULL", text, id);
}

/** What the code can call, and the hash of that, which a decision names. */
export function programOf({ capabilities: text }: Continuation): AllowedProgram | undefined {
  if (text === null) return undefined;
  // Written by `open` and `noteCapabilities` only.
  const capabilities = JSON.parse(text) as CapabilitySet;
  return { capabilities, hash: capabilitiesHash(capabilities) };
}

/** A person allows the program: from here on nobody is asked about a run that is held to what it can call. */
export function allow(sql: SqlStorage, id: string): void {
  sql.exec("UPDATE continuations SET program_allowed = 1 WHERE id = ?", id);
}

/** What was allowed was allowed with the accounts of then. */
export function allowedProgram(
  continuation: Continuation,
  { credentialsId }: Pick<ApprovedRun, "credentialsId">,
): AllowedProgram | undefined {
  const { program_allowed: allowed, credentials_id: then } = continuation;
  return allowed === 1 && then === (credentialsId ?? null) ? programOf(continuation) : undefined;
}

/** Whether nobody is asked about a run: its program is allowed, and the gateway holds it to that. */
export function isHeld(continuation: Continuation, run: ApprovedRun): boolean {
  return run.heldTo !== undefined && allowedProgram(continuation, run)?.hash === run.heldTo;
}

/** Whether a run has made some of its requests; a plan makes none. */
export function isBegun({ kind, first_run: firstRun, last_run: lastRun }: Continuation): boolean {
  return kind !== "plan" || lastRun !== firstRun;
}

/** Notes that a run continues it, which gives it more time. */
export function touch(sql: SqlStorage, id: string, runId: string, nowMs: number): void {
  const expiresAt = nowMs + approvalMaxAgeMs;
  sql.exec("UPDATE continuations SET last_run = ?, expires_at = ? WHERE id = ?", runId, expiresAt, id);
}

/** Ends it: nothing of it is sent any more, and the answers kept for its next run are forgotten. */
export function close(sql: SqlStorage, id: string, state: Ended): void {
  sql.exec("UPDATE continuations SET state = ? WHERE id = ?", state, id);
  sql.exec(
    `UPDATE kept_requests SET ticket = NULL, answer = NULL, answer_body = NULL,
       state = iif(state IN ('pending', 'approved'), 'void', state) WHERE continuation = ?`,
    id,
  );
}

/** Ends those that were not continued in time. */
export function expire(sql: SqlStorage, nowMs: number): void {
  closeOpen(sql, "expired", "expires_at <= ?", nowMs);
}

/** Ends everything that waits in the name of a client, or of all (`null`), and what was always allowed to it. */
export function disconnect(sql: SqlStorage, client: string | null): void {
  closeOpen(sql, "revoked", "grant_id = ifnull(?, grant_id)", client);
  sql.exec("DELETE FROM always_allowed WHERE client = ifnull(?, client)", client);
}

function closeOpen(sql: SqlStorage, state: Ended, condition: string, value: string | number | null): void {
  const query = `SELECT id FROM continuations WHERE state = 'open' AND ${condition}`;
  for (const { id } of all<{ id: string }>(sql, query, value)) close(sql, id, state);
}

/** The id of the one that a run began or continued last. */
export function idByRun(sql: SqlStorage, runId: string): string | undefined {
  const query =
    "SELECT id FROM continuations WHERE first_run = ? OR last_run = ? ORDER BY created_at DESC LIMIT 1";
  return first<{ id: string }>(sql, query, runId, runId)?.id;
}

/** Forgets what has ended and was begun before this time. */
export function removeEnded(sql: SqlStorage, beforeMs: number): void {
  const ended = "FROM continuations WHERE state <> 'open' AND created_at < ?";
  sql.exec(`DELETE FROM kept_requests WHERE continuation IN (SELECT id ${ended})`, beforeMs);
  sql.exec(`DELETE ${ended}`, beforeMs);
}

/** Code that did not need an approval has run: a plan of it is done. */
export function endPlanOf(sql: SqlStorage, record: RunRecord, nowMs: number): void {
  if (record.plan || record.outcome !== "ok" || record.requests.length === 0) return;
  const found = findOpen(sql, record, nowMs);
  if (found?.kind === "plan") close(sql, found.id, "done");
}

/**
 * A run has ended that nobody waited for. What it continued stays open: the next run of the same code gets its answers. For a
 * short time, because later the same code means to send again.
 */
export function keepForNext(sql: SqlStorage, runId: string, nowMs: number): void {
  const query = "UPDATE continuations SET expires_at = ? WHERE state = 'open' AND last_run = ?";
  sql.exec(query, nowMs + unheardMaxAgeMs, runId);
}

/**
 * A run has ended. What it continued is done if it ended well, or if nothing is left to send; a failed run with
 * something left can be repeated. Where its person ended it, what they approved and allowed in it ends with it.
 */
export function endOfRun(sql: SqlStorage, runId: string, outcome: string): void {
  if (outcome === "needs-approval") return;
  const query = "SELECT * FROM continuations WHERE state = 'open' AND last_run = ?";
  for (const continuation of all<Continuation>(sql, query, runId)) {
    const { id } = continuation;
    if (outcome === "interrupted") {
      close(sql, id, "dropped");
      continue;
    }
    // Only the plan itself has ended.
    if (!isBegun(continuation)) continue;
    const left = `SELECT 1 FROM kept_requests
      WHERE continuation = ? AND state IN ('pending', 'approved', 'sent', 'unknown') LIMIT 1`;
    if (outcome === "ok" || !first(sql, left, id)) close(sql, id, "done");
  }
}
