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

/** Tokens of one user: nobody needs more, and each page of connections lists them all. */
export const mostTokens = 100;

/** Of the metadata of a key (KV's limit is 1,024 bytes). */
const maxMetadataChars = 900;

/** Whether the user may have one more. */
export async function mayHaveAnotherToken(kv: KVNamespace, userId: string): Promise<boolean> {
  return (await keysOf(kv, listKey(userId, ""))).length < mostTokens;
}

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
  // The list can be shown without reading each record, unless one is very long.
  const isShort =
    /^[ -~]*$/.test(JSON.stringify(record)) && JSON.stringify(record).length <= maxMetadataChars;
  await kv.put(listKey(rest.userId, hash), "", { ...options, ...(isShort && { metadata: record }) });
  return { token, record };
}

/** @returns undefined if the token was never issued, has expired, or was revoked */
export async function resolveAccessToken(kv: KVNamespace, token: string): Promise<AccessToken | undefined> {
  const record = await readRecord(kv, digest(token));
  return record && record.expiresAt * 1_000 > Date.now() ? record : undefined;
}

/** The user's tokens, newest first. */
export async function listAccessTokens(kv: KVNamespace, userId: string): Promise<AccessToken[]> {
  const records: AccessToken[] = [];
  // One by one where they have to be read: a page that anybody may open again and again is not worth a hundred at once.
  for (const { name, metadata } of await keysOf(kv, listKey(userId, ""))) {
    const record = AccessToken.safeParse(metadata).data ?? (await readRecord(kv, hashIn(name)));
    if (record) records.push(record);
  }
  return records.toSorted((a, b) => b.createdAt - a.createdAt);
}

/** @param id a token's id @returns whether this user had such a token */
export async function revokeAccessToken(kv: KVNamespace, userId: string, id: string): Promise<boolean> {
  const keys = await keysOf(kv, listKey(userId, id));
  for (const { name } of keys) {
    await kv.delete(recordKey(hashIn(name)));
    await kv.delete(name);
  }
  return keys.length > 0;
}

/** All keys with a prefix, on however many pages. */
async function keysOf(kv: KVNamespace, prefix: string): Promise<{ name: string; metadata?: unknown }[]> {
  const keys: { name: string; metadata?: unknown }[] = [];
  let cursor: string | null = null;
  do {
    const page: KVNamespaceListResult<unknown> = await kv.list({ prefix, cursor });
    keys.push(...page.keys);
    cursor = page.list_complete ? null : page.cursor;
  } while (cursor !== null);
  return keys;
}

async function readRecord(kv: KVNamespace, hash: string): Promise<AccessToken | undefined> {
  const parsed = AccessToken.safeParse(await kv.get(recordKey(hash), "json"));
  return parsed.success ? parsed.data : undefined;
}
