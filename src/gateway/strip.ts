/**
 * What never passes the gateway. On the way up: every place of a credential, and every header that speaks about the
 * connection or about who is calling, is removed before the gateway sets its own. On the way down: cookies, headers
 * of the connection, and anything that could pass for a word of the gateway itself. Pure.
 */
import type { Place } from "./schemes/scheme.ts";

/** RFC 9110 section 7.6.1, plus those that a server in front of the API may trust. */
const requestHeaders = new Set([
  "accept-encoding",
  "authorization",
  "connection",
  "content-length",
  "cookie",
  "cookie2",
  "expect",
  "forwarded",
  "host",
  "keep-alive",
  "origin",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "true-client-ip",
  "upgrade",
  "via",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-host",
  "x-http-host-override",
  "x-original-host",
  "x-original-url",
  "x-real-ip",
  "x-rewrite-url",
]);
const requestPrefixes = ["cf-", "cdn-", "isogate-", "proxy-", "sec-", "x-forwarded-"];

const responseHeaders = new Set([
  "alt-svc",
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "nel",
  "proxy-authenticate",
  "report-to",
  "set-cookie",
  "set-cookie2",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const responsePrefixes = ["cf-", "isogate-"];

/**
 * The headers that go up, without credentials.
 * @param places every place that a scheme of the API puts a credential
 * @param cookies names of the cookies that the operation declares as parameters; all others are removed
 */
export function requestHeadersFor(
  given: Headers,
  places: readonly Place[],
  cookies: ReadonlySet<string>,
): Headers {
  const named = (given.get("connection") ?? "").split(",").map((name) => name.trim());
  const credentials = places.filter((place) => place.in === "header").map((place) => place.name);
  const removed = new Set([...named, ...credentials].map(plainName));
  const kept = new Headers();
  for (const [name, value] of given) {
    const plain = plainName(name);
    if (requestHeaders.has(plain) || removed.has(plain)) continue;
    if (requestPrefixes.some((prefix) => plain.startsWith(prefix))) continue;
    kept.append(name, value);
  }
  const secret = new Set(places.filter((place) => place.in === "cookie").map((place) => place.name));
  const cookie = declaredCookies(given.get("cookie"), cookies, secret);
  if (cookie !== "") kept.set("cookie", cookie);
  return kept;
}

/** The query without the parameters that hold credentials; all others keep their exact spelling. */
export function withoutCredentials(search: string, places: readonly Place[]): string {
  const names = new Set(
    places.filter((place) => place.in === "query").map((place) => place.name.toLowerCase()),
  );
  if (names.size === 0 || search.length < 2) return search;
  const kept = search
    .slice(1)
    .split("&")
    // Some servers separate pairs by semicolons too.
    .filter((pair) => !pair.split(/;|%3b/i).some((part) => names.has(nameOf(part).toLowerCase())));
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}

/** The headers of an answer that the sandbox may see, their values passed through `clean`. */
export function responseHeadersFor(
  given: Headers,
  clean: (value: string) => string = (value) => value,
): Headers {
  const kept = new Headers();
  for (const [name, value] of given) {
    if (responseHeaders.has(name) || responsePrefixes.some((prefix) => name.startsWith(prefix))) continue;
    kept.append(name, clean(value));
  }
  return kept;
}

function declaredCookies(
  header: string | null,
  declared: ReadonlySet<string>,
  secret: ReadonlySet<string>,
): string {
  if (header === null || declared.size === 0) return "";
  return header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => {
      const name = pair.split("=", 1)[0] ?? "";
      return declared.has(name) && !secret.has(name);
    })
    .join("; ");
}

/** CGI, and with it PHP and Python, does not tell `x_api_key` from `x-api-key` (RFC 3875 section 4.1.18). */
const plainName = (name: string) => name.toLowerCase().replaceAll("_", "-");

function nameOf(pair: string): string {
  const name = (pair.split("=", 1)[0] ?? "").replaceAll("+", " ");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
