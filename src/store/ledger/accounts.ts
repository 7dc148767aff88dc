/**
 * The user's own accounts at APIs as their connections hold them, sealed: the playground runs with these. Only the
 * gateway opens them; without the deployment's secret, and for another user, they are worthless (vault/vault.ts).
 */
import type { Caller } from "../../terms/caller.ts";
import { all, insertRow } from "./rows.ts";

export type Accounts = NonNullable<Caller["accounts"]>;

/** A connection's accounts are forgotten after this time without use. */
const maxAgeMs = 30 * 24 * 60 * 60 * 1000;

/** Stores what a connection holds now. */
export function keepAccounts(sql: SqlStorage, client: string, accounts: Accounts, nowMs: number): void {
  insertRow(sql, "accounts", { client, accounts: JSON.stringify(accounts), at: nowMs }, "REPLACE");
  sql.exec("DELETE FROM accounts WHERE at < ?", nowMs - maxAgeMs);
}

/** Forgets what the connection of a client holds, or of all clients (`null`). @returns what was forgotten */
export function dropAccounts(sql: SqlStorage, client: string | null): Accounts[] {
  const rows = all<{ accounts: string }>(
    sql,
    "DELETE FROM accounts WHERE client = ifnull(?, client) RETURNING accounts",
    client,
  );
  return rows.map(({ accounts }) => JSON.parse(accounts) as Accounts);
}

/** What each connection holds. */
export function listAccounts(sql: SqlStorage): Accounts[] {
  const rows = all<{ accounts: string }>(sql, "SELECT accounts FROM accounts ORDER BY at");
  return rows.map(({ accounts }) => JSON.parse(accounts) as Accounts);
}

/** What the connection of a client holds; of all of them (`null`), for each API, what the one that was used last holds. */
export function readAccounts(sql: SqlStorage, client: string | null, nowMs: number): Accounts {
  const query = "SELECT accounts FROM accounts WHERE at >= ? AND client = ifnull(?, client) ORDER BY at";
  const rows = all<{ accounts: string }>(sql, query, nowMs - maxAgeMs, client);
  // Written by `keepAccounts` only.
  return Object.assign({}, ...rows.map(({ accounts }) => JSON.parse(accounts) as Accounts)) as Accounts;
}
