/**
 * What must survive a visit to another site: kept on our side for ten minutes under a random `state`, bound to the
 * browser by a cookie, and usable once. The state alone opens nothing in another browser.
 */
import { parse, serialize } from "hono/utils/cookie";
import { digest, randomToken } from "./secret.ts";

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
  const hash = await digest(state);
  await kv.put(keyOf(hash), JSON.stringify(data), { expirationTtl: lifetimeSeconds });
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
  const hash = await digest(state);
  const cookies = parse(request.headers.get("Cookie") ?? "", cookieOf(hash));
  if (cookies[cookieOf(hash)] !== hash) return undefined;
  const stored = await kv.get(keyOf(hash));
  if (stored === null) return undefined;
  await kv.delete(keyOf(hash));
  return { data: JSON.parse(stored), cookie: serialize(cookieOf(hash), "", { ...attributes, maxAge: 0 }) };
}
