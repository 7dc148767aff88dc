/**
 * The user's own accounts at APIs as their connections hold them, sealed: what the playground runs with. Opened by
 * the gateway only; without the deployment's secret, and for anybody else, they are worth nothing (auth/vault.ts).
 */
import type { Caller } from "../../terms/caller.ts";

export type Accounts = NonNullable<Caller["accounts"]>;

/** Of a connection that has not been used for so long, nothing is kept. */
const maxAgeMs = 30 * 24 * 60 * 60 * 1000;

/** Notes what a connection holds now. */
export function keepAccounts(sql: SqlStorage, client: string, accounts: Accounts, nowMs: number): void {
  sql.exec(
    "INSERT OR REPLACE INTO accounts (client, accounts, at) VALUES (?, ?, ?)",
    client,
    JSON.stringify(accounts),
    nowMs,
  );
  sql.exec("DELETE FROM accounts WHERE at < ?", nowMs - maxAgeMs);
}

/** For each API those of the connection that was used last. */
export function readAccounts(sql: SqlStorage, nowMs: number): Accounts {
  const rows = sql
    .exec<{ accounts: string }>("SELECT accounts FROM accounts WHERE at >= ? ORDER BY at", nowMs - maxAgeMs)
    .toArray();
  // Written by `keepAccounts` only.
  return Object.assign({}, ...rows.map(({ accounts }) => JSON.parse(accounts) as Accounts)) as Accounts;
}

export function forgetAccounts(sql: SqlStorage, client: string): void {
  sql.exec("DELETE FROM accounts WHERE client = ?", client);
}
