/**
 * The exchange of a run that may meet an `ask`: sent, answered from an earlier run, listed, or kept until a person has
 * decided. Guarantee: a request with a ticket leaves only after the ledger has recorded that it does.
 */
import type { Failure } from "../../terms/failure.ts";
import { decisionOn, isListed, recordNote, type Approving } from "./approving.ts";
import { logEvent } from "../../terms/log.ts";
import type { ExactRequest, KeptAnswer } from "../../terms/approvals.ts";
import { credentialIdOf } from "../../terms/caller.ts";
import { failed, type Result } from "../../terms/result.ts";
import { accountHeader } from "../../request/refusal.ts";
import { withFixedBoundary } from "../../request/multipart.ts";
import { outgoingOf } from "../send/outgoing.ts";
import { accountOf } from "../sign/secrets.ts";
import { credentialPlaces, exactRequest, headerWithMask } from "./exact-request.ts";
import { exampleAnswer } from "./example-answer.ts";
import type { DecidedRequest, Exchanged, Limits } from "../send/exchange.ts";
import { unanswered, type BeforeSend } from "../send/sign-and-send.ts";
import { wayTo } from "../send/way.ts";
import { keep, replayed } from "./kept-answer.ts";
import type { RunContext, SentBefore } from "../run/run-state.ts";
import { waitUntil } from "../run/waiting.ts";

type Send = (limits?: Limits) => Promise<Exchanged>;

/**
 * A paused request gets no answer: the host ends the run. If the host cannot see it (another isolate), the code gets
 * the failure after this time.
 */
const maxHeldMs = 15_000;

/** @param send sends the request; called once or never, as the ledger decides */
export async function approvedExchange(
  request: DecidedRequest,
  send: Send,
  approving: Approving,
  context: RunContext,
): Promise<Exchanged> {
  const { pausing, run } = approving;
  pausing.underWay += 1;
  const result = await decideAndSend(request, send, approving, context).finally(
    () => (pausing.underWay -= 1),
  );
  if (result.ok || result.failure.kind !== "needs-approval") return result;
  request.record.outcome = "waiting";
  if (approving.approved.lasting) return result;
  const heldSince = Date.now();
  await waitUntil(() => run.closed || Date.now() - heldSince > maxHeldMs);
  return result;
}

async function decideAndSend(
  request: DecidedRequest,
  send: Send,
  approving: Approving,
  context: RunContext,
): Promise<Exchanged> {
  const { target, record } = request;
  const { pausing } = approving;
  // A person should not have to decide on what cannot be sent.
  const way = wayTo(target.href, target.api, context.env);
  if (!way.ok) return unanswered({ ok: false, reason: "refused", message: way.problem }, target);
  const exact = recordOf(request, context);
  if (!exact.ok) return exact;
  const decision = await decisionOn(exact.request, target.ask, approving);
  switch (decision.do) {
    case "send":
      if (isListed(exact.request, target.ask, approving)) throw new Error("A plan was told to send.");
      if ("note" in decision) return sendNoted(decision.note, send, approving);
      if (decision.ticket !== undefined) return sendOnce(decision.ticket, request, send, approving);
      approving.left = { access: target.access };
      return send();
    case "replay":
      record.outcome = "answered";
      record.status = decision.answer.status;
      record.replayed = true;
      return { ok: true, response: replayed(decision.answer) };
    case "plan":
      record.outcome = "planned";
      if (decision.continuation !== undefined) pausing.continuation = decision.continuation;
      pausing.planned.push(exact.request);
      return { ok: true, response: exampleAnswer(target.object) };
    case "pause":
      pausing.continuation = decision.continuation;
      pausing.waiting.push(target.operation.id);
      pausing.lastPauseAt = Date.now();
      return { ok: false, failure: { kind: "needs-approval", operation: target.operation.id } };
    case "refuse":
      return { ok: false, failure: decision.failure };
  }
}

/** Settles what leaves, which from here on is what is shown, compared and sent. */
function recordOf(request: DecidedRequest, { env, caller }: RunContext): Result<{ request: ExactRequest }> {
  const { incoming, target } = request;
  const { file, name } = target.api;
  const asked = incoming.headers.get(accountHeader);
  const chosen = accountOf({ file, api: name, caller, account: asked, env });
  if (!chosen.ok) return chosen;
  const form = request.body && withFixedBoundary(incoming.headers.get("content-type"), request.body);
  if (form) {
    request.body = form.body;
    const headers = new Map(incoming.headers).set("content-type", form.contentType);
    request.incoming = { ...incoming, headers };
  }
  const { method, headers } = request.incoming;
  request.outgoing = outgoingOf({ method, headers, body: request.body }, target, chosen.account?.label);
  const masked = headerWithMask(request.outgoing);
  if (masked !== undefined) return failed(unlikeMask(masked, target));
  request.places = credentialPlaces(target, env);
  const exact = exactRequest(request.outgoing, target, request.places);
  const { ask, grounds } = target;
  const known = {
    ...(chosen.account && { credentialId: credentialIdOf(chosen.account) }),
    ...(asked !== undefined && { chosenAccount: asked }),
    ...(ask && grounds && { asks: grounds }),
  };
  return { ok: true, request: { ...exact, ...known } };
}

function unlikeMask(header: string, { operation: { id } }: DecidedRequest["target"]): Failure {
  const message =
    `${id} was not sent because its header ${header} holds •••, which stands for a secret where a person reads the request. ` +
    "Leave that out.";
  return { kind: "denied", operation: id, rule: "a person reads what is sent", message };
}

/** Before the first ask: the request goes out and is remembered. */
async function sendNoted(note: SentBefore, send: Send, approving: Approving): Promise<Exchanged> {
  let hasLeft = false;
  const beforeSend: BeforeSend = async () => {
    hasLeft = true;
    return undefined;
  };
  const exchanged = await send({ beforeSend });
  if (hasLeft)
    return recorded(exchanged, approving.pausing.keptBytes, (answer) => recordNote(note, answer, approving));
  approving.pausing.sent = approving.pausing.sent.filter((one) => one !== note);
  return exchanged;
}

async function sendOnce(
  ticket: string,
  { target, record }: DecidedRequest,
  send: Send,
  approving: Approving,
): Promise<Exchanged> {
  const { ledger, approved } = approving;
  let isSent = false;
  const beforeSend = async (): Promise<Failure | undefined> => {
    isSent ||= await ledger.recordSent(ticket);
    if (isSent) return undefined;
    const { id } = target.operation;
    const message =
      `${id} was not sent by this run: another run of the same code took it over, or the user changed their mind ` +
      "meanwhile. Send the same code again to learn what became of it.";
    return { kind: "denied", operation: id, rule: "what was approved is sent once", message };
  };
  if (target.ask) {
    record.rule = `${target.rule}; approved`;
    if (record.grounds && "effect" in record.grounds) record.grounds = { ...record.grounds, approved: true };
  }
  const exchanged = await send({ beforeSend, once: true });
  if (!isSent) return exchanged;
  approving.left = { access: target.access, ticket };
  // The answer goes into the journal, with what the code is told if there is none.
  if (approved.lasting) return exchanged;
  return recorded(exchanged, 0, (answer) =>
    answer ? ledger.recordAnswered(ticket, answer) : ledger.recordUnanswered(ticket),
  );
}

/** Records the answer before the code gets it, because what the code does next may depend on it. */
async function recorded(
  exchanged: Exchanged,
  keptBytes: number,
  record: (answer: KeptAnswer | undefined) => Promise<void> | void,
): Promise<Exchanged> {
  const kept = exchanged.ok ? await keep(exchanged.response, keptBytes) : undefined;
  try {
    await record(kept?.answer);
  } catch (error) {
    // The code continues with the answer; a later run will find the outcome unknown.
    logEvent("isogate.answer.unrecorded", {}, error);
  }
  return kept ? { ok: true, response: kept.response } : exchanged;
}
