/**
 * The only `fetch` to APIs: everything that a run sends leaves here, after a check of its address. Redirects are never
 * followed at this level. (src/spec/load loads documents, under the same address rules.)
 */
import type { Sent } from "../run/sent.ts";
import { addressProblem, type AddressRules } from "../../request/address.ts";

interface Outgoing {
  /** An absolute URL. */
  href: string;
  method: string;
  headers: HeadersInit;
  body?: Uint8Array | undefined;
  /** Aborts the request, and the body of its answer. */
  signal: AbortSignal;
}

/** @param rules of the API file: which addresses are acceptable @returns the answer, or why there is none */
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
