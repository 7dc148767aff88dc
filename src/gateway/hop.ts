/**
 * One hop of a request: signed, sent, and sent again where that is safe: a read that was turned away or lost, and
 * anything at all that was refused for a token which can be renewed, for then nothing was done.
 */
import type { Failure, RequestRecord } from "../failure.ts";
import type { CallContext } from "./context.ts";
import { idempotencyHeader, idempotencyKey } from "./idempotency.ts";
import type { Target } from "./locate.ts";
import type { Hop } from "./redirect.ts";
import { accountHeader } from "./refusal.ts";
import { retryDelayMs } from "./retry.ts";
import type { Usage } from "./run-state.ts";
import { applyCredentials, credentialsFor, type SignResult } from "./sign.ts";
import { requestHeadersFor } from "./strip.ts";
import { sendUpstream, type Sent } from "./upstream.ts";

export interface HopContext extends CallContext {
  /** Of the hop under way: each hop of a chain of redirects has its own. */
  record: RequestRecord;
  usage: Usage;
}

export type HopResult = { ok: true; response: Response; secrets: string[] } | Failed;
export type Failed = { ok: false; failure: Failure };

/** @param given the headers that the code set */
export async function sendHop(
  hop: Hop,
  given: Headers,
  signal: AbortSignal,
  context: HopContext,
): Promise<HopResult> {
  const { record, usage, run } = context;
  const { target } = hop;
  const bytes = hop.body?.byteLength ?? 0;
  const plain = await plainHeaders(hop, given, context);
  let signed = await credentials(hop, given, signal, context);
  let renewed = false;
  for (let attempt = 0; ;) {
    if (!signed.ok) return signed;
    const url = new URL(hop.href);
    const headers = new Headers(plain);
    applyCredentials(url, headers, signed.credentials);
    record.bytesUp += bytes;
    usage.bytesUp += bytes;
    run.trace?.sent(record);
    const sent = await sendUpstream(
      { url, method: hop.method, headers, body: hop.body, signal },
      target.api.file,
    );
    if (sent.ok) run.trace?.answered(record, sent.response.status);
    if (sent.ok && sent.response.status === 401 && signed.renew && !renewed) {
      renewed = true;
      signed.renew();
      await sent.response.body?.cancel();
      signed = await credentials(hop, given, signal, context);
      continue;
    }
    const delayMs = mayRepeat(target, usage) ? retryDelayMs(sent, attempt, Math.random()) : undefined;
    const leftMs = usage.budgets.runMs - (Date.now() - run.startedAt);
    if (delayMs === undefined || delayMs > leftMs || signal.aborted) {
      return sent.ok ? { ok: true, response: sent.response, secrets: signed.secrets } : failed(sent, target);
    }
    attempt += 1;
    usage.retries += 1;
    if (sent.ok) await sent.response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

/** What becomes of a request that was not answered. */
export function failed(sent: Extract<Sent, { ok: false }>, { operation, access }: Target): Failed {
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

function mayRepeat({ access }: Target, usage: Usage): boolean {
  return access === "read" && usage.retries < usage.budgets.retries;
}

async function credentials(
  hop: Hop,
  given: Headers,
  signal: AbortSignal,
  { env, caller }: HopContext,
): Promise<SignResult> {
  if (hop.signed === false) return { ok: true, credentials: [], secrets: [] };
  const { api, catalog, object } = hop.target;
  const send = async (request: Request): Promise<Response> => {
    const { url, method, headers } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    const sent = await sendUpstream({ url: new URL(url), method, headers, body, signal }, api.file);
    return sent.ok ? sent.response : new Response(sent.message, { status: 502 });
  };
  const account = given.get(accountHeader) ?? undefined;
  return credentialsFor({ catalog, file: api.file, api: api.name, caller, account, env, send }, object);
}

/** The headers that go up, but for the credentials. */
async function plainHeaders(
  { method, href, body, target }: Hop,
  given: Headers,
  { run }: HopContext,
): Promise<Headers> {
  const headers = requestHeadersFor(given, target.places, declaredCookies(target));
  const keyHeader = target.access === "read" ? undefined : idempotencyHeader(target.object);
  if (keyHeader !== undefined && !headers.has(keyHeader)) {
    headers.set(keyHeader, await idempotencyKey(run, method, href, body));
  }
  if (!headers.has("user-agent")) headers.set("user-agent", "isogate");
  if (!body) headers.delete("content-type");
  return headers;
}

/** Cookies that the operation declares as parameters, by name or as members of one; every other one is removed. */
function declaredCookies({ object }: Target): Set<string> {
  const names = new Set<string>();
  const parameters = object["parameters"];
  for (const parameter of Array.isArray(parameters) ? (parameters as Record<string, unknown>[]) : []) {
    if (parameter["in"] !== "cookie") continue;
    names.add(String(parameter["name"]));
    const schema = parameter["schema"] as { properties?: object } | undefined;
    if (parameter["explode"] !== false)
      for (const name of Object.keys(schema?.properties ?? {})) names.add(name);
  }
  return names;
}
