/**
 * Whether a connection still exists: its grant or its access token has not been revoked. Checked when a request arrives,
 * and again during a long run (src/gateway/run/connection.ts).
 */
import { digest } from "../terms/digest.ts";
import { recordKey } from "./access-tokens.ts";

/** KV caches a read at its location for at least this many seconds. */
const cacheTtl = 30;

/** @returns the key in KV of the connection that a valid token belongs to; a revocation deletes it */
export function connectionKey(token: string, kind: "grant" | "access-token"): string {
  if (kind === "access-token") return recordKey(digest(token));
  // `<user id>:<grant id>:<secret>` is the provider's documented format, `grant:<user id>:<grant id>` its key.
  const [userId, grantId] = token.split(":");
  return `grant:${userId}:${grantId}`;
}

export async function isConnected(kv: KVNamespace, key: string): Promise<boolean> {
  return (await kv.get(key, { type: "text", cacheTtl })) !== null;
}
