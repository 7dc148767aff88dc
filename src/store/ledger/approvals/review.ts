/** What a person sees of paused runs, and what they decide. Only an open run can be decided on, and each request once. */
import type { ExactRequest } from "../../../terms/approvals.ts";
import { close, expire, findById, type Continuation, type Ended } from "./continuations.ts";
import { find, markOverdue, requestOf, type KeptRequest, type KeptState } from "./kept-requests.ts";
import { approvalMaxAgeMs } from "../limits.ts";
import { all } from "../rows.ts";
import { allowAlways } from "./always-allowed.ts";

export interface PausedRun {
  id: string;
  kind: Continuation["kind"];
  state: Continuation["state"];
  client: { id: string; name?: string };
  code: string;
  firstRun: string;
  lastRun: string;
  approveAll: boolean;
  createdAtMs: number;
  expiresAtMs: number;
  /** How many requests it has, how many of them wait, and how many were sent and never answered. */
  requests: number;
  waiting: number;
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

export type ReviewChoice =
  /** One request. */
  | { do: "approve"; request: string }
  | { do: "reject"; request: string; reason: string }
  /** This request, and every later one of the same operation by the same client. */
  | { do: "always"; request: string }
  /** Its outcome is unknown, and the person knows that it did not happen. */
  | { do: "send-again"; request: string }
  /** Exactly the requests that are listed. */
  | { do: "approve-listed" }
  /** These, and whatever else this code asks for. */
  | { do: "approve-all" }
  | { do: "reject-all"; reason: string }
  /** Ends the run without telling the code. */
  | { do: "drop" };

export type ReviewResult = { ok: true; changed: number } | { ok: false; problem: string };

export function countWaiting(sql: SqlStorage, nowMs: number): number {
  const query = `SELECT count(*) AS waiting FROM kept_requests JOIN continuations ON continuations.id = continuation
    WHERE kept_requests.state = 'pending' AND continuations.state = 'open' AND expires_at > ?`;
  return sql.exec<{ waiting: number }>(query, nowMs).one().waiting;
}

/** Paused runs, open ones first, newest first. */
export function listPaused(sql: SqlStorage, limit: number, nowMs: number): PausedRun[] {
  expire(sql, nowMs);
  const query = "SELECT * FROM continuations ORDER BY state = 'open' DESC, created_at DESC LIMIT ?";
  return all<Continuation>(sql, query, limit).map((row) => pausedOf(sql, row));
}

/** One paused run with the first `limit` of its requests, waiting ones first. */
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
  const query = `SELECT * FROM kept_requests WHERE continuation = ?
    ORDER BY state = 'pending' DESC, state = 'unknown' DESC, position LIMIT ?`;
  return { paused: pausedOf(sql, row), requests: all<KeptRequest>(sql, query, id, limit).map(reviewed) };
}

/** Takes a decision. Called within a transaction. */
export function review(sql: SqlStorage, id: string, decision: ReviewChoice, nowMs: number): ReviewResult {
  expire(sql, nowMs);
  markOverdue(sql, nowMs);
  const paused = findById(sql, id);
  if (!paused) return { ok: false, problem: "There is no such paused run." };
  if (paused.state !== "open") return { ok: false, problem: ended[paused.state] };
  const result = apply(sql, paused, decision, nowMs);
  if (result.ok && decision.do !== "drop")
    sql.exec("UPDATE continuations SET expires_at = ? WHERE id = ?", nowMs + approvalMaxAgeMs, id);
  return result;
}

const ended: Record<Ended, string> = {
  done: "This run was continued and has ended. Nothing was changed.",
  expired: "This waited too long and expired. Nothing was sent. To try again, send the code again.",
  revoked: "This client was disconnected, which ended its paused runs. Nothing was sent.",
  dropped: "This was dropped. Nothing was sent.",
};

function apply(sql: SqlStorage, paused: Continuation, decision: ReviewChoice, nowMs: number): ReviewResult {
  /** Decides on requests of any paused run, and says how many there were. */
  const decide = (to: KeptState, condition: string, ...values: string[]): number => {
    const reason = "reason" in decision ? decision.reason : null;
    const query = `UPDATE kept_requests SET state = ?, reason = ?, decided_at = ? WHERE ${condition} RETURNING id`;
    return all(sql, query, to, reason, nowMs, ...values).length;
  };
  const decideOne = (id: string, from: KeptState, to: KeptState): ReviewResult => {
    const row = find(sql, id);
    if (row?.continuation !== paused.id)
      return { ok: false, problem: "There is no such request in this run." };
    // It may have changed since the person saw it.
    if (row.state !== from) return { ok: false, problem: already[row.state] };
    return { ok: true, changed: decide(to, "id = ?", id) };
  };
  const decideWaiting = (to: KeptState): ReviewResult => {
    const changed = decide(to, "continuation = ? AND state = 'pending'", paused.id);
    return changed > 0
      ? { ok: true, changed }
      : { ok: false, problem: "Nothing in this run waits for a decision any more." };
  };
  switch (decision.do) {
    case "approve":
      return decideOne(decision.request, "pending", "approved");
    case "reject":
      return decideOne(decision.request, "pending", "rejected");
    case "send-again":
      return decideOne(decision.request, "unknown", "approved");
    case "always": {
      const one = decideOne(decision.request, "pending", "approved");
      if (!one.ok) return one;
      const { api, operation } = find(sql, decision.request)!;
      const client = paused.grant_id;
      allowAlways(sql, { client, api, operation }, nowMs);
      const others = `state = 'pending' AND api = ? AND operation = ?
        AND continuation IN (SELECT id FROM continuations WHERE state = 'open' AND grant_id = ?)`;
      return { ok: true, changed: 1 + decide("approved", others, api, operation, client) };
    }
    case "approve-listed":
      return decideWaiting("approved");
    case "approve-all":
      sql.exec("UPDATE continuations SET approve_all = 1 WHERE id = ?", paused.id);
      return decideWaiting("approved");
    case "reject-all":
      return decideWaiting("rejected");
    case "drop":
      close(sql, paused.id, "dropped");
      return { ok: true, changed: 1 };
  }
}

const already: Record<KeptState, string> = {
  pending: "This request waits for a decision.",
  approved: "This request is already approved.",
  rejected: "This request was already rejected.",
  sent: "This request was already sent.",
  answered: "This request was already sent and answered.",
  unknown: "This request was already sent.",
  void: "This request is not waiting any more.",
};

function pausedOf(sql: SqlStorage, row: Continuation): PausedRun {
  const query = `SELECT count(*) AS requests, coalesce(sum(state = 'pending'), 0) AS waiting,
    coalesce(sum(state = 'unknown'), 0) AS unknown FROM kept_requests WHERE continuation = ?`;
  const { id, kind, state, code } = row;
  return {
    id,
    kind,
    state,
    client: JSON.parse(row.client) as PausedRun["client"],
    code,
    firstRun: row.first_run,
    lastRun: row.last_run,
    approveAll: row.approve_all === 1,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    ...sql.exec<Pick<PausedRun, "requests" | "waiting" | "unknown">>(query, id).one(),
  };
}

function reviewed(row: KeptRequest): ReviewedRequest {
  const answer = row.answer === null ? undefined : (JSON.parse(row.answer) as { status: number });
  return {
    id: row.id,
    request: requestOf(row),
    asked: row.asked === 1,
    state: row.state,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.decided_at !== null && { decidedAtMs: row.decided_at }),
    ...(row.sent_at !== null && { sentAtMs: row.sent_at }),
    ...(answer && { status: answer.status }),
  };
}
