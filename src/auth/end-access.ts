/**
 * Ends the access that clients have in a user's name: one connection, or all of a user. Tokens are refused from then on, runs
 * under way send nothing more, and logins at APIs that only they could use are forgotten. The user's ledger and the log
 * say who did it.
 */
import type { User } from "../terms/user.ts";
import { endSessions, forgetUser } from "./users.ts";
import { logEvent } from "../terms/log.ts";
import { forgetLogins } from "../vault/forget.ts";
import { forgetSignIn } from "../vault/sign-in-login.ts";
import type { Connection, Connections } from "./connections.ts";

export interface Ender {
  env: Env;
  /** The deployment's secret. */
  secret: string;
  /** Whose access it is. */
  userId: string;
  connections: Connections;
  /** Who ends it. */
  by: User;
}

/** @returns whether the user had such a connection */
export async function endConnection(ender: Ender, id: string): Promise<boolean> {
  const connection = (await ender.connections.list()).find((one) => one.id === id);
  if (!connection) return false;
  await ender.connections.revoke(id);
  await record(ender, connection.clientId, connection.client);
  return true;
}

/** Ends all connections, sessions and logins of a user. They can sign in again if the settings let them. */
export async function endUser(ender: Ender): Promise<Connection[]> {
  const { env, userId, connections } = ender;
  // First, so that no session makes another connection meanwhile.
  await endSessions(env, userId);
  await forgetSignIn({ env, userId });
  const ended = await connections.list();
  for (const { id } of ended) await connections.revoke(id);
  await record(ender, null, "everything");
  await forgetUser(env.OAUTH_KV, userId);
  return ended;
}

/** @param client the client's id; `null` for all */
async function record(
  { env, secret, userId, by }: Ender,
  client: string | null,
  what: string,
): Promise<void> {
  const ending = { at: Date.now(), what, by: by.label };
  const accounts = await env.LEDGER.getByName(userId).disconnect(client, ending);
  logEvent("isogate.connection.ended", {
    "user.id": userId,
    "isogate.client.id": client ?? undefined,
    "isogate.ended.by": by.id,
  });
  for (const held of accounts) await forgetLogins(env, { userId, secret }, held);
}
