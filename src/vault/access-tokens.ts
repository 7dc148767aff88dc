/**
 * Access tokens for programs that cannot open a browser: named, scoped, ending, listed, revocable. Stored as a hash
 * only; the token itself is shown once. A revocation reaches every location within a minute (KV).
 */
import { z } from "zod";
import { digest } from "../terms/digest.ts";
import { randomToken } from "./secret.ts";

/** Tells these tokens from those of the OAuth grants, and lets scanners of leaked secrets find them. */
export const tokenPrefix = "isogate_";

/** What the client id of a connection by such a token begins with. */
export const accessTokenClient = "token-";

/** Where the record of a token is kept, by the token's hash. */
export const recordKey = (hash: string) => `access-token:${hash}`;
const listKey = (userId: string, hash: string) => `access-token-of:${userId}:${hash}`;

const AccessToken = z.object({
  /** Names the token without being it. */
  id: z.string(),
  userId: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  /** Epoch, in seconds. */
  createdAt: z.number(),
  expiresAt: z.number(),
});
export type AccessToken = z.infer<typeof AccessToken>;

export const maxDays = 365;

export async function issueAccessToken(
  kv: KVNamespace,
  wanted: { userId: string; name: string; scopes: string[]; days: number },
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

/** @returns what the token stands for; undefined if it was never issued, has ended, or was revoked */
export async function resolveAccessToken(kv: KVNamespace, token: string): Promise<AccessToken | undefined> {
  const record = await readRecord(kv, digest(token));
  return record && record.expiresAt * 1_000 > Date.now() ? record : undefined;
}

/** The user's tokens, the newest first. */
export async function listAccessTokens(kv: KVNamespace, userId: string): Promise<AccessToken[]> {
  const { keys } = await kv.list({ prefix: listKey(userId, "") });
  const records = await Promise.all(
    keys.map(({ name }) => readRecord(kv, name.slice(listKey(userId, "").length))),
  );
  return records.filter((record) => record !== undefined).toSorted((a, b) => b.createdAt - a.createdAt);
}

/** @returns whether there was such a token of this user */
export async function revokeAccessToken(kv: KVNamespace, userId: string, id: string): Promise<boolean> {
  const { keys } = await kv.list({ prefix: listKey(userId, id) });
  for (const { name } of keys) {
    await kv.delete(recordKey(name.slice(listKey(userId, "").length)));
    await kv.delete(name);
  }
  return keys.length > 0;
}

async function readRecord(kv: KVNamespace, hash: string): Promise<AccessToken | undefined> {
  const parsed = AccessToken.safeParse(await kv.get(recordKey(hash), "json"));
  return parsed.success ? parsed.data : undefined;
}
