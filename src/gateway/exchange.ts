/**
 * Sends a decided request and follows it to its answer: signed anew at every hop, redirects re-matched and
 * re-decided, reads repeated where that is safe. A write is sent once.
 */
import type { Failure } from "../failure.ts";
import { answerFor } from "./answer.ts";
import { failed, sendHop, type HopContext } from "./hop.ts";
import type { Target } from "./locate.ts";
import { redactorFor } from "./redact.ts";
import { nextHop, type Hop } from "./redirect.ts";
import { redirectHeader } from "./refusal.ts";

export interface ExchangeContext extends HopContext {
  startedAt: number;
}

export type Exchanged = { ok: true; response: Response } | { ok: false; failure: Failure };

export async function exchange(
  request: Request,
  body: Uint8Array | undefined,
  target: Target,
  context: ExchangeContext,
): Promise<Exchanged> {
  const { usage, run } = context;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), usage.budgets.requestMs);
  const secrets: string[] = [];
  const showsRedirects = request.headers.get(redirectHeader) === "manual";
  let hop: Hop = { method: request.method.toUpperCase(), href: target.href, body, target, counted: true };
  for (let hops = 0; ; hops += 1) {
    const { record } = context;
    const hopAt = hops === 0 ? context.startedAt : Date.now();
    const settle = () => {
      record.durationMs = Date.now() - hopAt;
    };
    const done = () => {
      clearTimeout(timer);
      settle();
    };
    const sent = await sendHop(hop, request.headers, deadline.signal, context);
    if (!sent.ok) {
      done();
      return sent;
    }
    const { response } = sent;
    secrets.push(...sent.secrets);
    record.outcome = "answered";
    record.status = response.status;
    settle();
    const redactor = redactorFor(secrets);
    const clean = (text: string) => redactor?.text(text) ?? text;
    const next = showsRedirects ? undefined : await nextHop(hop, response, hops, { ...context, clean });
    if (!next) {
      const learner = context.learning?.(hop.target, response);
      const answer = await answerFor(response, { record, usage, redactor, learner, done });
      if (answer instanceof Response) return { ok: true, response: answer };
      const message = `it answered ${response.status}, and its body ${answer.fault}`;
      return failed({ ok: false, reason: "lost", message }, hop.target);
    }
    await response.body?.cancel();
    context.record = next.record;
    run.records.push(next.record);
    if (!next.ok) {
      clearTimeout(timer);
      return next;
    }
    // A redirect that is followed is a request like any other.
    if (usage.requests >= usage.budgets.requests) {
      clearTimeout(timer);
      context.record = next.record;
      const value = usage.budgets.requests;
      return { ok: false, failure: { kind: "limit-reached", limit: "requests", value, unit: "requests" } };
    }
    usage.requests += 1;
    hop = next.hop;
  }
}
