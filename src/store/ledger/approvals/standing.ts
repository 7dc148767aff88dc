/** What a person has allowed for good: one operation of one API in one grant. */
import type { ExactRequest } from "../../../terms/approvals.ts";

export interface Standing {
  grant: string;
  /** Name of the client, as it called itself. */
  client?: string;
  api: string;
  operation: string;
  /** Milliseconds since the epoch. */
  sinceMs: number;
}

export type StandingKey = Pick<Standing, "grant" | "api" | "operation">;

export function isStanding(sql: SqlStorage, grant: string, { api, operation }: ExactRequest): boolean {
  const rows = sql.exec(
    "SELECT 1 FROM standing WHERE grant_id = ? AND api = ? AND operation = ?",
    grant,
    api,
    operation,
  );
  return rows.toArray().length > 0;
}

export function addStanding(sql: SqlStorage, { grant, api, operation, sinceMs }: Standing): void {
  sql.exec(
    "INSERT OR IGNORE INTO standing (grant_id, api, operation, since) VALUES (?, ?, ?, ?)",
    grant,
    api,
    operation,
    sinceMs,
  );
}

export function removeStanding(sql: SqlStorage, { grant, api, operation }: StandingKey): void {
  sql.exec("DELETE FROM standing WHERE grant_id = ? AND api = ? AND operation = ?", grant, api, operation);
}

export function listStanding(sql: SqlStorage): Standing[] {
  return sql
    .exec<{ grant_id: string; api: string; operation: string; since: number; client: string | null }>(
      `SELECT standing.*, (SELECT client FROM continuations WHERE grant_id = standing.grant_id LIMIT 1) AS client
       FROM standing ORDER BY since DESC`,
    )
    .toArray()
    .map(({ grant_id, api, operation, since, client }) => ({
      grant: grant_id,
      ...nameIn(client),
      api,
      operation,
      sinceMs: since,
    }));
}

function nameIn(client: string | null): { client?: string } {
  const { name } = JSON.parse(client ?? "{}") as { name?: string };
  return name === undefined ? {} : { client: name };
}
