/** The users of the deployment and their connections, for an operator. */
import { knownUsers, type KnownUser } from "../auth/users.ts";
import { endConnection, endUser, type Ender } from "../auth/end-access.ts";
import type { Connection, Connections } from "../auth/connections.ts";

export interface ListedUser extends KnownUser {
  connections: Connection[];
}

export interface Users {
  /** @param text part of a name or an id; `page` counts from 1 */
  list(text: string, page: number): Promise<{ users: ListedUser[]; total: number; more: boolean }>;
  /** Ends one connection, or without an id everything of the user. @returns whether there was such a thing */
  end(userId: string, connectionId?: string): Promise<boolean>;
}

/** The connections of each user on a page are read one by one. */
const perPage = 25;

/** @param connectionsOf the connections of any user */
export function usersOf(
  operator: Omit<Ender, "userId" | "connections">,
  connectionsOf: (userId: string) => Connections,
): Users {
  const { env } = operator;
  return {
    async list(text, page) {
      const wanted = text.trim().toLowerCase();
      const fitting = (await knownUsers(env.OAUTH_KV)).filter(
        ({ id, label }) => label.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted),
      );
      const shown = fitting.slice((page - 1) * perPage, page * perPage);
      const users = await Promise.all(
        shown.map(async (user) => ({ ...user, connections: await connectionsOf(user.id).list() })),
      );
      return { users, total: fitting.length, more: fitting.length > page * perPage };
    },
    async end(userId, connectionId) {
      const ender = { ...operator, userId, connections: connectionsOf(userId) };
      if (connectionId !== undefined) return endConnection(ender, connectionId);
      const isKnown = (await knownUsers(env.OAUTH_KV)).some(({ id }) => id === userId);
      if (!isKnown) return false;
      await endUser(ender);
      return true;
    },
  };
}
