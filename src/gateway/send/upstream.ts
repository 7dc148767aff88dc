/**
 * The only `fetch` to APIs: everything that a run sends leaves here, after a check of its address. Redirects are never
 * followed at this level. (src/spec/load loads documents, under the same address rules.)
 */
import type { Sent } from "../run/sent.ts";
import type { Way } from "./way.ts";

interface Outgoing {
  /** An absolute URL. */
  href: string;
  method: string;
  headers: HeadersInit;
  body?: Uint8Array | undefined;
  /** Aborts the request, and the body of its answer. */
  signal: AbortSignal;
}

/** @param way to its URL @returns the answer, or why there is none */
export async function sendUpstream(outgoing: Outgoing, way: Way): Promise<Sent> {
  if (!way.ok) return { ok: false, reason: "refused", message: way.problem };
  const { href, method, headers, body, signal } = outgoing;
  const init: RequestInit = { method, headers, signal, redirect: "manual" };
  if (body !== undefined) init.body = body as Uint8Array<ArrayBuffer>;
  try {
    return { ok: true, response: await way.fetch(href, init) };
  } catch (error) {
    const { host } = new URL(href);
    return signal.aborted
      ? { ok: false, reason: "timeout", message: `${host} did not answer in time` }
      : {
          ok: false,
          reason: "lost",
          message: `the connection to ${host} could not be made or was lost: ${reasonOf(error, href)}`,
        };
  }
}

/**
 * Why there is no answer, as one of a few sentences of ours: the runtime's words may hold the URL, and with it a
 * credential in the query. It tells an internal error where a name was not found or TLS failed.
 */
export function reasonOf(error: unknown, href: string): string {
  const words = error instanceof Error ? error.message : "";
  const { protocol, hostname } = new URL(href);
  const isAddress = /^[\d.]+$|^\[|^localhost$/.test(hostname);
  const tls =
    "the secure connection (TLS) failed; the server may speak http on this port, or its certificate is not valid";
  const name = "no server of this name was found";
  if (/certificate|\bTLS\b|\bSSL\b|handshake/i.test(words)) return tls;
  if (/\bDNS\b|lookup|resolve|not known/i.test(words)) return name;
  if (/timed? ?out/i.test(words)) return "the server did not answer in time";
  if (/refused|connection lost|cannot connect|disconnected|reset/i.test(words))
    return "nothing listens there, or the server ended the connection";
  if (!/internal error/i.test(words)) return "the runtime does not say why";
  if (protocol === "http:") return isAddress ? "the server could not be spoken to" : name;
  return isAddress ? tls : `${name}, or ${tls}`;
}
