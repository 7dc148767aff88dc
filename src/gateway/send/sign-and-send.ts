/**
 * One request of a chain of redirects: signed, sent, and sent again where that is safe. That is a read that was turned
 * away or lost, and any request that was refused for a renewable token, because then nothing was done. A write with a ticket
 * is not sent again for that either: a person was told that it leaves once, and only the API knows what it did.
 */
import type { Failure, RequestRecord } from "../../terms/failure.ts";
import { failed, type Failed, type Result } from "../../terms/result.ts";
import { tellStage } from "../../terms/stages.ts";
import { endedMeanwhile } from "../run/connection.ts";
import type { HeaderValues } from "../read/incoming.ts";
import { idempotencyHeader, idempotencyKey } from "./idempotency.ts";
import type { Target } from "../decide/locate.ts";
import { outgoingOf, type Outgoing } from "./outgoing.ts";
import type { Hop } from "./redirect.ts";
import { accountHeader } from "../../request/refusal.ts";
import { retryDelayMs } from "./retry.ts";
import type { RunContext, Usage } from "../run/run-state.ts";
import { applyCredentials, credentialsFor, type SignResult } from "../sign/sign.ts";
import type { Place } from "../../request/security.ts";
import { sendUpstream } from "./upstream.ts";
import { wayTo } from "./way.ts";
import type { Sent } from "../run/sent.ts";

/** Called each time before a request leaves; a failure stops it. */
export type BeforeSend = () => Promise<Failure | undefined>;

/** The same for all requests of a chain. */
export interface Chain {
  context: RunContext;
  usage: Usage;
  /** As the code set them. */
  headers: HeaderValues;
  /** Ends the chain, and the body of its answer. */
  signal: AbortSignal;
  beforeSend: BeforeSend | undefined;
  /** See `Limits`. */
  once: boolean | undefined;
}

/**
 * @param record of this request; the bytes sent are added to it
 * @returns the answer as it came, what must not be seen in it, and what was sent. The caller reads
 *   or cancels its body
 * @throws TypeError for a credential that no header can hold, and whatever `beforeSend` throws
 */
export async function signAndSend(
  hop: Hop,
  record: RequestRecord,
  chain: Chain,
): Promise<Result<{ response: Response; secrets: () => readonly string[]; outgoing: Outgoing }>> {
  const { usage, signal, beforeSend, once = false } = chain;
  const { run } = chain.context;
  const { target } = hop;
  const asked = chain.headers.get(accountHeader);
  const outgoing = hop.outgoing ?? outgoingOf({ ...hop, headers: chain.headers }, target, asked);
  const { method, body } = outgoing;
  const bytes = body?.byteLength ?? 0;
  const key = idempotency(outgoing, target, chain);
  let signed = await credentials(hop, outgoing, chain);
  let renewed = false;
  let hasLeft = false;
  let counted = hop.counted === true;
  for (let attempt = 0; ;) {
    if (!signed.ok) return signed;
    const headers = new Map(outgoing.headers);
    if (key) headers.set(...key);
    const href = applyCredentials(outgoing.href, headers, signed.credentials);
    const ended = await endedMeanwhile(chain.context);
    if (ended) return failed(ended);
    // The record of a write is stored before the write leaves; without it, nothing leaves.
    const refused = hasLeft || target.access === "read" ? undefined : await chain.context.leaving?.(record);
    if (refused) return failed(refused);
    hasLeft = true;
    const stopped = await beforeSend?.();
    if (stopped) return failed(stopped);
    record.bytesUp += bytes;
    if (!counted) usage.bytesUp += bytes;
    counted = false;
    run.trace?.sent(record);
    tellStage("sent");
    const sent = await sendUpstream(
      { href, method, headers: Object.fromEntries(headers), body, signal },
      wayTo(href, target.api, chain.context.env),
    );
    tellStage("answered");
    if (sent.ok) run.trace?.answered(record, sent.response.status);
    if (sent.ok && sent.response.status === 401 && signed.renew && !renewed) {
      renewed = true;
      const isRead = target.access === "read";
      const mayGoAgain = (await signed.renew()) && (isRead || !once);
      const again = mayGoAgain ? await credentials(hop, outgoing, chain) : undefined;
      // A write that left is never told as one that was not sent: it has its answer.
      if (again && (again.ok || isRead)) {
        await sent.response.body?.cancel();
        signed = again;
        continue;
      }
    }
    const mayRepeat = target.access === "read" && usage.retries < usage.budgets.retries;
    const delayMs = mayRepeat ? retryDelayMs(sent, attempt, Math.random()) : undefined;
    const leftMs = usage.budgets.runMs - (Date.now() - run.startedAt);
    if (delayMs === undefined || delayMs > leftMs || signal.aborted) {
      return sent.ok
        ? { ok: true, response: sent.response, secrets: signed.secrets, outgoing }
        : unanswered(sent, target);
    }
    attempt += 1;
    usage.retries += 1;
    if (sent.ok) await sent.response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

/** The failure for a request to `target` that got no answer. */
export function unanswered(
  { reason, message }: Extract<Sent, { ok: false }>,
  { operation, access }: Target,
): Failed {
  if (reason === "refused") {
    return failed({
      kind: "denied",
      operation: operation.id,
      rule: "addresses that the gateway speaks to",
      message: `The request was not sent: ${message}. Tell the user.`,
    });
  }
  const kind = access === "read" ? "upstream-unreachable" : "outcome-unknown";
  return failed({ kind, operation: operation.id, message });
}

async function credentials(hop: Hop, { account }: Outgoing, { context, signal }: Chain): Promise<SignResult> {
  if (hop.signed === false) return { ok: true, credentials: [], secrets: () => [] };
  const { api, catalog, object } = hop.target;
  const { env, caller } = context;
  const send = async (request: Request): Promise<Sent> => {
    const { url: href, method } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    return sendUpstream({ href, method, headers: request.headers, body, signal }, wayTo(href, api, env));
  };
  const signer = { catalog, file: api.file, api: api.name, caller, account, env, send };
  const signed = await credentialsFor(signer, object);
  if (!signed.ok || !hop.places || inOrder(signed.credentials) === inOrder(hop.places)) return signed;
  return failed({
    kind: "denied",
    operation: hop.target.operation.id,
    rule: "what was approved is what is sent",
    message:
      "The request was not sent: its credential would go to another place than the person was shown. Tell the user.",
  });
}

const inOrder = (places: readonly Place[]) =>
  JSON.stringify(places.map(({ in: where, name }) => `${where} ${name.toLowerCase()}`).sort());

/** The `Idempotency-Key` that the gateway sets: the same for every repetition of a request. */
function idempotency(
  { method, href, headers, body }: Outgoing,
  { object, access }: Target,
  { context }: Chain,
): [name: string, value: string] | undefined {
  const name = idempotencyHeader(object, access)?.toLowerCase();
  if (name === undefined || headers.has(name)) return undefined;
  return [name, idempotencyKey(context.run, method, href, body, context.step)];
}
