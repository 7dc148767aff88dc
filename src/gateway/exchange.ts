/**
 * Sends a decided request and follows it to its answer: signed anew at every hop, redirects re-matched and
 * re-decided, reads repeated where that is safe. A write is sent once.
 */
import type { Failure, RequestRecord } from "../failure.ts";
import { answerFor } from "./answer.ts";
import type { CallContext } from "./context.ts";
import { idempotencyHeader, idempotencyKey } from "./idempotency.ts";
import type { Target } from "./locate.ts";
import { redactorFor } from "./redact.ts";
import { nextHop, type Hop } from "./redirect.ts";
import { accountHeader, redirectHeader } from "./refusal.ts";
import { retryDelayMs } from "./retry.ts";
import type { Usage } from "./run-state.ts";
import { applyCredentials, credentialsFor } from "./sign.ts";
import { requestHeadersFor } from "./strip.ts";
import { sendUpstream, type Sent } from "./upstream.ts";

export interface ExchangeContext extends CallContext {
  /** Of the hop under way: each hop of a chain of redirects has its own. */
  record: RequestRecord;
  usage: Usage;
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
  let hop: Hop = { method: request.method.toUpperCase(), href: target.href, body, target };
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
    const next = showsRedirects ? undefined : await nextHop(hop, response, hops, context);
    if (!next) {
      const answer = await answerFor(response, { record, usage, redactor: redactorFor(secrets), done });
      if (answer !== "broken") return { ok: true, response: answer };
      const message = `it answered ${response.status}, and its body broke off`;
      return failed({ ok: false, reason: "lost", message }, hop.target);
    }
    await response.body?.cancel();
    context.record = next.record;
    run.records.push(next.record);
    if (!next.ok) {
      clearTimeout(timer);
      return next;
    }
    usage.requests += 1;
    hop = next.hop;
  }
}

type HopResult = { ok: true; response: Response; secrets: string[] } | Failed;
type Failed = { ok: false; failure: Failure };

/** One hop, with its repetitions. */
async function sendHop(
  hop: Hop,
  given: Headers,
  signal: AbortSignal,
  { env, caller, record, usage, run }: ExchangeContext,
): Promise<HopResult> {
  const { target } = hop;
  const { api, catalog, access } = target;
  const rules = api.file;
  const send = async (tokenRequest: Request): Promise<Response> => {
    const sent = await sendUpstream(
      {
        url: new URL(tokenRequest.url),
        method: tokenRequest.method,
        headers: tokenRequest.headers,
        body: new Uint8Array(await tokenRequest.arrayBuffer()),
        signal,
      },
      rules,
    );
    return sent.ok ? sent.response : new Response(sent.message, { status: 502 });
  };
  const headers = requestHeadersFor(given, target.places, declaredCookies(target));
  const url = new URL(hop.href);
  let secrets: string[] = [];
  if (hop.signed !== false) {
    const account = given.get(accountHeader) ?? undefined;
    const signer = { catalog, file: api.file, api: api.name, caller, account, env, send };
    const signed = await credentialsFor(signer, target.object);
    if (!signed.ok) return signed;
    applyCredentials(url, headers, signed.credentials);
    secrets = signed.secrets;
  }
  const keyHeader = access === "read" ? undefined : idempotencyHeader(target.object);
  if (keyHeader !== undefined && !headers.has(keyHeader)) {
    headers.set(keyHeader, await idempotencyKey(run, hop.method, hop.href, hop.body));
  }
  if (!headers.has("user-agent")) headers.set("user-agent", "isogate");
  if (!hop.body) headers.delete("content-type");
  const bytes = hop.body?.byteLength ?? 0;
  for (let attempt = 0; ; attempt += 1) {
    record.bytesUp += bytes;
    usage.bytesUp += bytes;
    const sent = await sendUpstream({ url, method: hop.method, headers, body: hop.body, signal }, rules);
    const delayMs =
      access === "read" && usage.retries < usage.budgets.retries
        ? retryDelayMs(sent, attempt, Math.random())
        : undefined;
    const leftMs = usage.budgets.runMs - (Date.now() - run.startedAt);
    if (delayMs === undefined || delayMs > leftMs || signal.aborted) {
      return sent.ok ? { ok: true, response: sent.response, secrets } : failed(sent, target);
    }
    usage.retries += 1;
    if (sent.ok) await sent.response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

function failed(sent: Extract<Sent, { ok: false }>, { operation, access }: Target): Failed {
  const { reason, message } = sent;
  if (reason === "refused") {
    return {
      ok: false,
      failure: {
        kind: "denied",
        operation: operation.id,
        rule: "addresses that the gateway speaks to",
        message: `The request was not sent: ${message}. Tell the user.`,
      },
    };
  }
  const kind = access === "read" ? "upstream-unreachable" : "outcome-unknown";
  return { ok: false, failure: { kind, operation: operation.id, message } };
}

/** Cookies that the operation declares as parameters; every other cookie is removed. */
function declaredCookies({ object }: Target): Set<string> {
  const parameters = object["parameters"];
  if (!Array.isArray(parameters)) return new Set();
  const cookies = parameters.filter((parameter: Record<string, unknown>) => parameter["in"] === "cookie");
  return new Set(cookies.map((parameter: Record<string, unknown>) => String(parameter["name"])));
}
