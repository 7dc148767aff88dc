/**
 * Sends a decided request and follows it to its answer: signed again at every hop, redirects matched and decided again,
 * reads repeated where that is safe. A write is sent once.
 */
import type { RequestRecord } from "../../terms/failure.ts";
import { failed, type Result } from "../../terms/result.ts";
import { answerFor } from "./answer.ts";
import { headerValues, type IncomingRequest } from "../read/incoming.ts";
import type { Target } from "../decide/locate.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Place } from "../../request/security.ts";
import { redactorOfLatest } from "./redact.ts";
import { isRedirect, nextHop, type Hop, type MayFollow } from "./redirect.ts";
import { redirectHeader } from "../../request/refusal.ts";
import { usageOf, type RunContext } from "../run/run-state.ts";
import { headersNotSent } from "../sign/strip.ts";
import { signAndSend, unanswered, type BeforeSend } from "./sign-and-send.ts";

/** A request that may be sent. */
export interface DecidedRequest {
  incoming: IncomingRequest;
  /** Its bytes are already counted. */
  body: Uint8Array | undefined;
  target: Target;
  /** What leaves, and where its credential goes, if a person may have to read it. */
  outgoing?: Outgoing;
  places?: readonly Place[];
  /** The run's own record of the last hop: changes to it show during the run. */
  record: RequestRecord;
}

export type Exchanged = Result<{ response: Response }>;

/** What a run may not do although its grant and its rules let it. */
export interface Limits {
  beforeSend?: BeforeSend | undefined;
  /** It has a ticket: a write leaves once, and a 401 is its answer. */
  once?: boolean | undefined;
  mayFollow?: MayFollow | undefined;
}

/**
 * @param request counted as one request of the run; each redirect that is followed counts as another
 * @param limits `beforeSend` is asked each time before something leaves; `mayFollow` before a redirect is followed
 * @returns the answer as the sandbox may see it; its record is complete when its body has been read
 */
export async function exchange(
  request: DecidedRequest,
  context: RunContext,
  { beforeSend, once, mayFollow }: Limits = {},
): Promise<Exchanged> {
  const { incoming, body, target, outgoing, places } = request;
  const { headers, method } = incoming;
  const usage = usageOf(context.run, target.api);
  // Not cleared: aborting after the end does nothing, and the timer ends with the request.
  const signal = AbortSignal.timeout(usage.budgets.requestMs);
  const chain = { context, usage, headers, signal, beforeSend, once };
  const secrets: (() => readonly string[])[] = [];
  const redactor = redactorOfLatest(() =>
    secrets.length === 1 ? secrets[0]!() : secrets.flatMap((each) => each()),
  );
  const showsRedirects = headers.get(redirectHeader) === "manual";
  let hop: Hop = { method, href: target.href, body, target, outgoing, places, counted: true };
  for (let hops = 0; ; hops += 1) {
    const { record } = request;
    const hopAt = record.startedAtMs ?? Date.now();
    const settle = () => void (record.durationMs = Date.now() - hopAt);
    const sent = await signAndSend(hop, record, chain);
    if (!sent.ok) {
      settle();
      return sent;
    }
    const { response } = sent;
    secrets.push(sent.secrets);
    record.outcome = "answered";
    record.status = response.status;
    settle();
    if (showsRedirects || !isRedirect(response)) {
      const received = headerValues(response.headers);
      const learner = context.learning?.(hop.target, response.status, received.get("content-type"));
      const notSent = headersNotSent(headers, sent.outgoing.headers);
      const answering = { record, usage, redactor, learner, notSent, done: settle };
      const answer = await answerFor(response, received, answering);
      if (answer instanceof Response) return { ok: true, response: answer };
      const message = `it answered ${response.status}, and its body ${answer.fault}`;
      return unanswered({ ok: false, reason: "lost", message }, hop.target);
    }
    const clean = (text: string) => redactor()?.text(text) ?? text;
    const redirect = await nextHop(hop, response, hops, { context, usage, headers, clean, mayFollow });
    await response.body?.cancel();
    context.run.records.push((request.record = redirect.record));
    if (!redirect.ok) return redirect;
    // Following a redirect counts as a request.
    if (usage.requests >= usage.budgets.requests) {
      const value = usage.budgets.requests;
      return failed({ kind: "limit-reached", limit: "requests", value, unit: "requests" });
    }
    usage.requests += 1;
    hop = redirect.hop;
  }
}
