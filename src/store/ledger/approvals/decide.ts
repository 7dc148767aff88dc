/**
 * Decides on one request of a run that may be paused or continued. Called within a transaction: whatever is decided
 * is written before the gateway hears of it.
 */
import type { ApprovedRun, ExactRequest, RequestDecision, SentRequest } from "../../../terms/approvals.ts";
import type { Failure } from "../../../terms/failure.ts";
import { close, findOpen, open, touch, type Continuation } from "./continuations.ts";
import { headersHash } from "./identity.ts";
import {
  answerOf,
  giveTicket,
  insert,
  keepAnswer,
  markMatched,
  match,
  requestOf,
  unmatchedWrite,
  type KeptRequest,
} from "./kept-requests.ts";
import { maxKeptRequests, maxWaiting } from "./limits.ts";
import { isStanding } from "./standing.ts";

export interface Question {
  run: ApprovedRun;
  request: ExactRequest;
  /** The policy wants it approved. */
  ask: boolean;
  sent: SentRequest[];
}

export function decide(sql: SqlStorage, question: Question, nowMs: number): RequestDecision {
  const { run, request } = question;
  const ask = question.ask && !isStanding(sql, run.client.id, request);
  const found = current(sql, run, nowMs);
  if (!found) {
    if (!ask && !(run.plan && request.access !== "read")) return { do: "send" };
    const full = tooManyWaiting(sql);
    return full ? { do: "refuse", failure: full } : begin(sql, { ...question, ask }, nowMs);
  }
  touch(sql, found.id, run.runId, nowMs);
  const kept = match(sql, found.id, request, run.runId);
  return kept ? goOn(sql, found, kept, { ...question, ask }) : isNew(sql, found, { ...question, ask });
}

/** What this run continues. A plan starts anew: the one that was made before of the same code is dropped. */
function current(sql: SqlStorage, run: ApprovedRun, nowMs: number): Continuation | undefined {
  const found = findOpen(sql, run, nowMs);
  if (!found || !run.plan || found.first_run === run.runId) return found;
  if (found.kind === "plan") close(sql, found.id, "dropped");
  return undefined;
}

/** The first request of a run that is to be paused: all that the run did before is kept with it. */
function begin(sql: SqlStorage, question: Question, nowMs: number): RequestDecision {
  const { run, sent } = question;
  const existing = run.plan ? findOpen(sql, run, nowMs) : undefined;
  // A paused run of the same code waits: a plan beside it would be a second answer to the same question.
  if (existing) return { do: "plan", continuation: existing.id };
  const continuation = open(sql, run, nowMs);
  for (const before of sent) {
    const kept = insert(sql, {
      continuation: continuation.id,
      request: before.request,
      asked: false,
      state: "sent",
      runId: run.runId,
      sentAtMs: nowMs,
      ...("ticket" in before && { ticket: before.ticket }),
    });
    if ("answer" in before) keepAnswer(sql, { id: kept.id }, before.answer);
  }
  return isNew(sql, continuation, question);
}

/** A request that nothing is kept of. */
function isNew(
  sql: SqlStorage,
  continuation: Continuation,
  { run, request, ask }: Question,
): RequestDecision {
  const full = tooManyKept(sql, continuation) ?? (ask ? tooManyWaiting(sql) : undefined);
  if (full) return { do: "refuse", failure: full };
  const add = (state: "pending" | "approved") =>
    insert(sql, { continuation: continuation.id, request, asked: ask, state, runId: run.runId });
  if (run.plan) {
    if (request.access === "read") return { do: "send" };
    add("pending");
    return { do: "plan", continuation: continuation.id };
  }
  if (request.access !== "read") {
    const other = unmatchedWrite(sql, continuation.id, request, run.runId);
    if (other) return { do: "refuse", failure: differs(request, requestOf(other)) };
  }
  if (ask && continuation.approve_all === 0) {
    add("pending");
    return { do: "pause", continuation: continuation.id };
  }
  return { do: "send", ticket: giveTicket(sql, add("approved").id) };
}

/** A request that an earlier run of the same code made too. */
function goOn(
  sql: SqlStorage,
  continuation: Continuation,
  kept: KeptRequest,
  { run, request, ask }: Question,
): RequestDecision {
  markMatched(sql, kept.id, run.runId);
  if (kept.headers_hash !== headersHash(request))
    return { do: "refuse", failure: differs(request, requestOf(kept)) };
  switch (kept.state) {
    case "pending":
      if (ask && continuation.approve_all === 0) return { do: "pause", continuation: continuation.id };
      // It was planned and needs nobody, or nobody any more.
      return release(sql, kept);
    case "approved":
      return { do: "send", ticket: giveTicket(sql, kept.id) };
    case "answered": {
      const answer = answerOf(kept);
      if (answer) return { do: "replay", answer };
      return request.access === "read"
        ? release(sql, kept)
        : { do: "refuse", failure: answerNotKept(request) };
    }
    case "rejected":
      return { do: "refuse", failure: rejected(request, kept.reason) };
    default:
      if (request.access === "read") return release(sql, kept);
      // From here on the person is asked what became of it.
      sql.exec("UPDATE kept_requests SET state = 'unknown' WHERE id = ? AND state = 'sent'", kept.id);
      return { do: "refuse", failure: unanswered(request) };
  }
}

function release(sql: SqlStorage, kept: KeptRequest): RequestDecision {
  sql.exec("UPDATE kept_requests SET state = 'approved' WHERE id = ?", kept.id);
  return { do: "send", ticket: giveTicket(sql, kept.id) };
}

function rejected({ operation, method, url }: ExactRequest, reason: string | null): Failure {
  return {
    kind: "denied",
    operation,
    rule: "a person decided",
    message: `The user rejected ${method} ${url}${reason ? `: ${reason}` : "."} Do not send it again; ask the user how to go on.`,
  };
}

function unanswered({ operation, method, url }: ExactRequest): Failure {
  return {
    kind: "outcome-unknown",
    operation,
    message: `${method} ${url} was sent in an earlier run and its answer was never recorded. It was not sent again.`,
  };
}

function answerNotKept({ operation, method, url }: ExactRequest): Failure {
  return {
    kind: "outcome-unknown",
    operation,
    message: `${method} ${url} was answered in an earlier run, and the answer was too large to keep. It was not sent again.`,
  };
}

function differs(request: ExactRequest, before: ExactRequest): Failure {
  const what =
    request.url !== before.url
      ? `to ${request.url}, where the run that was paused sent it to ${before.url}`
      : request.body?.hash !== before.body?.hash
        ? "with another body than in the run that was paused"
        : "with other headers than in the run that was paused";
  return {
    kind: "denied",
    operation: request.operation,
    rule: "a run that goes on must do what was approved",
    message: `The code wants to send ${request.operation} ${what}, so it could happen twice. Nothing was sent. Write the code so that it makes the same requests each time (no time, no random value), or read the current state and send new code for what is left.`,
  };
}

function tooManyWaiting(sql: SqlStorage): Failure | undefined {
  const { waiting } = sql
    .exec<{ waiting: number }>("SELECT count(*) AS waiting FROM kept_requests WHERE state = 'pending'")
    .one();
  if (waiting < maxWaiting) return undefined;
  return { kind: "limit-reached", limit: "approvals that wait", value: maxWaiting, unit: "requests" };
}

function tooManyKept(sql: SqlStorage, { id }: Continuation): Failure | undefined {
  const { kept } = sql
    .exec<{ kept: number }>("SELECT count(*) AS kept FROM kept_requests WHERE continuation = ?", id)
    .one();
  if (kept < maxKeptRequests) return undefined;
  return {
    kind: "limit-reached",
    limit: "requests of a paused run",
    value: maxKeptRequests,
    unit: "requests",
  };
}
