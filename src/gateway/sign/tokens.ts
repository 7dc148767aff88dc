/**
 * Access tokens that the gateway fetches itself (RFC 6749 sections 4.4 and 6): kept in memory until shortly before
 * they expire, fetched once for all requests that need one, and dropped when the API refuses one early.
 */
import { BoundedMap } from "../../terms/bounded-map.ts";
import { digest } from "../../terms/digest.ts";
import { failed, misconfigured, type Failed, type Result } from "../../terms/result.ts";
import type { Sent } from "../run/sent.ts";
import { waitUntil } from "../run/waiting.ts";
import {
  readTokens,
  saysNothing,
  tokenRequest,
  type TokenClient,
  type TokenRefusal,
} from "../../vault/token-endpoint.ts";

export interface TokenRequest extends TokenClient {
  /** Name of the scheme, for messages. */
  scheme: string;
  /** `grant_type` and whatever else the grant needs. */
  parameters: Record<string, string>;
}

interface Held {
  /** `usedUntil`: some time before it expires. */
  token?: { value: string; usedUntil: number; expiresAt: number };
  /** When the API last refused one. */
  refusedAt?: number;
  /** The valid refresh token: a server may replace it with every use. */
  refreshToken?: string;
  /** When the fetch that is under way began. */
  fetchingSince?: number | undefined;
  /** Why the last fetch brought no token: all requests that waited for it fail like the one that fetched. */
  failure?: Failed;
}

/** A token is renewed this long before its end, so that a request under way still finds it valid. */
const leewayMs = 30_000;
/** For a server that does not say how long a token is valid. */
const defaultLifeMs = 5 * 60_000;
/** Another token that the API refuses within this time stays: it has other reasons, and code could ask on and on. */
const refusedAgainMs = 5 * 60_000;
/** A fetch that takes longer counts as lost, and another request tries. */
const fetchPatienceMs = 10_000;

/** By the digest of the request, which holds the client's secret. */
const held = new BoundedMap<string, Held>(10_000);

/**
 * @param send sends under the gateway's own address rules; never throws
 * @returns `fetched`: what came from the token endpoint, and must not come back in an answer; `expiresAt`: when the token
 *   expires by its own time; `renew` drops the token, so that the next request fetches another, and returns false if it stays
 */
export async function tokenFor(
  request: TokenRequest,
  send: (request: Request) => Promise<Sent>,
): Promise<Result<{ token: string; fetched: string[]; expiresAt: number; renew(): boolean }>> {
  const entry = held.take(digest(JSON.stringify(request)), () => ({}));
  const isFetching = () => Date.now() - (entry.fetchingSince ?? -Infinity) < fetchPatienceMs;
  const { failure: earlier } = entry;
  let hasFetched = false;
  // Even a token that expires at once serves the request that fetched it.
  while (!isFresh(entry) && !hasFetched) {
    hasFetched = !isFetching();
    if (hasFetched) await fetchInto(entry, request, send);
    else await waitUntil(() => !isFetching());
    if (entry.failure && entry.failure !== earlier) return entry.failure;
  }
  const { value, expiresAt } = entry.token as NonNullable<Held["token"]>;
  const renew = () => {
    // Another request has renewed it.
    if (entry.token?.value !== value) return true;
    if (Math.abs(Date.now() - (entry.refusedAt ?? -Infinity)) < refusedAgainMs) return false;
    entry.refusedAt = Date.now();
    delete entry.token;
    return true;
  };
  const fetched = [value, ...(entry.refreshToken === undefined ? [] : [entry.refreshToken])];
  return { ok: true, token: value, fetched, expiresAt, renew };
}

function isFresh({ token }: Held): boolean {
  return token !== undefined && token.usedUntil > Date.now();
}

/** Leaves a token or a failure. */
async function fetchInto(
  entry: Held,
  request: TokenRequest,
  send: (request: Request) => Promise<Sent>,
): Promise<void> {
  const began = Date.now();
  entry.fetchingSince = began;
  const failure = await fetchToken(request, entry, send);
  if (failure) entry.failure = failure;
  // Another one may have lost patience with this fetch, and be fetching now.
  if (entry.fetchingSince === began) entry.fetchingSince = undefined;
}

async function fetchToken(
  request: TokenRequest,
  state: Held,
  send: (request: Request) => Promise<Sent>,
): Promise<Failed | undefined> {
  const { refreshToken: refresh_token } = state;
  const parameters = { ...request.parameters, ...(refresh_token !== undefined && { refresh_token }) };
  const sent = await send(tokenRequest(request, parameters));
  if (!sent.ok) return unanswered(request, sent);
  const read = await readTokens(sent.response);
  if (!read.ok) return refusal(request, read.failure);
  const { accessToken: value, refreshToken, lifeMs = defaultLifeMs } = read;
  // A token with less than twice the leeway is used for half its life.
  const usedUntil = Date.now() + Math.max(lifeMs - leewayMs, lifeMs / 2);
  state.token = { value, usedUntil, expiresAt: Date.now() + lifeMs };
  if (refreshToken !== undefined) state.refreshToken = refreshToken;
  return undefined;
}

function unanswered({ scheme }: TokenRequest, { reason, message }: Extract<Sent, { ok: false }>): Failed {
  const why = `the scheme ${scheme} needs an access token, and ${message}`;
  return reason === "refused"
    ? misconfigured(`Nothing was sent: ${why}.`, "Tell the operator.")
    : failed({ kind: "upstream-unreachable", message: why });
}

function refusal({ scheme, tokenUrl }: TokenRequest, refused: TokenRefusal): Failed {
  const { status, code = "" } = refused;
  const { origin, pathname } = new URL(tokenUrl);
  const answered = `${origin}${pathname} answered ${status}`;
  if (saysNothing(refused))
    return failed({
      kind: "upstream-unreachable",
      message: `the token endpoint of the scheme ${scheme}, ${answered}`,
    });
  return misconfigured(
    `No access token for the scheme ${scheme}: ${`${answered} ${code}`.trim()}.`,
    "Nothing was sent to the API. Tell the operator to check the client id, its secret and its scopes.",
  );
}
