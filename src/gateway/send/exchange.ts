/**
 * Sends a decided request and follows it to its answer: signed anew at every hop, redirects re-matched and
 * re-decided, reads repeated where that is safe. A write is sent once.
 */
import type { Failure } from "../../terms/failure.ts";
import { answerFor } from "./answer.ts";
import type { Learning } from "../../learned/learned.ts";
import { failed, sendHop, type HopContext } from "./hop.ts";
import { headerValues, type GivenRequest } from "../read/given.ts";
import type { Target } from "../decide/locate.ts";
import { redactorFor } from "./redact.ts";
import { isRedirect, nextHop, type Hop } from "./redirect.ts";
import { redirectHeader } from "../../request/refusal.ts";

export interface ExchangeContext extends HopContext {
  startedAt: number;
  /** Looks at answers that the document says nothing of. */
  learning?: Learning;
}

export type Exchanged = { ok: true; response: Response } | { ok: false; failure: Failure };

export async function exchange(
  given: GivenRequest,
  body: Uint8Array | undefined,
  target: Target,
  context: ExchangeContext,
): Promise<Exchanged> {
  const { usage, run } = context;
  // Not cleared: what has ended cannot be aborted, and with its request the timer is gone.
  const deadline = AbortSignal.timeout(usage.budgets.requestMs);
  const secrets: string[] = [];
  const showsRedirects = given.headers.get(redirectHeader) === "manual";
  let hop: Hop = { method: given.method, href: target.href, body, target, counted: true };
  for (let hops = 0; ; hops += 1) {
    const { record } = context;
    const hopAt = hops === 0 ? context.startedAt : Date.now();
    const settle = () => {
      record.durationMs = Date.now() - hopAt;
    };
    const sent = await sendHop(hop, given.headers, deadline, context);
    if (!sent.ok) {
      settle();
      return sent;
    }
    const { response } = sent;
    secrets.push(...sent.secrets);
    record.outcome = "answered";
    record.status = response.status;
    settle();
    const redactor = redactorFor(secrets);
    if (showsRedirects || !isRedirect(response)) {
      const headers = headerValues(response.headers);
      const learner = context.learning?.(hop.target, response.status, headers.get("content-type"));
      const answer = await answerFor(response, headers, { record, usage, redactor, learner, done: settle });
      if (answer instanceof Response) return { ok: true, response: answer };
      const message = `it answered ${response.status}, and its body ${answer.fault}`;
      return failed({ ok: false, reason: "lost", message }, hop.target);
    }
    const clean = (text: string) => redactor?.text(text) ?? text;
    const next = await nextHop(hop, response, hops, { ...context, clean });
    await response.body?.cancel();
    context.record = next.record;
    run.records.push(next.record);
    if (!next.ok) return next;
    // A redirect that is followed is a request like any other.
    if (usage.requests >= usage.budgets.requests) {
      const value = usage.budgets.requests;
      return { ok: false, failure: { kind: "limit-reached", limit: "requests", value, unit: "requests" } };
    }
    usage.requests += 1;
    hop = next.hop;
  }
}
