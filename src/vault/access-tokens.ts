/**
 * Access tokens for programs that cannot open a browser: named, scoped, expiring, listed, revocable. Only a hash is
 * stored; the token itself is shown once. A revocation reaches every location within a minute (KV).
 */
import { z } from "zod";
import { digest } from "../terms/digest.ts";
import { User } from "../terms/user.ts";
import { randomToken } from "./secret.ts";

/** Distinguishes these tokens from those of OAuth grants, and lets secret scanners find leaked ones. */
export const tokenPrefix = "isogate_";

/** Where the record of a token is kept, by the token's hash. */
export const recordKey = (hash: string) => `access-token:${hash}`;
const listKey = (userId: string, hash: string) => `access-token-of:${userId}:${hash}`;
const hashIn = (key: string) => key.slice(key.lastIndexOf(":") + 1);

const AccessToken = z.object({
  /** Names the token without revealing it. */
  id: z.string(),
  userId: z.string(),
  /** Who made it, as they had signed in. */
  user: User.optional(),
  name: z.string(),
  scopes: z.array(z.string()),
  /** Epoch, in seconds. */
  createdAt: z.number(),
  expiresAt: z.number(),
});
export type AccessToken = z.infer<typeof AccessToken>;

/** Tokens of one user. Each is read for each list of them, and everybody waits for what one user makes the server read. */
export const mostTokens = 100;

/** @returns the token, which is not stored, and its record */
export async function issueAccessToken(
  kv: KVNamespace,
  wanted: { userId: string; user?: User; name: string; scopes: string[]; days: number },
): Promise<{ token: string; record: AccessToken }> {
  const { days, ...rest } = wanted;
  const token = tokenPrefix + randomToken();
  const hash = digest(token);
  const createdAt = Math.floor(Date.now() / 1_000);
  const record = { ...rest, id: hash.slice(0, 16), createdAt, expiresAt: createdAt + days * 86_400 };
  const options = { expiration: record.expiresAt };
  await kv.put(recordKey(hash), JSON.stringify(record), options);
  await kv.put(listKey(rest.userId, hash), "", options);
  return { token, record };
}

/** Whether the user may have one more. */
export async function mayHaveAnotherToken(kv: KVNamespace, userId: string): Promise<boolean> {
  return (await kv.list({ prefix: listKey(userId, ""), limit: mostTokens })).keys.length < mostTokens;
}

/** @returns undefined if the token was never issued, has expired, or was revoked */
export async function resolveAccessToken(kv: KVNamespace, token: string): Promise<AccessToken | undefined> {
  const record = await readRecord(kv, digest(token));
  return record && record.expiresAt * 1_000 > Date.now() ? record : undefined;
}

/** The user's tokens, newest first. */
export async function listAccessTokens(kv: KVNamespace, userId: string): Promise<AccessToken[]> {
  // Made at the same time, there may be some more; all can be seen and ended, a page of them at a time.
  const { keys } = await kv.list({ prefix: listKey(userId, ""), limit: 2 * mostTokens });
  const records = await Promise.all(keys.map(({ name }) => readRecord(kv, hashIn(name))));
  return records.filter((record) => record !== undefined).toSorted((a, b) => b.createdAt - a.createdAt);
}

/** @param id a token's id @returns whether this user had such a token */
export async function revokeAccessToken(kv: KVNamespace, userId: string, id: string): Promise<boolean> {
  const { keys } = await kv.list({ prefix: listKey(userId, id) });
  for (const { name } of keys) {
    await kv.delete(recordKey(hashIn(name)));
    await kv.delete(name);
  }
  return keys.length > 0;
}

async function readRecord(kv: KVNamespace, hash: string): Promise<AccessToken | undefined> {
  const parsed = AccessToken.safeParse(await kv.get(recordKey(hash), "json"));
  return parsed.success ? parsed.data : undefined;
}
