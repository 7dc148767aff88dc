/**
 * Data that must survive a visit to another site: stored here for ten minutes under a random `state`, bound to the
 * browser by a cookie, and usable once. In another browser the state opens nothing; the store alone opens nothing
 * either, since each record is encrypted under a key derived from its state.
 */
import { parse, serialize } from "hono/utils/cookie";
import { digest } from "../terms/digest.ts";
import { randomToken } from "../vault/secret.ts";

const lifetimeSeconds = 600;
const keyOf = (hash: string) => `sign-in:${hash}`;
/** One cookie per transaction, so that two tabs do not disturb each other. */
const cookieOf = (hash: string) => `__Host-isogate-state-${hash.slice(0, 12)}`;

const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

/** @returns the value of the `state` parameter, and the `Set-Cookie` value that binds it to the browser */
export async function beginTransaction(
  kv: KVNamespace,
  data: unknown,
): Promise<{ state: string; cookie: string }> {
  const state = randomToken();
  const hash = digest(state);
  // The store expires it too, but less precisely.
  const kept: Kept = { data, until: Date.now() + lifetimeSeconds * 1_000 };
  await kv.put(keyOf(hash), await encrypt(state, kept), { expirationTtl: lifetimeSeconds });
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
  const { data, until } = await decrypt(state, stored);
  if (until <= Date.now()) return undefined;
  return { data, cookie: serialize(cookieOf(hash), "", { ...attributes, maxAge: 0 }) };
}

/** `until` in milliseconds since the epoch. */
type Kept = { data: unknown; until: number };

const ivBytes = 12;

async function encrypt(state: string, data: Kept): Promise<ArrayBuffer> {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  const plain = new TextEncoder().encode(JSON.stringify(data));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await recordKey(state), plain);
  return new Blob([iv, sealed]).arrayBuffer();
}

async function decrypt(state: string, stored: ArrayBuffer): Promise<Kept> {
  const iv = stored.slice(0, ivBytes);
  const parameters = { name: "AES-GCM", iv };
  const plain = await crypto.subtle.decrypt(parameters, await recordKey(state), stored.slice(ivBytes));
  return JSON.parse(new TextDecoder().decode(plain)) as Kept;
}

async function recordKey(state: string): Promise<CryptoKey> {
  const material = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`record of ${state}`));
  return crypto.subtle.importKey("raw", material, "AES-GCM", false, ["encrypt", "decrypt"]);
}
