/** What a person sees of paused runs and decides on them. Only what is open can be decided, and each request once. */
import type { ExactRequest } from "../../../terms/approvals.ts";
import { close, expire, findById, type Continuation } from "./continuations.ts";
import { find, markOverdue, requestOf, type KeptRequest, type KeptState } from "./kept-requests.ts";
import { approvalMaxAgeMs } from "../limits.ts";
import { allowAlways } from "./always-allowed.ts";

export interface PausedRun {
  id: string;
  kind: "pause" | "plan";
  state: string;
  client: { id: string; name?: string };
  code: string;
  firstRun: string;
  lastRun: string;
  approveAll: boolean;
  createdAtMs: number;
  expiresAtMs: number;
  /** How many of its requests wait, and how many there are. */
  waiting: number;
  requests: number;
  /** How many were sent and never answered. */
  unknown: number;
}

export interface ReviewedRequest {
  id: string;
  request: ExactRequest;
  asked: boolean;
  state: KeptState;
  reason?: string;
  decidedAtMs?: number;
  sentAtMs?: number;
  /** Status of the answer, while it is kept. */
  status?: number;
}

export type ReviewDecision =
  /** One request. */
  | { do: "approve"; request: string }
  | { do: "reject"; request: string; reason: string }
  /** This one, and every later one of the same operation of the same client. */
  | { do: "always"; request: string }
  /** Its outcome is unknown and the person knows that it did not happen. */
  | { do: "send-again"; request: string }
  /** Exactly the requests that are listed. */
  | { do: "approve-listed" }
  /** Those, and whatever else this code asks for. */
  | { do: "approve-all" }
  | { do: "reject-all"; reason: string }
  /** Ends it without a word to the code. */
  | { do: "drop" };

export type ReviewResult = { ok: true; changed: number } | { ok: false; problem: string };

export function countWaiting(sql: SqlStorage, nowMs: number): number {
  return sql
    .exec<{ waiting: number }>(
      `SELECT count(*) AS waiting FROM kept_requests JOIN continuations ON continuations.id = continuation
       WHERE kept_requests.state = 'pending' AND continuations.state = 'open' AND expires_at > ?`,
      nowMs,
    )
    .one().waiting;
}

/** Paused runs, open ones first, newest first. */
export function listPaused(sql: SqlStorage, limit: number, nowMs: number): PausedRun[] {
  expire(sql, nowMs);
  return sql
    .exec<Continuation>(
      "SELECT * FROM continuations ORDER BY state = 'open' DESC, created_at DESC LIMIT ?",
      limit,
    )
    .toArray()
    .map((row) => pausedOf(sql, row));
}

/** One paused run with the first `limit` of its requests, those that wait first. */
export function readPaused(
  sql: SqlStorage,
  id: string,
  limit: number,
  nowMs: number,
): { paused: PausedRun; requests: ReviewedRequest[] } | undefined {
  expire(sql, nowMs);
  markOverdue(sql, nowMs);
  const row = findById(sql, id);
  if (!row) return undefined;
  const requests = sql
    .exec<KeptRequest>(
      `SELECT * FROM kept_requests WHERE continuation = ?
       ORDER BY state = 'pending' DESC, state = 'unknown' DESC, position LIMIT ?`,
      id,
      limit,
    )
    .toArray();
  return { paused: pausedOf(sql, row), requests: requests.map(reviewed) };
}

/** Takes a decision. Called within a transaction. */
export function review(sql: SqlStorage, id: string, decision: ReviewDecision, nowMs: number): ReviewResult {
  expire(sql, nowMs);
  markOverdue(sql, nowMs);
  const paused = findById(sql, id);
  if (!paused) return { ok: false, problem: "There is no such paused run." };
  if (paused.state !== "open") return { ok: false, problem: ended[paused.state] ?? "This is over." };
  const result = apply(sql, paused, decision, nowMs);
  if (result.ok && decision.do !== "drop")
    sql.exec("UPDATE continuations SET expires_at = ? WHERE id = ?", nowMs + approvalMaxAgeMs, id);
  return result;
}

const ended: Record<string, string> = {
  done: "This run has gone on and ended. Nothing was changed.",
  expired: "This has waited too long and expired. Nothing was sent; the code can be sent again.",
  revoked: "The access of this client was ended, and this with it. Nothing was sent.",
  dropped: "This was dropped. Nothing was sent.",
};

function apply(sql: SqlStorage, paused: Continuation, decision: ReviewDecision, nowMs: number): ReviewResult {
  const decided = { atMs: nowMs, reason: "reason" in decision ? decision.reason : null };
  switch (decision.do) {
    case "approve":
      return setOne(sql, paused, decision.request, "pending", { to: "approved", ...decided });
    case "reject":
      return setOne(sql, paused, decision.request, "pending", { to: "rejected", ...decided });
    case "send-again":
      return setOne(sql, paused, decision.request, "unknown", { to: "approved", ...decided });
    case "always":
      return always(sql, paused, decision.request, nowMs);
    case "approve-listed":
      return setWaiting(sql, paused, { to: "approved", ...decided });
    case "approve-all":
      sql.exec("UPDATE continuations SET approve_all = 1 WHERE id = ?", paused.id);
      return setWaiting(sql, paused, { to: "approved", ...decided });
    case "reject-all":
      return setWaiting(sql, paused, { to: "rejected", ...decided });
    case "drop":
      close(sql, paused.id, "dropped");
      return { ok: true, changed: 1 };
  }
}

/** What becomes of requests, when, and what the person said to it. */
interface Decided {
  to: KeptState;
  atMs: number;
  reason: string | null;
}

function always(sql: SqlStorage, paused: Continuation, requestId: string, nowMs: number): ReviewResult {
  const decided: Decided = { to: "approved", atMs: nowMs, reason: null };
  const first = setOne(sql, paused, requestId, "pending", decided);
  if (!first.ok) return first;
  const { api, operation } = find(sql, requestId)!;
  allowAlways(sql, { client: paused.grant_id, api, operation, sinceMs: nowMs });
  const others = sql.exec(
    `UPDATE kept_requests SET state = 'approved', decided_at = ?
     WHERE state = 'pending' AND api = ? AND operation = ?
       AND continuation IN (SELECT id FROM continuations WHERE state = 'open' AND grant_id = ?) RETURNING id`,
    nowMs,
    api,
    operation,
    paused.grant_id,
  );
  return { ok: true, changed: 1 + others.toArray().length };
}

/** One request of the paused run, if it is still as the person saw it. */
function setOne(
  sql: SqlStorage,
  paused: Continuation,
  id: string,
  from: KeptState,
  { to, atMs, reason }: Decided,
): ReviewResult {
  const row = find(sql, id);
  if (row?.continuation !== paused.id) return { ok: false, problem: "There is no such request in this run." };
  if (row.state !== from) return { ok: false, problem: already[row.state as KeptState] };
  sql.exec(
    "UPDATE kept_requests SET state = ?, reason = ?, decided_at = ? WHERE id = ?",
    to,
    reason,
    atMs,
    id,
  );
  return { ok: true, changed: 1 };
}

const already: Record<KeptState, string> = {
  pending: "This request waits for a decision.",
  approved: "This request is approved already.",
  rejected: "This request was rejected already.",
  sent: "This request has already gone out.",
  answered: "This request has already gone out and was answered.",
  unknown: "This request has already gone out.",
  void: "This request is not waiting any more.",
};

/** All requests of the paused run that wait. */
function setWaiting(sql: SqlStorage, { id }: Continuation, { to, atMs, reason }: Decided): ReviewResult {
  const changed = sql
    .exec(
      `UPDATE kept_requests SET state = ?, reason = ?, decided_at = ?
     WHERE continuation = ? AND state = 'pending' RETURNING id`,
      to,
      reason,
      atMs,
      id,
    )
    .toArray().length;
  return changed > 0
    ? { ok: true, changed }
    : { ok: false, problem: "Nothing of this run waits for a decision any more." };
}

function pausedOf(sql: SqlStorage, row: Continuation): PausedRun {
  const { requests, waiting, unknown } = sql
    .exec<{ requests: number; waiting: number; unknown: number }>(
      `SELECT count(*) AS requests, coalesce(sum(state = 'pending'), 0) AS waiting,
         coalesce(sum(state = 'unknown'), 0) AS unknown FROM kept_requests WHERE continuation = ?`,
      row.id,
    )
    .one();
  return {
    id: row.id,
    kind: row.kind === "plan" ? "plan" : "pause",
    state: row.state,
    client: JSON.parse(row.client) as PausedRun["client"],
    code: row.code,
    firstRun: row.first_run,
    lastRun: row.last_run,
    approveAll: row.approve_all === 1,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    waiting,
    requests,
    unknown,
  };
}

function reviewed(row: KeptRequest): ReviewedRequest {
  const answer = row.answer === null ? undefined : (JSON.parse(row.answer) as { status: number });
  return {
    id: row.id,
    request: requestOf(row),
    asked: row.asked === 1,
    state: row.state as KeptState,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.decided_at !== null && { decidedAtMs: row.decided_at }),
    ...(row.sent_at !== null && { sentAtMs: row.sent_at }),
    ...(answer && { status: answer.status }),
  };
}
