/**
 * One hop of a request: signed, sent, and sent again where that is safe: a read that was turned away or lost, and
 * anything at all that was refused for a token which can be renewed, for then nothing was done.
 */
import type { Failure, RequestRecord } from "../../terms/failure.ts";
import type { RunContext } from "../run/context.ts";
import type { HeaderValues } from "../read/given.ts";
import { idempotencyHeader, idempotencyKey } from "./idempotency.ts";
import type { Target } from "../decide/locate.ts";
import type { Hop } from "./redirect.ts";
import { accountHeader } from "../../request/refusal.ts";
import { retryDelayMs } from "./retry.ts";
import type { Usage } from "../run/run-state.ts";
import { applyCredentials, credentialsFor, type SignResult } from "../sign/sign.ts";
import { declaredCookies, requestHeadersFor } from "../sign/strip.ts";
import { sendUpstream } from "./upstream.ts";
import { type Sent } from "../run/sent.ts";

export interface HopContext extends RunContext {
  /** Of the hop under way: each hop of a chain of redirects has its own. */
  record: RequestRecord;
  usage: Usage;
  /** Called before anything of this request leaves; a failure keeps it here. */
  beforeSend?: (() => Promise<Failure | undefined>) | undefined;
}

export type HopResult = { ok: true; response: Response; secrets: string[] } | Failed;
export type Failed = { ok: false; failure: Failure };

/** @param given the headers that the code set */
export async function sendHop(
  hop: Hop,
  given: HeaderValues,
  signal: AbortSignal,
  context: HopContext,
): Promise<HopResult> {
  const { record, usage, run } = context;
  const { target } = hop;
  const bytes = hop.body?.byteLength ?? 0;
  const key = idempotency(hop, given, context);
  let signed = await credentials(hop, given, signal, context);
  let renewed = false;
  let counted = hop.counted === true;
  for (let attempt = 0; ;) {
    if (!signed.ok) return signed;
    const headers = headersFor(hop, given, key);
    const href = applyCredentials(hop.href, headers, signed.credentials);
    const stopped = await context.beforeSend?.();
    if (stopped) return { ok: false, failure: stopped };
    record.bytesUp += bytes;
    if (!counted) usage.bytesUp += bytes;
    counted = false;
    run.trace?.sent(record);
    const sent = await sendUpstream(
      { href, method: hop.method, headers: Object.fromEntries(headers), body: hop.body, signal },
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
  given: HeaderValues,
  signal: AbortSignal,
  { env, caller }: HopContext,
): Promise<SignResult> {
  if (hop.signed === false) return { ok: true, credentials: [], secrets: [] };
  const { api, catalog, object } = hop.target;
  const send = async (request: Request): Promise<Sent> => {
    const { url: href, method, headers } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    return sendUpstream({ href, method, headers, body, signal }, api.file);
  };
  const account = given.get(accountHeader);
  return credentialsFor({ catalog, file: api.file, api: api.name, caller, account, env, send }, object);
}

/** The `Idempotency-Key` that the gateway sets: worked out once, the same for every sending of a request. */
function idempotency(
  { method, href, body, target }: Hop,
  given: HeaderValues,
  { run }: HopContext,
): [name: string, value: string] | undefined {
  const name = target.access === "read" ? undefined : idempotencyHeader(target.object);
  if (name === undefined || given.has(name.toLowerCase())) return undefined;
  return [name.toLowerCase(), idempotencyKey(run, method, href, body)];
}

/** The headers that go up, but for the credentials. */
function headersFor(
  { body, target }: Hop,
  given: HeaderValues,
  key: [name: string, value: string] | undefined,
): Map<string, string> {
  const headers = requestHeadersFor(given, target.places, declaredCookies(target.object));
  if (key) headers.set(...key);
  if (!headers.has("user-agent")) headers.set("user-agent", "isogate");
  if (!body) headers.delete("content-type");
  return headers;
}
