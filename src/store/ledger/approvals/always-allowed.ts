/** What a person has allowed for good: one operation of one API to one client. (Its table is called `standing`.) */
import type { ExactRequest } from "../../../terms/approvals.ts";

/** The column `grant_id` holds the client's id. */
export interface AlwaysAllowed {
  /** Id of the client. */
  client: string;
  /** As the client called itself. */
  clientName?: string;
  api: string;
  operation: string;
  /** Milliseconds since the epoch. */
  sinceMs: number;
}

export type AlwaysAllowedKey = Pick<AlwaysAllowed, "client" | "api" | "operation">;

export function isAlwaysAllowed(sql: SqlStorage, client: string, { api, operation }: ExactRequest): boolean {
  const rows = sql.exec(
    "SELECT 1 FROM standing WHERE grant_id = ? AND api = ? AND operation = ?",
    client,
    api,
    operation,
  );
  return rows.toArray().length > 0;
}

export function allowAlways(sql: SqlStorage, { client, api, operation, sinceMs }: AlwaysAllowed): void {
  sql.exec(
    "INSERT OR IGNORE INTO standing (grant_id, api, operation, since) VALUES (?, ?, ?, ?)",
    client,
    api,
    operation,
    sinceMs,
  );
}

export function askAgain(sql: SqlStorage, { client, api, operation }: AlwaysAllowedKey): void {
  sql.exec("DELETE FROM standing WHERE grant_id = ? AND api = ? AND operation = ?", client, api, operation);
}

export function listAlwaysAllowed(sql: SqlStorage): AlwaysAllowed[] {
  return sql
    .exec<{ grant_id: string; api: string; operation: string; since: number; client: string | null }>(
      `SELECT standing.*, (SELECT client FROM continuations WHERE grant_id = standing.grant_id LIMIT 1) AS client
       FROM standing ORDER BY since DESC`,
    )
    .toArray()
    .map(({ grant_id, api, operation, since, client }) => {
      const { name } = JSON.parse(client ?? "{}") as { name?: string };
      return {
        client: grant_id,
        ...(name !== undefined && { clientName: name }),
        api,
        operation,
        sinceMs: since,
      };
    });
}
