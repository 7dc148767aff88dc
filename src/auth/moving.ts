/**
 * The move to another deployment, for its operator: who uses this one, page by page what KV holds, and each user's ledger
 * with their logins, as lines; and the same back in. Each line of an export gets in once: what somebody has ended since
 * stays ended when the import is repeated.
 */
import { z } from "zod";
import { lineStream } from "../terms/line-stream.ts";
import { parseJson } from "../terms/json.ts";
import { messageOf } from "../terms/log.ts";
import {
  bytesFrom,
  bytesIn,
  type Imported,
  ImportPlace,
  KvEntry,
  type KvPage,
  movingFormat,
  movingPaths,
  UserLine,
  type MovingHead,
} from "../terms/moving.ts";
import { localUserId } from "../terms/user.ts";
import { loginsOf } from "../vault/logins.ts";
import { bytesOf, deriveKey, sealedIn } from "../vault/secret.ts";
import { signInStore } from "../vault/sign-in-login.ts";
import { readSettings } from "./settings.ts";
import { knownUsers } from "./users.ts";

/** Entries of a page: KV may be asked a thousand times for one request. */
const entriesPerPage = 200;
/** KV refuses an entry that ends sooner, in seconds. */
const leastSeconds = 60;

/** Answers an operator's request under `/admin/moving`. @returns undefined for another path */
export async function serveMoving(request: Request, env: Env): Promise<Response | undefined> {
  const { pathname, searchParams } = new URL(request.url);
  const isIn = request.method === "PUT";
  if (pathname === movingPaths.head && !isIn) return Response.json(await headOf(env));
  if (!pathname.startsWith(movingPaths.head)) return undefined;
  const at = isIn ? ImportPlace.safeParse(Object.fromEntries(searchParams)) : undefined;
  if (at?.success === false) return refusal(z.prettifyError(at.error));
  if (pathname === movingPaths.kv)
    return at ? putKv(request, env, at.data) : Response.json(await kvPage(env, searchParams.get("cursor")));
  const user = searchParams.get("user");
  if (pathname === movingPaths.user && user !== null)
    return at ? putUser(request, env, user, at.data) : userLines(env, user);
  return undefined;
}

async function headOf(env: Env): Promise<MovingHead> {
  const secret = secretOf(env);
  const key = secret === "" ? "" : Buffer.from(await deriveKey(secret, "moving")).toString("hex");
  // Without a login, everybody is the same user, who is not noted.
  const users = [...new Set([localUserId, ...(await knownUsers(env.OAUTH_KV)).map(({ id }) => id)])];
  let underWay = 0;
  for (const id of users) underWay += await env.LEDGER.getByName(id).underWay();
  return { format: movingFormat, key, users, underWay };
}

async function kvPage(env: Env, cursor: string | null): Promise<KvPage> {
  const page: KVNamespaceListResult<unknown> = await env.OAUTH_KV.list({ cursor, limit: entriesPerPage });
  const entries: KvEntry[] = [];
  for (const { name: key, expiration } of page.keys) {
    const { value, metadata } = await env.OAUTH_KV.getWithMetadata(key, "text");
    if (value === null) continue;
    const more = { ...(metadata !== null && { metadata }), ...(expiration !== undefined && { expiration }) };
    entries.push({ key, value, ...more });
  }
  return { entries, ...(!page.list_complete && { cursor: page.cursor }) };
}

async function putKv(request: Request, env: Env, { id, line }: ImportPlace): Promise<Response> {
  const read = z.array(KvEntry).safeParse(await request.json().catch(() => undefined));
  if (!read.success) return refusal(z.prettifyError(read.error));
  // KV itself may answer with what was there a minute ago.
  const ledger = env.LEDGER.getByName(localUserId);
  const entries = read.data.slice(Math.max(0, (await ledger.movedTo(id)) + 1 - line));
  for (const { key, value, metadata, expiration } of entries) {
    if (expiration !== undefined && expiration < Date.now() / 1_000 + leastSeconds) continue;
    await env.OAUTH_KV.put(key, value, {
      ...(metadata !== undefined && { metadata }),
      ...(expiration !== undefined && { expiration }),
    });
  }
  if (entries.length > 0) await ledger.move([], id, line + read.data.length - 1);
  return Response.json({ added: entries.length } satisfies Imported);
}

async function userLines(env: Env, userId: string): Promise<Response> {
  const ledger = env.LEDGER.getByName(userId);
  const logins: UserLine[] = [];
  const secret = secretOf(env);
  for (const login of [
    signInStore(userId),
    ...(await loginsOf({ userId, secret }, await ledger.allAccounts())),
  ]) {
    const stored = await env.UPSTREAM_TOKENS.getByName(login).moving();
    if (stored) logins.push({ login, sealed: bytesIn(bytesOf(stored)) });
  }
  const { readable, writable } = new IdentityTransformStream();
  const all = async () => {
    await (await ledger.moving()).pipeTo(writable, { preventClose: true });
    await lineStream(logins.map((line) => JSON.stringify(line)).values()).pipeTo(writable);
  };
  void all().catch((error: unknown) => writable.abort(error).catch(() => {}));
  return new Response(readable, { headers: { "content-type": "application/jsonl" } });
}

async function putUser(
  request: Request,
  env: Env,
  userId: string,
  { id, line: firstLine }: ImportPlace,
): Promise<Response> {
  const all: UserLine[] = [];
  for (const text of (await request.text()).split("\n")) {
    const read = UserLine.safeParse(parseJson(text));
    if (!read.success) return refusal(`A line is not one of an export: ${text.slice(0, 200)}`);
    all.push(read.data);
  }
  const ledger = env.LEDGER.getByName(userId);
  const lines = all.slice(Math.max(0, (await ledger.movedTo(id)) + 1 - firstLine));
  for (const line of lines)
    if ("login" in line)
      await env.UPSTREAM_TOKENS.getByName(line.login).move(sealedIn(new Uint8Array(bytesFrom(line.sealed))));
  // Last, because it notes how far the import is.
  const rows = lines.filter((line) => !("login" in line));
  try {
    if (lines.length > 0) await ledger.move(rows, id, firstLine + all.length - 1);
  } catch (error) {
    return refusal(messageOf(error));
  }
  return Response.json({ added: lines.length } satisfies Imported);
}

function secretOf(env: Env): string {
  const read = readSettings(env);
  return (read.ok && read.settings.ISOGATE_SECRET) || "";
}

const refusal = (error: string) => Response.json({ error }, { status: 422 });
