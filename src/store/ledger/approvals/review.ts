/** What a person sees of paused runs, and what they decide. Only an open run can be decided on, and each request once. */
import type { ExactRequest } from "../../../terms/approvals.ts";
import type { CapabilitySet } from "../../../terms/capabilities.ts";
import { coversRecord } from "../../../request/capabilities.ts";
import { isNoConnection } from "../../../terms/caller.ts";
import { allow, close, expire, findById, programOf, type Continuation, type Ended } from "./continuations.ts";
import { find, markOverdue, requestOf, type KeptRequest, type KeptState } from "./kept-requests.ts";
import { approvalMaxAgeMs } from "../limits.ts";
import { all } from "../rows.ts";
import { allowAlways, allowedWith, isSameAllowed } from "./always-allowed.ts";

export interface PausedRun {
  id: string;
  kind: Continuation["kind"];
  state: Continuation["state"];
  client: { id: string; name?: string };
  code: string;
  firstRun: string;
  lastRun: string;
  /** The program is allowed as a whole. */
  isAllowed: boolean;
  createdAtMs: number;
  expiresAtMs: number;
  /** How many requests it has, how many of them wait, and how many were sent and never answered. */
  requests: number;
  waiting: number;
  unknown: number;
}

export interface ReviewedRequest {
  id: string;
  /** Of the whole request. */
  hash: string;
  request: ExactRequest;
  /** Which request of its run it is, by time, from 1: its number wherever it is shown. */
  place: number;
  asked: boolean;
  state: KeptState;
  reason?: string;
  decidedAtMs?: number;
  sentAtMs?: number;
  /** Status of the answer, while it is kept. */
  status?: number;
}

/** What the code of a paused run can call, as far as it tells. */
export interface PausedProgram {
  capabilities: CapabilitySet;
  /** Of all of them: what a decision names. */
  hash: string;
  /** Whether they cover every request of the run: only then can the program be allowed. */
  coversAll: boolean;
}

export interface PausedFound {
  paused: PausedRun;
  requests: ReviewedRequest[];
  /** Absent if what the code can call could not be read from it. */
  program?: PausedProgram;
}

/** A request as it was shown: if it is another by now, a decision on it does not count. */
export type Shown = Pick<ReviewedRequest, "id" | "hash">;

/**
 * A decision names what was on the page: whatever came later, or has changed, waits for its own. Only `always` and
 * `allow-program` say that they reach further.
 */
export type ReviewChoice =
  | { do: "approve"; requests: Shown[] }
  | { do: "reject"; requests: Shown[]; reason: string }
  /** These, and every later request of the same operations by the same client. */
  | { do: "always"; requests: Shown[] }
  /** Their outcome is unknown, and the person knows that they did not happen. */
  | { do: "send-again"; requests: Shown[] }
  /** Their outcome is unknown, and the person knows that they happened: the code is told so, and they are not sent again. */
  | { do: "took-effect"; requests: Shown[] }
  /** Whatever this code asks for that its capabilities cover, until the run ends; and nothing else. */
  | { do: "allow-program"; capabilities: string }
  /** The client answered and no person did: noted, and nothing is decided. */
  | { do: "note"; requests: Shown[]; reason: string }
  /** Ends the run without telling the code. */
  | { do: "drop" };

/** `lasting`: its run goes on, or has ended, by itself. */
export type ReviewResult = { ok: true; changed: number; lasting?: boolean } | { ok: false; problem: string };

/** Paused runs, open ones first, newest first. */
export function listPaused(sql: SqlStorage, limit: number, nowMs: number): PausedRun[] {
  expire(sql, nowMs);
  // Of a lasting run only what a person has to decide, or decided.
  const query = `SELECT * FROM continuations WHERE kind <> 'lasting' OR EXISTS
      (SELECT 1 FROM kept_requests WHERE continuation = continuations.id AND (asked = 1 OR kept_requests.state = 'unknown'))
    ORDER BY state = 'open' DESC, created_at DESC LIMIT ?`;
  return all<Continuation>(sql, query, limit).map((row) => pausedOf(sql, row));
}

/** Requests that a list has of an open run, and of one that has ended. */
const listedOfOpen = 20;
const listedOfEnded = 3;
/** A longer body is left out of a list: nobody reads it there. */
const maxListedBodyBytes = 4_000;

/** The same, each with its first requests. A body that is left out makes a request one that is not shown whole. */
export function listPausedWith(
  sql: SqlStorage,
  limit: number,
  nowMs: number,
): { paused: PausedRun; requests: ReviewedRequest[] }[] {
  markOverdue(sql, nowMs);
  return listPaused(sql, limit, nowMs).flatMap(({ id, state }) => {
    const found = readRequests(sql, id, state === "open" ? listedOfOpen : listedOfEnded);
    return found ? { ...found, requests: found.requests.map(withoutLongBody) } : [];
  });
}

function withoutLongBody(listed: ReviewedRequest): ReviewedRequest {
  const { body } = listed.request;
  if (!body || body.bytes <= maxListedBodyBytes) return listed;
  const { content: _content, ...rest } = body;
  return { ...listed, request: { ...listed.request, body: rest } };
}

/** Bodies that one page shows at most; the first request is always there. */
const maxPageBytes = 1_000_000;

/** One paused run with the first `limit` of its requests, or fewer if they are long; waiting ones first. */
export function readPaused(
  sql: SqlStorage,
  id: string,
  limit: number,
  nowMs: number,
): PausedFound | undefined {
  expire(sql, nowMs);
  markOverdue(sql, nowMs);
  const found = readRequests(sql, id, limit);
  const row = findById(sql, id);
  const program = row && pausedProgram(sql, row);
  return found && { ...found, ...(program && { program }) };
}

function readRequests(
  sql: SqlStorage,
  id: string,
  limit: number,
): { paused: PausedRun; requests: ReviewedRequest[] } | undefined {
  const row = findById(sql, id);
  if (!row) return undefined;
  const query = `SELECT * FROM kept_requests WHERE continuation = ?
    ORDER BY state = 'pending' DESC, state = 'unknown' DESC, position LIMIT ?`;
  const inTime = all<{ id: string }>(
    sql,
    "SELECT id FROM kept_requests WHERE continuation = ? ORDER BY position",
    id,
  );
  const places = new Map(inTime.map((kept, at) => [kept.id, at + 1]));
  const requests: ReviewedRequest[] = [];
  let bytes = 0;
  for (const kept of sql.exec<KeptRequest>(query, id, limit)) {
    bytes += kept.body?.byteLength ?? 0;
    if (requests.length > 0 && bytes > maxPageBytes) break;
    requests.push(reviewed(kept, places.get(kept.id) ?? 0));
  }
  return { paused: pausedOf(sql, row), requests };
}

/** Takes a decision. Called within a transaction. */
export function review(sql: SqlStorage, id: string, decision: ReviewChoice, nowMs: number): ReviewResult {
  expire(sql, nowMs);
  markOverdue(sql, nowMs);
  const paused = findById(sql, id);
  if (!paused) return { ok: false, problem: "There is no such paused run." };
  if (paused.state !== "open") return { ok: false, problem: ended[paused.state] };
  const result = apply(sql, paused, decision, nowMs);
  if (result.ok && decision.do !== "drop" && paused.kind !== "lasting")
    sql.exec("UPDATE continuations SET expires_at = ? WHERE id = ?", nowMs + approvalMaxAgeMs, id);
  return result;
}

const ended: Record<Ended, string> = {
  done: "This run was continued and has ended. Nothing was changed.",
  expired: "This waited too long and expired. Nothing more was sent. To try again, send the code again.",
  revoked: "This client was disconnected, which ended its paused runs. Nothing more was sent.",
  dropped: "This was dropped. Nothing more was sent.",
};

function apply(sql: SqlStorage, paused: Continuation, decision: ReviewChoice, nowMs: number): ReviewResult {
  if (decision.do === "drop") {
    close(sql, paused.id, "dropped");
    return { ok: true, changed: 1 };
  }
  if (decision.do === "allow-program") {
    const program = pausedProgram(sql, paused);
    if (!program) return { ok: false, problem: "What this code can call could not be read from it." };
    if (program.hash !== decision.capabilities)
      return { ok: false, problem: "What this code can call is not what was shown." };
    if (!program.coversAll) return { ok: false, problem: notCovered };
    allow(sql, paused.id);
    return { ok: true, changed: approveWaiting(sql, nowMs, "continuation = ?", paused.id) };
  }
  if (decision.do === "always" && isNoConnection(paused.grant_id))
    return {
      ok: false,
      problem: "This server cannot tell its clients apart (--open), so each run is asked about.",
    };
  const from = decision.do === "send-again" || decision.do === "took-effect" ? "unknown" : "pending";
  let changed = 0;
  let problem = "Nothing in this run waits for a decision any more.";
  for (const shown of decision.requests) {
    const row = find(sql, shown.id);
    if (row?.continuation !== paused.id) problem = "There is no such request in this run.";
    else if (row.hash !== shown.hash) problem = "This request is not the one that was shown.";
    // It may have changed since the person saw it.
    else if (row.state !== from) problem = already[row.state];
    else if (decision.do === "always" && row.asked !== 1)
      problem = "No rule asks about this request by itself, so it cannot be always allowed. Approve it.";
    else {
      changed += 1;
      settle(sql, row, paused, decision, nowMs);
    }
  }
  return changed > 0 ? { ok: true, changed } : { ok: false, problem };
}

/** @returns how many were waiting */
function approveWaiting(sql: SqlStorage, nowMs: number, condition: string, ...values: string[]): number {
  const query = `UPDATE kept_requests SET state = 'approved', decided_at = ? WHERE state = 'pending' AND ${condition}`;
  return all(sql, `${query} RETURNING id`, nowMs, ...values).length;
}

function settle(
  sql: SqlStorage,
  row: KeptRequest,
  { grant_id: client }: Continuation,
  decision: Extract<ReviewChoice, { requests: Shown[] }>,
  nowMs: number,
): void {
  const { id } = row;
  const reason = "reason" in decision ? decision.reason : null;
  if (decision.do === "note") sql.exec("UPDATE kept_requests SET reason = ? WHERE id = ?", reason, id);
  else {
    const query = "UPDATE kept_requests SET state = ?, reason = ?, decided_at = ? WHERE id = ?";
    sql.exec(query, states[decision.do], reason, nowMs, id);
  }
  if (decision.do !== "always") return;
  const allowed = allowedWith(requestOf(row), client);
  allowAlways(sql, allowed, nowMs);
  // By the same key, and without their bodies: there may be a thousand.
  const others = `SELECT id, request FROM kept_requests WHERE state = 'pending' AND api = ?
    AND continuation IN (SELECT id FROM continuations WHERE state = 'open' AND grant_id = ?)`;
  for (const other of all<Pick<KeptRequest, "id" | "request">>(sql, others, allowed.api, client))
    if (isSameAllowed(allowedWith(JSON.parse(other.request) as ExactRequest, client), allowed))
      approveWaiting(sql, nowMs, "id = ?", other.id);
}

/** What a request is after a decision on it. */
const states = {
  approve: "approved",
  always: "approved",
  "send-again": "approved",
  reject: "rejected",
  "took-effect": "confirmed",
} satisfies Partial<Record<ReviewChoice["do"], KeptState>>;

const notCovered =
  "This code sends something that could not be read from it beforehand. Decide on its requests themselves.";

function pausedProgram(sql: SqlStorage, paused: Continuation): PausedProgram | undefined {
  const program = programOf(paused);
  if (!program) return undefined;
  const query = "SELECT * FROM kept_requests WHERE continuation = ?";
  const requests = all<KeptRequest>(sql, query, paused.id);
  const coversAll = requests.every((kept) => coversRecord(program.capabilities, requestOf(kept)));
  return { ...program, coversAll };
}

const already: Record<KeptState, string> = {
  pending: "This request waits for a decision.",
  approved: "This request is already approved.",
  rejected: "This request was already rejected.",
  sent: "This request was already sent.",
  answered: "This request was already sent and answered.",
  unknown: "This request was already sent.",
  confirmed: "It was already said that this request took effect.",
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
    isAllowed: row.program_allowed === 1,
    createdAtMs: row.created_at,
    expiresAtMs: row.expires_at,
    ...sql.exec<Pick<PausedRun, "requests" | "waiting" | "unknown">>(query, id).one(),
  };
}

function reviewed(row: KeptRequest, place: number): ReviewedRequest {
  const answer = row.answer === null ? undefined : (JSON.parse(row.answer) as { status: number });
  return {
    id: row.id,
    hash: row.hash,
    request: requestOf(row),
    place,
    asked: row.asked === 1,
    state: row.state,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.decided_at !== null && { decidedAtMs: row.decided_at }),
    ...(row.sent_at !== null && { sentAtMs: row.sent_at }),
    ...(answer && { status: answer.status }),
  };
}
