/**
 * Decides on one request of a run that may be paused or continued. Called within a transaction: the decision is
 * written before the gateway hears of it.
 */
import {
  isPlanned,
  type ApprovedRun,
  type ExactRequest,
  type Handling,
  type SentRequest,
} from "../../../terms/approvals.ts";
import type { Failure } from "../../../terms/failure.ts";
import { close, findOpen, isHeld, open, touch, type Continuation } from "./continuations.ts";
import { requestHash } from "./identity.ts";
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
import { tooManyKept, tooManyWaiting } from "./room.ts";
import { allowedWith, isAlwaysAllowed } from "./always-allowed.ts";

export interface Question {
  run: ApprovedRun;
  request: ExactRequest;
  /** The policy wants it approved. */
  ask: boolean;
  sent: SentRequest[];
}

/** @returns what becomes of the request; the ledger has stored what a later run needs */
export function decide(sql: SqlStorage, asked: Question, nowMs: number): Handling {
  const { run, request } = asked;
  const client = run.client.id;
  const question = { ...asked, ask: asked.ask && !isAlwaysAllowed(sql, allowedWith(request, client)) };
  const found = current(sql, run, nowMs);
  if (!found) {
    if (!question.ask && !(run.plan && isPlanned(request, question.ask))) return { do: "send" };
    return tooManyWaiting(sql) ?? begin(sql, question, nowMs);
  }
  touch(sql, found.id, run.runId, nowMs);
  const kept = match(sql, found.id, request, run.runId);
  return kept ? decideAgain(sql, found, kept, question) : decideNew(sql, found, question);
}

/** What this run continues. A plan starts over: an earlier plan of the same code is dropped. */
function current(sql: SqlStorage, run: ApprovedRun, nowMs: number): Continuation | undefined {
  const found = findOpen(sql, run, nowMs);
  if (!found || !run.plan || found.first_run === run.runId) return found;
  if (found.kind === "plan") close(sql, found.id, "dropped");
  return undefined;
}

/** The first request of a run that is to be paused: everything that the run did before is kept with it. */
function begin(sql: SqlStorage, question: Question, nowMs: number): Handling {
  const { run, sent } = question;
  const existing = run.plan ? findOpen(sql, run, nowMs) : undefined;
  // A paused run of the same code waits: a plan beside it would be a second answer to the same question.
  if (existing) return { do: "plan", continuation: existing.id };
  const continuation = open(sql, run, nowMs);
  for (const before of sent) {
    const id = insert(sql, before.request, {
      continuation: continuation.id,
      asked: 0,
      state: "sent",
      run: run.runId,
      sent_at: nowMs,
      ticket: "ticket" in before ? before.ticket : null,
    });
    if ("answer" in before) keepAnswer(sql, "id", id, before.answer);
  }
  return decideNew(sql, continuation, question);
}

/** A request that the ledger has not kept yet. */
function decideNew(sql: SqlStorage, paused: Continuation, { run, request, ask }: Question): Handling {
  const { id: continuation } = paused;
  const full = tooManyKept(sql, continuation) ?? (ask ? tooManyWaiting(sql) : undefined);
  if (full) return full;
  const add = (state: "pending" | "approved") =>
    insert(sql, request, { continuation, asked: ask ? 1 : 0, state, run: run.runId });
  if (run.plan) {
    if (!isPlanned(request, ask)) return { do: "send" };
    add("pending");
    return { do: "plan", continuation };
  }
  if (request.access !== "read") {
    const other = unmatchedWrite(sql, continuation, request, run.runId);
    if (other) return differs(request, requestOf(other));
  }
  if (ask && !isHeld(paused, run)) {
    add("pending");
    return { do: "pause", continuation };
  }
  return { do: "send", ticket: giveTicket(sql, add("approved")) };
}

/** A request that an earlier run of the same code made too. */
function decideAgain(
  sql: SqlStorage,
  continuation: Continuation,
  kept: KeptRequest,
  { run, request, ask }: Question,
): Handling {
  markMatched(sql, kept.id, run.runId);
  if (kept.hash !== requestHash(request)) return differs(request, requestOf(kept));
  const { operation, method, url, access } = request;
  const send = (): Handling => ({ do: "send", ticket: giveTicket(sql, kept.id) });
  const notAgain = (why: string): Handling => {
    const message = `${method} ${url} was ${why}. It was not sent again.`;
    return access === "read" ? send() : refuse({ kind: "outcome-unknown", operation, message });
  };
  switch (kept.state) {
    case "pending":
      // A planned request that does not need a decision, or not any more, goes out.
      return ask && !isHeld(continuation, run) ? { do: "pause", continuation: continuation.id } : send();
    case "approved":
      return send();
    case "answered": {
      const answer = answerOf(kept);
      if (answer) return { do: "replay", answer };
      return notAgain("answered in an earlier run, and the answer was too large to keep");
    }
    case "rejected":
      return refuse({
        kind: "denied",
        operation,
        rule: "a person decided",
        message: `The user rejected ${method} ${url}${kept.reason ? `: ${kept.reason}` : "."} Do not send it again. Ask the user what to do instead.`,
      });
    default:
      // From here on the person is asked what became of it.
      sql.exec("UPDATE kept_requests SET state = 'unknown' WHERE id = ? AND state = 'sent'", kept.id);
      return notAgain("sent in an earlier run and its answer was never recorded");
  }
}

const refuse = (failure: Failure): Handling => ({ do: "refuse", failure });

function differs(request: ExactRequest, before: ExactRequest): Handling {
  const what =
    request.url !== before.url
      ? `to ${request.url}, but the paused run sent it to ${before.url}`
      : `with ${request.body?.hash !== before.body?.hash ? "another body" : "other headers"} than the paused run did`;
  return refuse({
    kind: "denied",
    operation: request.operation,
    rule: "a continued run must do what was approved",
    message: `The code wants to send ${request.operation} ${what}, so it could happen twice. Nothing was sent. Write the code so that it makes the same requests each time (no time, no random value), or read the current state and send new code for what is left.`,
  });
}
