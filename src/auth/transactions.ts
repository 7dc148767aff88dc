/**
 * What must survive a visit to another site: kept on our side for ten minutes under a random `state`, bound to the
 * browser by a cookie, and usable once. The state alone opens nothing in another browser, and the store alone
 * nothing at all: records are encrypted under a key that only the state gives.
 */
import { parse, serialize } from "hono/utils/cookie";
import { digest } from "../terms/digest.ts";
import { randomToken } from "../vault/secret.ts";

const lifetimeSeconds = 600;
const keyOf = (hash: string) => `sign-in:${hash}`;
/** One cookie per transaction, so that two tabs do not disturb each other. */
const cookieOf = (hash: string) => `__Host-isogate-state-${hash.slice(0, 12)}`;

const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

export interface Transaction {
  /** For the `state` parameter. */
  state: string;
  /** `Set-Cookie` value that binds it to the browser. */
  cookie: string;
}

export async function beginTransaction(kv: KVNamespace, data: unknown): Promise<Transaction> {
  const state = randomToken();
  const hash = digest(state);
  // The store forgets it too, but in its own time.
  const kept: Kept = { data, until: Date.now() + lifetimeSeconds * 1_000 };
  await kv.put(keyOf(hash), await encrypt(state, kept), { expirationTtl: lifetimeSeconds });
  return { state, cookie: serialize(cookieOf(hash), hash, { ...attributes, maxAge: lifetimeSeconds }) };
}

/**
 * Takes the data back; a second time there is nothing.
 * @returns the data with the cookie that clears the binding, or undefined for a state that is unknown, used,
 *   expired, or of another browser
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
  return {
    data,
    cookie: serialize(cookieOf(hash), "", { ...attributes, maxAge: 0 }),
  };
}

interface Kept {
  data: unknown;
  /** Milliseconds since the epoch. */
  until: number;
}

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
