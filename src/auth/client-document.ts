/**
 * A client id may be a URL whose document describes the client, so a stranger can make us send a request there. The
 * host is therefore checked first; private addresses are refused, except those that PRIVATE_CLIENT_HOSTS names. (The
 * OAuth provider limits size, time, redirects and content. Workers cannot reach private addresses at all; this check
 * is for a server on somebody's machine.)
 */
import { isPrivateHost } from "../request/address.ts";
import { trimEndOf } from "../terms/trim-end.ts";

/** @returns why the client's document must not be read; undefined if it may be, or if the id is not a URL */
export function clientDocumentProblem(clientId: string, privateHosts: readonly string[]): string | undefined {
  if (!/^https:/i.test(clientId) || !URL.canParse(clientId)) return undefined;
  const host = trimEndOf(new URL(clientId).hostname, /\./);
  if (!isPrivateHost(host) || privateHosts.includes(host)) return undefined;
  return `${host} is an address inside a private network`;
}

/** Nobody publishes a longer URL. */
const maxClientIdChars = 2_048;

/** The client that a request to the token endpoint names. */
export function clientIdOf(form: URLSearchParams, headers: Headers): string {
  const assertion = form.get("client_assertion")?.split(".")[1];
  const basic = /^Basic (.+)$/i.exec(headers.get("Authorization") ?? "")?.[1];
  return form.get("client_id") ?? decoded(assertion, issuerIn) ?? decoded(basic, userIn) ?? "";
}

function decoded(base64: string | undefined, read: (text: string) => string | undefined): string | undefined {
  if (base64 === undefined) return undefined;
  try {
    return read(atob(base64.replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return undefined;
  }
}

/** A client assertion names its client as `iss` (RFC 7523, 3). */
function issuerIn(payload: string): string | undefined {
  const { iss } = JSON.parse(payload) as { iss?: unknown };
  return typeof iss === "string" ? iss.slice(0, maxClientIdChars) : undefined;
}

const userIn = (basic: string) => decodeURIComponent(basic.split(":")[0] ?? "");
