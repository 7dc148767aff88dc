/**
 * A client may be a URL: the document there describes it, and reading it is a request that a stranger makes us send.
 * So the host is looked at first; addresses inside a network are refused unless PRIVATE_CLIENT_HOSTS names them.
 * (Size, time, redirects and content are limited by the OAuth provider. On Workers private addresses cannot be
 * reached at all; this holds for a server on somebody's machine.)
 */
import { isPrivateHost } from "../request/address.ts";

/** @returns why the client's document is not read, or undefined if it may be, or if the id is no URL */
export function clientDocumentProblem(clientId: string, privateHosts: readonly string[]): string | undefined {
  if (!/^https:/i.test(clientId) || !URL.canParse(clientId)) return undefined;
  const host = new URL(clientId).hostname.replace(/\.+$/, "");
  if (!isPrivateHost(host) || privateHosts.includes(host)) return undefined;
  return `${host} is an address inside a private network`;
}

/** Ids longer than this are no URL that anybody publishes. */
const maxClientIdChars = 2_048;

/** The client that a request to the token endpoint names. */
export function clientIdOf(form: URLSearchParams, headers: Headers): string {
  const assertion = form.get("client_assertion")?.split(".")[1];
  return form.get("client_id") ?? issuerIn(assertion) ?? basicUser(headers.get("Authorization")) ?? "";
}

/** A client assertion names its client as `iss` (RFC 7523, 3). */
function issuerIn(payload: string | undefined): string | undefined {
  if (payload === undefined) return undefined;
  try {
    const { iss } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { iss?: unknown };
    return typeof iss === "string" ? iss.slice(0, maxClientIdChars) : undefined;
  } catch {
    return undefined;
  }
}

function basicUser(authorization: string | null): string | undefined {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(atob(encoded).split(":")[0] ?? "");
  } catch {
    return undefined;
  }
}
