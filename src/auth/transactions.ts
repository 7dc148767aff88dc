/**
 * Data that must survive a visit to another site: stored here for ten minutes under a random `state`, bound to the
 * browser by a cookie, and usable once. In another browser the state opens nothing; the store alone opens nothing
 * either, since each record is encrypted under a key derived from its state.
 */
import { parse, serialize } from "hono/utils/cookie";
import * as oauth from "oauth4webapi";
import { digest } from "../terms/digest.ts";
import { redirect } from "./redirect.ts";
import { bytesOf, openJson, randomToken, sealedIn, sealJson } from "../vault/secret.ts";

const lifetimeSeconds = 600;
const keyOf = (hash: string) => `sign-in:${hash}`;
/** One cookie per transaction, so that two tabs do not disturb each other. */
const cookieOf = (hash: string) => `__Host-isogate-state-${hash.slice(0, 12)}`;

const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

/**
 * Sends the browser to a login elsewhere, by the authorization code flow with PKCE.
 * @param url the authorization endpoint; `parameters` are added to it
 * @param kept returned by `finishTransaction`, together with the `verifier`
 * @param headers sent along (cookies)
 */
export async function sendToLogin(
  url: URL,
  parameters: Record<string, string>,
  kept: object,
  kv: KVNamespace,
  headers = new Headers(),
): Promise<Response> {
  const verifier = oauth.generateRandomCodeVerifier();
  const { state, cookie } = await beginTransaction(kv, { ...kept, verifier });
  const all = {
    ...parameters,
    response_type: "code",
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return redirect(url.href, headers, cookie);
}

/** @returns the value of the `state` parameter, and the `Set-Cookie` value that binds it to the browser */
export async function beginTransaction(
  kv: KVNamespace,
  data: unknown,
): Promise<{ state: string; cookie: string }> {
  const state = randomToken();
  const hash = digest(state);
  // The store expires it too, but less precisely.
  const kept: Kept = { data, until: Date.now() + lifetimeSeconds * 1_000 };
  const sealed = await sealJson(kept, recordKey(state));
  await kv.put(keyOf(hash), bytesOf(sealed), { expirationTtl: lifetimeSeconds });
  return { state, cookie: serialize(cookieOf(hash), hash, { ...attributes, maxAge: lifetimeSeconds }) };
}

/**
 * Takes the data out of the store.
 * @returns the data and the cookie that clears the binding, or undefined for a state that is unknown, used, expired,
 *   or another browser's
 */
export async function finishTransaction(
  kv: KVNamespace,
  request: Request,
): Promise<{ data: unknown; cookie: string } | undefined> {
  const state = new URL(request.url).searchParams.get("state");
  if (!state) return undefined;
  const hash = digest(state);
  const cookies = parse(request.headers.get("Cookie") ?? "", cookieOf(hash));
  if (cookies[cookieOf(hash)] !== hash) return undefined;
  const stored = await kv.get(keyOf(hash), "arrayBuffer");
  if (stored === null) return undefined;
  await kv.delete(keyOf(hash));
  const kept = (await openJson(sealedIn(new Uint8Array(stored)), recordKey(state))) as Kept | undefined;
  if (!kept || kept.until <= Date.now()) return undefined;
  return { data: kept.data, cookie: serialize(cookieOf(hash), "", { ...attributes, maxAge: 0 }) };
}

/** `until` in milliseconds since the epoch. */
type Kept = { data: unknown; until: number };

const recordKey = (state: string) => Buffer.from(digest(`record of ${state}`), "base64url");
