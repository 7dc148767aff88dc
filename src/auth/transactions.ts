/**
 * Data that must survive a visit to another site: kept for ten minutes under a random `state`, bound to the browser by a
 * cookie. In another browser the state opens nothing. Before anybody is signed in the cookie holds the data, sealed, so
 * that a request from nobody costs no write; it is cleared on the way back, and the code that comes with it works once at
 * the login server. What a person has approved waits in the store and is usable once; the store alone opens nothing,
 * since each record is encrypted under a key derived from its state.
 */
import { parse, serialize } from "hono/utils/cookie";
import * as oauth from "oauth4webapi";
import { digest } from "../terms/digest.ts";
import { redirect } from "./redirect.ts";
import { messagePage } from "./pages/message.ts";
import { bytesOf, deriveKey, openJson, randomToken, sealedIn, sealJson } from "../vault/secret.ts";

const lifetimeSeconds = 600;
const keyOf = (hash: string) => `sign-in:${hash}`;
/** One cookie per transaction, so that two tabs do not disturb each other. */
const cookiePrefix = "__Host-isogate-state-";
const cookieOf = (hash: string) => `${cookiePrefix}${hash.slice(0, 12)}`;
/** Browsers keep 4,096 bytes of a cookie with its name and attributes. */
const maxCookieChars = 3_800;
/** Sign-ins that one browser may have begun and not ended: their cookies must fit the headers of a request. */
const maxOpen = 3;

/** Where the data waits: with the browser, sealed under the deployment's secret, or in the store. */
export type Keep = { secret: string } | { kv: KVNamespace };

const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

/**
 * Sends the browser to a login elsewhere, by the authorization code flow with PKCE.
 * @param url the authorization endpoint; `parameters` are added to it
 * @param kept returned by `finishTransaction`, together with the `verifier`
 * @param request whose cookies of earlier sign-ins make room for this one
 * @param headers sent along (cookies)
 */
export async function sendToLogin(
  url: URL,
  parameters: Record<string, string>,
  kept: object,
  keep: Keep,
  request: Request,
  headers = new Headers(),
): Promise<Response> {
  const verifier = oauth.generateRandomCodeVerifier();
  const { state, cookie } = await beginTransaction(keep, { ...kept, verifier });
  if (cookie.length > maxCookieChars) return tooLong();
  const open = Object.keys(parse(request.headers.get("Cookie") ?? "")).filter((name) =>
    name.startsWith(cookiePrefix),
  );
  for (const name of open.slice(maxOpen - 1)) headers.append("Set-Cookie", cleared(name));
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
  keep: Keep,
  data: unknown,
): Promise<{ state: string; cookie: string }> {
  const state = randomToken();
  const hash = digest(state);
  // The store expires it too, but less precisely.
  const kept: Kept = { data, until: Date.now() + lifetimeSeconds * 1_000 };
  const cookie = (value: string) =>
    serialize(cookieOf(hash), value, { ...attributes, maxAge: lifetimeSeconds });
  if ("secret" in keep) {
    const sealed = await sealJson(kept, await deriveKey(keep.secret, "transaction"), state);
    return { state, cookie: cookie(bytesOf(sealed).toString("base64url")) };
  }
  const sealed = await sealJson(kept, recordKey(state));
  await keep.kv.put(keyOf(hash), bytesOf(sealed), { expirationTtl: lifetimeSeconds });
  return { state, cookie: cookie(hash) };
}

/**
 * Takes the data out of the store or the cookie.
 * @param secret the deployment's; without one no cookie holds data
 * @returns the data and the cookie that clears the binding, or undefined for a state that is unknown, used, expired,
 *   or another browser's
 */
export async function finishTransaction(
  kv: KVNamespace,
  secret: string | undefined,
  request: Request,
): Promise<{ data: unknown; cookie: string } | undefined> {
  const state = new URL(request.url).searchParams.get("state");
  if (!state) return undefined;
  const hash = digest(state);
  const cookies = parse(request.headers.get("Cookie") ?? "", cookieOf(hash));
  const value = cookies[cookieOf(hash)];
  const kept = value === hash ? await takeStored(kv, state) : await openCookie(value, secret, state);
  if (!kept || kept.until <= Date.now()) return undefined;
  return { data: kept.data, cookie: cleared(cookieOf(hash)) };
}

async function takeStored(kv: KVNamespace, state: string): Promise<Kept | undefined> {
  const key = keyOf(digest(state));
  const stored = await kv.get(key, "arrayBuffer");
  if (stored === null) return undefined;
  await kv.delete(key);
  return (await openJson(sealedIn(new Uint8Array(stored)), recordKey(state))) as Kept | undefined;
}

async function openCookie(
  value: string | undefined,
  secret: string | undefined,
  state: string,
): Promise<Kept | undefined> {
  if (value === undefined || secret === undefined) return undefined;
  const sealed = sealedIn(Buffer.from(value, "base64url"));
  return (await openJson(sealed, await deriveKey(secret, "transaction"), state)) as Kept | undefined;
}

const cleared = (name: string) => serialize(name, "", { ...attributes, maxAge: 0 });

function tooLong(): Promise<Response> {
  return messagePage({
    title: "This address is too long",
    sentence: "You have to sign in first, and the address that you opened is too long to be kept meanwhile.",
    next: "Open the start page of this server and sign in there. Then go back to your client and connect again.",
    status: 414,
  });
}

/** `until` in milliseconds since the epoch. */
type Kept = { data: unknown; until: number };

const recordKey = (state: string) => Buffer.from(digest(`record of ${state}`), "base64url");
