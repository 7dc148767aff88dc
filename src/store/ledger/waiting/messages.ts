/**
 * The messages of the webhook in the ledger: what each says, and when it is tried again. A message covers everything that began to
 * wait since the last one, so a client that asks for a thousand things does not cause a thousand messages. Called within a
 * transaction.
 */
import { visibleLine } from "../../../terms/visible.ts";
import { pathOf, type Waiting } from "../../../terms/waiting.ts";
import { all, insertRow } from "../rows.ts";
import { listWaiting } from "./waiting.ts";

export type MessageRow = {
  id: string;
  /** JSON, as it is sent each time. */
  body: string;
  made_at: number;
  /** How often it was sent, or at least begun to be. */
  attempts: number;
  /** When it is sent next; null once it was taken, given up, or is of no use any more. */
  next_at: number | null;
};

/** What a client asks for in parallel is one message. */
const gatherMs = 2_000;
/** Between two messages of one user. */
const apartMs = 60_000;
/** After the end of the first try and of each further one. The last is within the day that an approval waits. */
const triedAgainAfterMs = [5_000, 60_000, 300_000, 1_800_000, 7_200_000, 28_800_000];
export const maxAttempts = triedAgainAfterMs.length + 1;

/** Things that one message lists; of more, it says how many. */
const maxListed = 20;

/** When a message is to be made or sent, or `null` if none is. */
export function nextMessage(sql: SqlStorage, nowMs: number): number | null {
  const { since } = sql
    .exec<{ since: number | null }>("SELECT min(since) AS since FROM waits WHERE message IS NULL")
    .one();
  const { again } = sql.exec<{ again: number | null }>("SELECT min(next_at) AS again FROM messages").one();
  const made = since === null ? null : makeAt(sql, since, nowMs);
  const both = [made, again].filter((one) => one !== null);
  return both.length > 0 ? Math.min(...both) : null;
}

/** A clock that was set back does not keep a message waiting. */
function makeAt(sql: SqlStorage, sinceMs: number, nowMs: number): number {
  const { last } = sql.exec<{ last: number | null }>("SELECT max(made_at) AS last FROM messages").one();
  const gathered = Math.min(sinceMs, nowMs) + gatherMs;
  return last === null || last > nowMs ? gathered : Math.max(gathered, last + apartMs);
}

/**
 * Makes a message of what nobody was told of, if it is time.
 * @param told who it is about, and where the links lead
 */
export function makeMessage(sql: SqlStorage, told: { userId: string; origin: string }, nowMs: number): void {
  const untold = all<{ id: string; since: number }>(sql, "SELECT id, since FROM waits WHERE message IS NULL");
  if (untold.length === 0) return;
  const since = Math.min(...untold.map((one) => one.since));
  if (nowMs < makeAt(sql, since, nowMs)) return;
  const ids = new Set(untold.map((one) => one.id));
  const things = listWaiting(sql, nowMs).filter((one) => ids.has(one.id));
  if (things.length === 0) return;
  const id = `msg_${crypto.randomUUID()}`;
  // The last one stays, because the next keeps its distance.
  sql.exec("DELETE FROM messages WHERE next_at IS NULL");
  const row = { id, body: bodyOf(things, told, nowMs), made_at: nowMs, attempts: 0, next_at: nowMs };
  insertRow(sql, "messages", row satisfies MessageRow);
  sql.exec("UPDATE waits SET message = ? WHERE message IS NULL", id);
}

/** Nothing of a request but that it waits: what is in it is for the person alone. */
function bodyOf(
  things: Waiting[],
  { userId, origin }: { userId: string; origin: string },
  nowMs: number,
): string {
  const waiting = things.slice(0, maxListed).map((one) => ({
    what: one.what === "run" ? "requests" : "program",
    count: one.count,
    // A person decides by it, wherever it is shown.
    client: visibleLine(one.client.name ?? one.client.id),
    since: new Date(one.sinceMs).toISOString(),
    url: origin + pathOf(one),
  }));
  const more = things.length - waiting.length;
  const timestamp = new Date(nowMs).toISOString();
  return JSON.stringify({ type: "isogate.waiting", timestamp, data: { user: userId, waiting, more } });
}

/** How long a try may take: Standard Webhooks wants 15 to 30 s. */
export const tryMs = 20_000;

/** Those to be sent now. One whose try nobody hears of, because this server ends, is sent again as if it had failed. */
export function takeMessages(sql: SqlStorage, nowMs: number): MessageRow[] {
  // Somebody has decided on all of it meanwhile.
  sql.exec(
    `UPDATE messages SET next_at = NULL WHERE id NOT IN (SELECT message FROM waits WHERE message IS NOT NULL)`,
  );
  return all<MessageRow>(sql, "SELECT * FROM messages WHERE next_at <= ?", nowMs).map((row) => {
    const attempts = row.attempts + 1;
    const taken = { ...row, attempts, next_at: triedAgainAt(attempts, nowMs + tryMs) };
    sql.exec("UPDATE messages SET attempts = ?, next_at = ? WHERE id = ?", attempts, taken.next_at, row.id);
    return taken;
  });
}

function triedAgainAt(attempts: number, endedMs: number): number | null {
  const afterMs = triedAgainAfterMs[attempts - 1];
  return afterMs === undefined ? null : endedMs + afterMs;
}

/** It was taken, or will never be. */
export function endMessage(sql: SqlStorage, id: string): void {
  sql.exec("UPDATE messages SET next_at = NULL WHERE id = ?", id);
}

/** A try has failed. @returns whether there is another one */
export function failMessage(
  sql: SqlStorage,
  { id, attempts }: Pick<MessageRow, "id" | "attempts">,
  nowMs: number,
): boolean {
  const at = triedAgainAt(attempts, nowMs);
  sql.exec("UPDATE messages SET next_at = ? WHERE id = ?", at, id);
  return at !== null;
}
