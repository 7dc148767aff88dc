/**
 * Removes what must never pass the gateway. On the way up: every header that the operation does not declare and that is
 * not harmless, every place of a credential, and every header about the connection or the caller, before the gateway
 * sets its own. On the way down: cookies, headers of the connection, and anything that could pass for a message of the
 * gateway. Pure.
 */
import type { OperationObject } from "../../spec/openapi.ts";
import { objectOf } from "../../spec/objects.ts";
import { parametersOf } from "../../spec/read/required.ts";
import { foldName, namesReadIn } from "../../request/query-match.ts";
import { queryReadings } from "../../request/readings.ts";
import { declaredHeaders, isHarmless } from "../../request/headers.ts";
import { isNeverSent, plainName } from "../../terms/never-sent.ts";
import type { HeaderValues } from "../read/incoming.ts";
import type { Place } from "../../request/security.ts";

const responseHeaders = new Set(
  (
    "alt-svc connection content-encoding content-length keep-alive nel proxy-authenticate report-to " +
    "set-cookie set-cookie2 te trailer transfer-encoding upgrade"
  ).split(" "),
);
const responsePrefixes = ["cf-", "isogate-"];

/**
 * The headers to send, without credentials.
 * @param places every place where a scheme of the API puts a credential
 * @param object the operation object: the headers and cookies that it declares are sent
 * @param further names of the API file's `headers`, which are sent as well
 */
export function requestHeadersFor(
  given: HeaderValues,
  places: readonly Place[],
  object: OperationObject,
  further?: readonly string[],
): Map<string, string> {
  // What `Connection` names is not taken away: the body was judged by the headers that were given.
  const removed = new Set(namesIn(places, "header").map(plainName));
  const declared = declaredHeaders(object, further);
  const kept = new Map<string, string>();
  for (const [name, value] of given) {
    if (!isHarmless(name) && !declared.has(name)) continue;
    if (isNeverSent(name) || removed.has(plainName(name))) continue;
    kept.set(name, value);
  }
  const cookie = cookiesOf(given.get("cookie"), declaredCookies(object), places);
  if (cookie !== "") kept.set("cookie", cookie);
  return kept;
}

/** Names are told up to this many: code that sets more does not look at them. */
const maxTold = 20;

/**
 * The headers that the code set and that are not sent, to tell it. Without those that a runtime sets by itself.
 * @param kept what `requestHeadersFor` returned
 */
export function headersNotSent(given: HeaderValues, kept: ReadonlyMap<string, string>): string[] {
  const own = /^(?:accept-encoding|connection|content-length|host|transfer-encoding|(?:cf|isogate)-.*)$/;
  return [...given.keys()].filter((name) => !kept.has(name) && !own.test(name)).slice(0, maxTold);
}

/** Names of the cookies that the operation declares as parameters, or as members of one. */
function declaredCookies(object: OperationObject): Set<string> {
  const declared = parametersOf(object).filter((parameter) => parameter.in === "cookie");
  return new Set(
    declared.flatMap(({ name, explode, schema }) => [
      name,
      ...(explode === false ? [] : Object.keys(objectOf(objectOf(schema)["properties"]))),
    ]),
  );
}

/**
 * The query without the parameters that hold credentials, by every reading that a server may have of a parameter's name;
 * all others keep their exact spelling.
 */
export function withoutCredentials(search: string, places: readonly Place[]): string {
  if (search.length < 2) return search;
  const isSecret = secretIn(places);
  if (!isSecret) return search;
  const kept = search
    .slice(1)
    .split("&")
    .filter(
      (pair) =>
        // Some servers separate pairs by semicolons too.
        !pair.split(";").some((part) => queryReadings(part).some(([first]) => first && isSecret(first[0]))),
    );
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}

/**
 * The name of a credential that a parameter hides in its value, behind an encoded separator, or a segment of the path behind
 * an encoded question mark: a proxy that decodes would make a parameter of it. Not removed, because it may be data; then it
 * must not be sent.
 * @param search as `searchReadIn` reads it, with what `withoutCredentials` returns
 */
export function hiddenCredential(search: string, places: readonly Place[]): string | undefined {
  const isSecret = secretIn(places);
  if (!isSecret) return undefined;
  return queryReadings(search)
    .flat()
    .map(([name]) => name)
    .find((name) => isSecret(name));
}

/** @returns whether some server may take a name in a query for that of a credential; undefined if none is there */
function secretIn(places: readonly Place[]): ((name: string) => boolean) | undefined {
  const names = new Set(namesIn(places, "query").map(foldName));
  return names.size === 0 ? undefined : (name) => namesReadIn(name).some((one) => names.has(one));
}

/** The headers of an answer that the sandbox may see. */
export function responseHeadersFor(given: HeaderValues): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of given) {
    if (responseHeaders.has(name) || responsePrefixes.some((prefix) => name.startsWith(prefix))) continue;
    kept[name] = value;
  }
  return kept;
}

function cookiesOf(
  header: string | undefined,
  declared: ReadonlySet<string>,
  places: readonly Place[],
): string {
  if (header === undefined || declared.size === 0) return "";
  const secret = namesIn(places, "cookie");
  return header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => {
      const [name = ""] = pair.split("=", 1);
      const value = pair.slice(name.length + 1);
      // Of a quote that is not one of a pair around the value (RFC 6265, 4.1.1), some servers read on to the next one,
      // over a credential that we add.
      if (value.includes('"') && !/^"[^"\\]*"$/.test(value)) return false;
      // RFC 2965 separated cookies by commas too.
      const names = pair.split(",").map((part) => (part.split("=", 1)[0] ?? "").trim());
      return declared.has(name) && !names.some((one) => secret.includes(one));
    })
    .join("; ");
}

function namesIn(places: readonly Place[], where: Place["in"]): string[] {
  return places.filter((place) => place.in === where).map(({ name }) => name);
}
