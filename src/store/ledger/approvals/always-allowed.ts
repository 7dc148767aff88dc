/**
 * What a person has always allowed: one operation of one API to one client, by its method and path (`route` of a request)
 * and its account, which the column `operation` holds. (The table is called `standing`.)
 */
import type { ExactRequest } from "../../../terms/approvals.ts";
import { all, first, insertRow } from "../rows.ts";

/** `client` is the client's id, which the column `grant_id` holds. */
export type AlwaysAllowedKey = Pick<ExactRequest, "api" | "operation"> & { client: string };

/** What is allowed with a request: it and others of its route and its account. */
export function allowedWith(request: ExactRequest, client: string): AlwaysAllowedKey {
  const { api, operation, route = operation, account } = request;
  // What is allowed for one account is not allowed for another.
  return {
    client,
    api,
    operation: account ? `${route} in the name of account ${JSON.stringify(account)}` : route,
  };
}

export interface AlwaysAllowed extends AlwaysAllowedKey {
  /** As the client called itself. */
  clientName?: string;
  /** Milliseconds since the epoch. */
  sinceMs: number;
}

const byKey = "FROM standing WHERE grant_id = ? AND api = ? AND operation = ?";

export function isAlwaysAllowed(sql: SqlStorage, { client, api, operation }: AlwaysAllowedKey): boolean {
  return first(sql, `SELECT 1 ${byKey}`, client, api, operation) !== undefined;
}

/** Keeps the first permission if there is one. */
export function allowAlways(
  sql: SqlStorage,
  { client, api, operation }: AlwaysAllowedKey,
  sinceMs: number,
): void {
  insertRow(sql, "standing", { grant_id: client, api, operation, since: sinceMs }, "IGNORE");
}

export function askAgain(sql: SqlStorage, { client, api, operation }: AlwaysAllowedKey): void {
  sql.exec(`DELETE ${byKey}`, client, api, operation);
}

export function listAlwaysAllowed(sql: SqlStorage): AlwaysAllowed[] {
  return all<{ grant_id: string; api: string; operation: string; since: number; client: string | null }>(
    sql,
    `SELECT standing.*, (SELECT client FROM continuations WHERE grant_id = standing.grant_id LIMIT 1) AS client
     FROM standing ORDER BY since DESC`,
  ).map(({ grant_id: id, api, operation, since, client }) => {
    const { name } = JSON.parse(client ?? "{}") as { name?: string };
    return { client: id, ...(name !== undefined && { clientName: name }), api, operation, sinceMs: since };
  });
}
