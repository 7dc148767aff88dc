/**
 * Access tokens that the gateway fetches itself (RFC 6749 sections 4.4 and 6): kept in memory until shortly before
 * they expire, fetched once for all requests that need one, and dropped when the API refuses one early.
 *
 * Not with `oauth4webapi`, which refuses answers that APIs do give: without `token_type`, with another status than 200
 * or another content type than JSON, or with an `id_token` whose issuer is not the origin of the token endpoint.
 */
import { isObject } from "../../spec/objects.ts";
import { BoundedMap } from "../../terms/bounded-map.ts";
import { digest } from "../../terms/digest.ts";
import type { Failure } from "../../terms/failure.ts";
import { failed, type Result } from "../../terms/result.ts";
import type { Sent } from "../run/sent.ts";
import { waitUntil } from "../run/waiting.ts";

export interface TokenRequest {
  /** Name of the scheme, for messages. */
  scheme: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  /** How the client authenticates (RFC 6749 section 2.3.1): usually in the header. */
  clientAuth: "basic" | "body";
  /** `grant_type` and whatever else the grant needs. */
  parameters: Record<string, string>;
}

interface Held {
  token?: { value: string; expiresAt: number };
  /** The valid refresh token: a server may replace it with every use. */
  refreshToken?: string;
  /** When the fetch that is under way began. */
  fetchingSince?: number | undefined;
}

/** A token is renewed this long before its end, so that a request under way still finds it valid. */
const leewayMs = 30_000;
/** For a server that does not say how long a token is valid. */
const defaultLifeMs = 5 * 60_000;
/** A fetch that takes longer counts as lost, and another request tries. */
const fetchPatienceMs = 10_000;

/** By the digest of the request, which holds the client's secret. */
const held = new BoundedMap<string, Held>(10_000);

/**
 * @param send sends under the gateway's own address rules; never throws
 * @returns `renew` drops the token, so that the next request fetches another
 */
export async function tokenFor(
  request: TokenRequest,
  send: (request: Request) => Promise<Sent>,
): Promise<Result<{ token: string; renew(): void }>> {
  const entry = held.take(digest(JSON.stringify(request)), () => ({}));
  const isFetching = () => Date.now() - (entry.fetchingSince ?? -Infinity) < fetchPatienceMs;
  if (!isFresh(entry) && isFetching()) await waitUntil(() => !isFetching());
  if (!isFresh(entry)) {
    entry.fetchingSince = Date.now();
    const failure = await fetchToken(request, entry, send);
    entry.fetchingSince = undefined;
    if (failure) return failed(failure);
  }
  const { value } = entry.token as NonNullable<Held["token"]>;
  const renew = () => {
    if (entry.token?.value === value) delete entry.token;
  };
  return { ok: true, token: value, renew };
}

function isFresh({ token }: Held): boolean {
  return token !== undefined && token.expiresAt > Date.now();
}

async function fetchToken(
  request: TokenRequest,
  state: Held,
  send: (request: Request) => Promise<Sent>,
): Promise<Failure | undefined> {
  const { clientId, clientSecret, clientAuth, tokenUrl } = request;
  const body = new URLSearchParams(request.parameters);
  if (state.refreshToken !== undefined) body.set("refresh_token", state.refreshToken);
  const headers = new Headers({ accept: "application/json" });
  if (clientAuth === "basic") {
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    headers.set("authorization", `Basic ${btoa(pair)}`);
  } else {
    body.set("client_id", clientId);
    body.set("client_secret", clientSecret);
  }
  headers.set("content-type", "application/x-www-form-urlencoded");
  const sent = await send(new Request(tokenUrl, { method: "POST", headers, body: body.toString() }));
  if (!sent.ok) return unanswered(request, sent);
  const { response } = sent;
  const json: unknown = await response.json().catch(() => undefined);
  const answer = isObject(json) ? json : {};
  const { access_token: value, expires_in: seconds, refresh_token: refreshToken } = answer;
  if (!response.ok || typeof value !== "string" || value === "")
    return refusal(request, response.status, answer);
  const lifeMs = Number(seconds) > 0 ? Number(seconds) * 1000 : defaultLifeMs;
  // A token with less than twice the leeway is used for half its life.
  state.token = { value, expiresAt: Date.now() + Math.max(lifeMs - leewayMs, lifeMs / 2) };
  if (typeof refreshToken === "string") state.refreshToken = refreshToken;
  return undefined;
}

function unanswered({ scheme }: TokenRequest, { reason, message }: Extract<Sent, { ok: false }>): Failure {
  const why = `the scheme ${scheme} needs an access token, and ${message}`;
  return reason === "refused"
    ? { kind: "misconfigured", message: `Nothing was sent: ${why}.`, next: "Tell the operator." }
    : { kind: "upstream-unreachable", message: why };
}

/** RFC 6749 section 5.2: shows only the error code, because the rest of the answer may hold a secret. */
function refusal(
  { scheme, tokenUrl }: TokenRequest,
  status: number,
  answer: Record<string, unknown>,
): Failure {
  const { error } = answer;
  const code = typeof error === "string" && /^[a-z_]{1,40}$/.test(error) ? ` ${error}` : "";
  const { origin, pathname } = new URL(tokenUrl);
  // The server's fault, or too many requests: the client id and the secret are fine.
  if (status >= 500 || status === 429) {
    const message = `the token endpoint of the scheme ${scheme}, ${origin}${pathname}, answered ${status}`;
    return { kind: "upstream-unreachable", message };
  }
  return {
    kind: "misconfigured",
    message: `No access token for the scheme ${scheme}: ${origin}${pathname} answered ${status}${code}.`,
    next: "Nothing was sent to the API. Tell the operator to check the client id, its secret and its scopes.",
  };
}
