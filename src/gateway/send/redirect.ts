/**
 * Where a redirect leads, and whether the gateway follows it: only to an operation of the document, decided like any
 * request and of no stricter access than what was redirected, or, for a read and without a credential, to an origin that the API file names in `redirectTo`.
 */
import type { Failure, RequestRecord } from "../../terms/failure.ts";
import type { Outgoing } from "./outgoing.ts";
import { bearerInQuery, credentialNamesInBody, isBodyMember, type Place } from "../../request/security.ts";
import { hiddenCredential, withoutCredentials } from "../sign/strip.ts";
import { locate, type Located, type Target } from "../decide/locate.ts";
import { isStricter } from "../../request/outside.ts";
import { problemInBody } from "../decide/policy/method-override.ts";
import { recordOf } from "../record/record.ts";
import { accountHeader } from "../../request/refusal.ts";
import type { Result } from "../../terms/result.ts";
import { inTurns } from "../../terms/in-turns.ts";
import type { HeaderValues } from "../read/incoming.ts";
import type { RunContext, Usage } from "../run/run-state.ts";

/** One request of a chain. */
export interface Hop {
  method: string;
  href: string;
  body: Uint8Array | undefined;
  target: Target;
  /** As it was decided on, for the first request of a chain; else it follows from the members above. */
  outgoing?: Outgoing | undefined;
  /** Where its credential goes, for a request that a person has read. */
  places?: readonly Place[] | undefined;
  /** False: sent without a credential. */
  signed?: boolean;
  /** True: the bytes of the body were counted when it was read. Each repetition counts again. */
  counted?: boolean;
}

/** Whether a run that only lists some of its requests would send such a one. */
export type MayFollow = (to: Target, method: string) => boolean;

/** `record` is that of the next hop, even if it is not taken. */
export type NextHop = Result<{ hop: Hop }> & { record: RequestRecord };

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

export function isRedirect({ status, headers }: Response): boolean {
  return redirectStatuses.has(status) && headers.has("location");
}

/**
 * @param hop the request that was answered
 * @param response a redirect; its body is not read here
 * @param hops how many redirects were followed before this one
 * @param chain `headers` as the code set them; `clean` removes the credential from what the upstream wrote; `mayFollow` is absent for a run
 *   that sends whatever is allowed
 * @returns the next hop, or why it is not taken
 */
export async function nextHop(
  hop: Hop,
  response: Response,
  hops: number,
  {
    context,
    usage,
    headers,
    clean,
    mayFollow,
  }: {
    context: RunContext;
    usage: Usage;
    headers: HeaderValues;
    clean(text: string): string;
    mayFollow?: MayFollow | undefined;
  },
): Promise<NextHop> {
  const location = response.headers.get("location") ?? "";
  const { api, operation } = hop.target;
  const method = methodAfter(response.status, hop.method);
  const body = method === hop.method ? hop.body : undefined;
  const parsed = URL.canParse(location, hop.href) ? new URL(location, hop.href) : undefined;
  // The upstream may have put the credential into it.
  const address = parsed
    ? clean(`${parsed.protocol}//${parsed.host}${parsed.pathname}`)
    : "something that is not a URL";
  const recordFor = (located: Located) => {
    const record = recordOf({ method, url: address }, located, Date.now());
    return { ...record, url: clean(record.url) };
  };
  const refused = (message: string): NextHop => {
    const rule = "redirects stay within the API";
    const failure: Failure = { kind: "denied", operation: operation.id, rule, message };
    return { ok: false, failure, record: recordFor({ ok: false, failure, api: api.name, rule }) };
  };
  const answered = `${hop.method} ${operation.path} was answered ${response.status} with a redirect to ${address}`;
  if (!parsed) return refused(`${answered}. It was not followed.`);
  if (hops >= usage.budgets.redirects) {
    return refused(`${answered}, after ${hops} others, which looks like a loop. Call the final address.`);
  }
  if (mayLeave(parsed, method, hop.target)) {
    // The API may have written it from the request's own URL, with the credential in it. A bearer token is not in there: one that
    // the API wrote is for the other origin.
    const places = hop.target.places.filter((place) => place !== bearerInQuery);
    parsed.search = withoutCredentials(parsed.search, places);
    const { href } = parsed;
    if (clean(href) !== href || hiddenCredential(parsed.search, places) !== undefined)
      return refused(`${answered}, whose URL holds the credential. It was not followed.`);
    const target = {
      ...hop.target,
      href,
      rule: "redirectTo of the API file",
      grounds: undefined,
    };
    const record = recordFor({ ok: true, target: { ...target, href: address } });
    return { ok: true, hop: { method, href, body, target, signed: false }, record };
  }
  // Only within this API: a redirect must not get a request signed with another API's credential.
  const within = { ...context, apis: [api] };
  const asked = headers.get(accountHeader);
  const signedAs = new Map(asked === undefined ? [] : [[accountHeader, asked]]);
  const located = await locate({ method, url: parsed.href, headers: signedAs }, within);
  if (located.ok && located.target.ask) {
    const { id } = located.target.operation;
    return refused(`${answered} (${id}), which needs a person's approval. Call that operation directly.`);
  }
  if (located.ok) {
    const { target } = located;
    const { id } = target.operation;
    // What was sent was decided on, planned or kept for what it is: a read is not made a write of by its answer.
    if (isStricter(target.access, hop.target.access))
      return refused(
        `${answered} (${id}), which needs a grant to ${target.access}. It was not followed. Call that operation directly.`,
      );
    // A person has read one request; its answer does not make another one of it, nor one for something else.
    if (hop.target.ask && (id !== operation.id || !isSamePlace(target.href, hop.href)))
      return refused(
        `${answered} (${id}), which is not what was approved. It was not followed. Call that operation directly.`,
      );
    if (mayFollow && !mayFollow(target, method))
      return refused(`${answered} (${id}), which this run would only list. It was not followed.`);
    const problem = await inTurns(
      problemInBody(
        method,
        headers.get("content-type"),
        body,
        headers.get("content-encoding"),
        target.telling,
        credentialNamesInBody(target.places, target.object, headers.get("content-type")),
        (name) => isBodyMember(target.object, name),
      ),
    );
    if (problem)
      return {
        ok: false,
        failure: problem,
        record: recordFor({ ok: false, failure: problem, api: api.name }),
      };
    return { ok: true, hop: { method, href: target.href, body, target }, record: recordFor(located) };
  }
  const { kind } = located.failure;
  if (kind === "needs-scope" || (kind === "denied" && located.operation)) {
    return { ok: false, failure: located.failure, record: recordFor(located) };
  }
  return refused(
    `${answered}, which is not an operation of the document. It was not followed. Call what you need directly, or ` +
      `read the redirect itself with fetch(url, { redirect: "manual" }). ` +
      `The operator can allow the origin in "redirectTo" of the API file.`,
  );
}

/** Whether two URLs differ in their origin at most: where a server moves all that it has. */
function isSamePlace(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  return a.pathname === b.pathname && a.search === b.search;
}

/** Fetch standard, HTTP-redirect fetch, step 12. */
function methodAfter(status: number, method: string): string {
  if (status === 303 && method !== "GET" && method !== "HEAD") return "GET";
  if ((status === 301 || status === 302) && method === "POST") return "GET";
  return method;
}

function mayLeave(url: URL, method: string, target: Target): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  if (url.username || url.password || url.origin === new URL(target.href).origin) return false;
  return (target.api.file.redirectTo ?? []).some(
    (origin) => URL.canParse(origin) && new URL(origin).origin === url.origin,
  );
}
