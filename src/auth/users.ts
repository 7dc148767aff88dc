/**
 * The users of this deployment, for its operators: who they are and when they were last seen, in KV. A user is noted at
 * every sign-in, at every refresh and, once an hour, by an access token; a year later they are forgotten.
 */
import { z } from "zod";
import { BoundedMap } from "../terms/bounded-map.ts";
import { logEvent } from "../terms/log.ts";
import type { User } from "../terms/user.ts";

/** How long a session of the browser lasts. */
export const sessionSeconds = 8 * 3_600;

const noteKey = (userId: string) => `user:${userId}`;
const endedKey = (userId: string) => `user-ended:${userId}`;
const keptSeconds = 366 * 86_400;
/** Between two notes of one user in one isolate. */
const noteEveryMs = 3_600_000;

const Note = z.object({ label: z.string(), seenMs: z.number() });

export interface KnownUser {
  id: string;
  label: string;
  /** Milliseconds since the epoch. */
  seenMs: number;
}

/** Notes that a user is here. A failure affects only the list of users. */
export async function noteUser(kv: KVNamespace, { id, label }: User): Promise<void> {
  // The metadata of a key may have 1,024 bytes.
  const metadata: z.infer<typeof Note> = { label: label.slice(0, 200), seenMs: Date.now() };
  const put = kv.put(noteKey(id), "", { metadata, expirationTtl: keptSeconds });
  await put.catch((error: unknown) => logEvent("isogate.user.unnoted", {}, error));
}

const noted = new BoundedMap<string, number>(10_000);

/** The same, at most once an hour, where every call comes by. */
export async function noteUserNowAndThen(kv: KVNamespace, user: User): Promise<void> {
  if (Math.abs(Date.now() - (noted.get(user.id) ?? 0)) < noteEveryMs) return;
  noted.set(user.id, Date.now());
  await noteUser(kv, user);
}

/** All users, those who were here last first. */
export async function knownUsers(kv: KVNamespace): Promise<KnownUser[]> {
  const users: KnownUser[] = [];
  let cursor: string | null = null;
  do {
    const page: KVNamespaceListResult<unknown> = await kv.list({ prefix: noteKey(""), cursor });
    for (const { name, metadata } of page.keys) {
      const note = Note.safeParse(metadata).data;
      if (note) users.push({ id: name.slice(noteKey("").length), ...note });
    }
    cursor = page.list_complete ? null : page.cursor;
  } while (cursor !== null);
  return users.sort((a, b) => b.seenMs - a.seenMs);
}

type Stores = Pick<Env, "OAUTH_KV" | "LEDGER">;

/** Ends the sessions that a user has in browsers. */
export async function endSessions({ OAUTH_KV, LEDGER }: Stores, userId: string): Promise<void> {
  const nowMs = Date.now();
  // A session that begins later is another one; those of before have run out by then.
  await OAUTH_KV.put(endedKey(userId), String(nowMs), { expirationTtl: sessionSeconds });
  await LEDGER.getByName(userId).endSessions(nowMs);
}

/** Takes a user off the list, until they are seen again. */
export async function forgetUser(kv: KVNamespace, userId: string): Promise<void> {
  await kv.delete(noteKey(userId));
  noted.delete(userId);
}

/** @param sinceMs when the session began @returns whether it was ended, as known here: up to 30 s late */
export async function wasEnded(kv: KVNamespace, userId: string, sinceMs: number): Promise<boolean> {
  return sinceMs <= Number((await kv.get(endedKey(userId), { type: "text", cacheTtl: 30 })) ?? -1);
}

/** The same as of now: asked before anything is made that outlives the session. */
export async function wasEndedByNow(
  { OAUTH_KV, LEDGER }: Stores,
  userId: string,
  sinceMs: number,
): Promise<boolean> {
  if (sinceMs <= (await LEDGER.getByName(userId).sessionsEndedMs())) return true;
  // A ledger that came from another deployment does not know.
  return wasEnded(OAUTH_KV, userId, sinceMs);
}
