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
import {
  close,
  findOpen,
  idByRun,
  isBegun,
  isHeld,
  open,
  touch,
  type Continuation,
} from "./continuations.ts";
import { requestHash } from "./identity.ts";
import {
  answerOf,
  giveTicket,
  hasTicket,
  insert,
  keepAnswer,
  markMatched,
  markSent,
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
  /** Of a run that has continued nothing yet: what it sent before. */
  sent: SentRequest[] | undefined;
  /** Whether a run goes on, as far as it has said of late. */
  isUnderWay(runId: string): boolean;
}

/** @returns what becomes of the request; the ledger has stored what a later run needs */
export function decide(sql: SqlStorage, asked: Question, nowMs: number): Handling {
  const { run, request } = asked;
  if (run.plan) return list(sql, asked, nowMs);
  const ask = asked.ask && !isAlwaysAllowed(sql, allowedWith(request, run.client.id));
  let continued = findOpen(sql, run, nowMs);
  if (hasLost(sql, asked, continued)) return refuse(ended(request));
  if (!continued) {
    if (!ask) return { do: "send" };
    const full = tooManyWaiting(sql);
    if (full) return full;
    continued = open(sql, run, nowMs);
  }
  keepSent(sql, continued, asked, nowMs);
  touch(sql, continued.id, run.runId, nowMs);
  const question = { ...asked, ask };
  const kept = match(sql, continued.id, request, run.runId);
  return kept ? decideAgain(sql, continued, kept, question) : decideNew(sql, continued, question);
}

/**
 * A plan lists what it would send, whatever became of the same request in a run. It starts over: an earlier plan of the same
 * code is dropped. What a run has begun is left alone, because it holds what was sent: the plan adds nothing to it.
 */
function list(sql: SqlStorage, question: Question, nowMs: number): Handling {
  const { run, request, ask } = question;
  if (!isPlanned(request, ask)) return { do: "send" };
  let plan = findOpen(sql, run, nowMs);
  if (plan && isBegun(plan)) return { do: "plan", continuation: plan.id };
  if (plan?.first_run !== run.runId) {
    if (hasLost(sql, question, undefined)) return refuse(ended(request));
    if (plan) close(sql, plan.id, "dropped");
    const full = tooManyWaiting(sql);
    if (full) return full;
    plan = open(sql, run, nowMs);
  }
  keepSent(sql, plan, question, nowMs);
  touch(sql, plan.id, run.runId, nowMs);
  const full = tooManyKept(sql, plan.id) ?? (ask ? tooManyWaiting(sql) : undefined);
  if (full) return full;
  insert(sql, request, { continuation: plan.id, asked: ask ? 1 : 0, state: "pending", run: run.runId });
  return { do: "plan", continuation: plan.id };
}

/**
 * Whether a run has begun or continued something that is not open any more. What it sent is kept there and nowhere else, so it
 * goes on with that or not at all.
 */
function hasLost(sql: SqlStorage, { run, sent }: Question, found: Continuation | undefined): boolean {
  const before = idByRun(sql, run.runId);
  return before === undefined ? sent === undefined && !found : before !== found?.id;
}

/** What a run sent before is kept with what it continues from now on, in the place of the same request if that waits there. */
function keepSent(sql: SqlStorage, { id }: Continuation, { run, sent = [] }: Question, nowMs: number): void {
  for (const { request, ticket, answer } of sent) {
    if (!hasTicket(sql, ticket)) {
      const kept = match(sql, id, request, run.runId);
      const isSame = kept?.hash === requestHash(request);
      if (kept && isSame) markMatched(sql, kept.id, run.runId);
      const row =
        kept && isSame
          ? kept.id
          : insert(sql, request, { continuation: id, asked: 0, state: "approved", run: run.runId });
      markSent(sql, row, ticket, nowMs);
    }
    if (answer) keepAnswer(sql, ticket, answer);
  }
}

/** A request that the ledger has not kept yet. */
function decideNew(sql: SqlStorage, paused: Continuation, { run, request, ask }: Question): Handling {
  const { id: continuation } = paused;
  const full = tooManyKept(sql, continuation) ?? (ask ? tooManyWaiting(sql) : undefined);
  if (full) return full;
  const add = (state: "pending" | "approved") =>
    insert(sql, request, { continuation, asked: ask ? 1 : 0, state, run: run.runId });
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
  { run, request, ask, isUnderWay }: Question,
): Handling {
  // Its answer may still come: nobody is asked what became of it, and it stays that run's.
  if (kept.state === "sent" && request.access !== "read" && isUnderWay(kept.run))
    return refuse(underWay(request, kept.run));
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
    case "confirmed":
      return access === "read" ? send() : refuse(tookEffect(request));
    default:
      // From here on the person is asked what became of it.
      sql.exec("UPDATE kept_requests SET state = 'unknown' WHERE id = ? AND state = 'sent'", kept.id);
      return notAgain("sent in an earlier run and its answer was never recorded");
  }
}

const refuse = (failure: Failure): Handling => ({ do: "refuse", failure });

/** Of a write that a person found done: its answer is lost, so the code cannot go on with it. */
export const tookEffect = ({
  operation,
  method,
  url,
}: Pick<ExactRequest, "operation" | "method" | "url">): Failure => ({
  kind: "denied",
  operation,
  rule: "a person decided",
  message: `${method} ${url} was sent before, and its answer was lost. The user found in the API that it took effect, so it was not sent again. Read the current state, and write code for what is left.`,
});

const underWay = ({ operation, method, url }: ExactRequest, runId: string): Failure => ({
  kind: "denied",
  operation,
  rule: "what was approved is sent once",
  message: `${method} ${url} was sent by run ${runId}, which waits for its answer. It was not sent again. Send the same code again when that run has ended: it goes on with the answer.`,
});

const ended = ({ operation, method, url }: ExactRequest): Failure => ({
  kind: "denied",
  operation,
  rule: "a continued run ends with what it continues",
  message: `${method} ${url} was not sent: what this run is part of was dropped, has expired, or was finished by another run of the same code. Read the current state before you send anything again, and ask the user if it was dropped.`,
});

function differs(request: ExactRequest, before: ExactRequest): Handling {
  const { operation, api, url, body, credentialId } = request;
  const what =
    url !== before.url
      ? `to ${url}, but the paused run sent it to ${before.url}`
      : `with ${body?.hash !== before.body?.hash ? "another body" : "other headers"} than the paused run did`;
  const message =
    credentialId !== before.credentialId
      ? `${operation} was not sent: this connection calls ${api} with another account or login than the paused run did, and what that run did was done there. Read the current state, and send new code for what is left.`
      : `The code wants to send ${operation} ${what}, so it could happen twice. Nothing was sent. Write the code so that it makes the same requests each time (no time, no random value), or read the current state and send new code for what is left.`;
  return refuse({ kind: "denied", operation, rule: "a continued run must do what was approved", message });
}
