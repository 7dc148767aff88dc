/**
 * The only `fetch` towards APIs: whatever a run sends, leaves here, after its address was judged. Redirects are never
 * followed at this level. (Documents are loaded by src/spec/load, by the same address rules.)
 */
import type { Sent } from "../run/sent.ts";
import { addressProblem, type AddressRules } from "../../request/address.ts";

export interface Outgoing {
  /** An absolute URL. */
  href: string;
  method: string;
  headers: HeadersInit;
  body?: Uint8Array | undefined;
  /** Aborts the request, and the body of its answer. */
  signal: AbortSignal;
}

export async function sendUpstream(outgoing: Outgoing, rules: AddressRules): Promise<Sent> {
  const problem = addressProblem(outgoing.href, rules);
  if (problem) return { ok: false, reason: "refused", message: problem };
  const { href, method, headers, body, signal } = outgoing;
  const init: RequestInit = { method, headers, signal, redirect: "manual" };
  if (body !== undefined) init.body = body as Uint8Array<ArrayBuffer>;
  try {
    return { ok: true, response: await fetch(href, init) };
  } catch {
    // The runtime's words may hold the URL, and with it a credential in the query.
    const { host } = new URL(href);
    return signal.aborted
      ? { ok: false, reason: "timeout", message: `${host} did not answer in time` }
      : { ok: false, reason: "lost", message: `the connection to ${host} could not be made or was lost` };
  }
}
