/**
 * Whether a connection still exists: its grant or its access token has not been revoked. A request is checked when it
 * comes in; a run that takes its time asks again on the way (src/gateway/run/connection.ts).
 */
import { digest } from "../terms/digest.ts";
import { recordKey } from "./access-tokens.ts";

/** KV caches a read at its location; this is the shortest it can be told to, in seconds. */
const cacheTtl = 30;

/** @returns the key under which KV holds the connection that a valid token belongs to, until it is revoked */
export function connectionKey(token: string, kind: "grant" | "access-token"): string {
  if (kind === "access-token") return recordKey(digest(token));
  // `<user id>:<grant id>:<secret>` is the provider's documented format, `grant:<user id>:<grant id>` its key.
  const [userId, grantId] = token.split(":");
  return `grant:${userId}:${grantId}`;
}

export async function isConnected(kv: KVNamespace, key: string): Promise<boolean> {
  return (await kv.get(key, { type: "text", cacheTtl })) !== null;
}
