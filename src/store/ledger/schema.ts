/**
 * The tables of a user's ledger, as numbered steps. A ledger is brought to the newest step when it is opened, in one
 * transaction; a step that was once released is never changed, only followed. docs/storage.md describes the tables.
 */

export const migrations: readonly string[] = [
  `
  -- "at" is the start in ms since the epoch times 1000 plus a number that makes it unique: the key orders the runs in
  -- time, so that a span of time is a range of the key, here and in run_index.
  CREATE TABLE runs (
    at INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE,
    tool TEXT NOT NULL,
    client TEXT NOT NULL,
    title TEXT NOT NULL,
    outcome TEXT NOT NULL,
    duration_ms INTEGER,
    requests INTEGER NOT NULL DEFAULT 0,
    apis TEXT NOT NULL DEFAULT ''
  );
  CREATE TABLE run_records (at INTEGER PRIMARY KEY, record TEXT NOT NULL);
  CREATE VIRTUAL TABLE run_index USING fts5(
    words, content='', contentless_delete=1, detail=none, tokenize="unicode61 tokenchars '_'"
  );
  CREATE TABLE results (run TEXT PRIMARY KEY, at INTEGER NOT NULL, result TEXT NOT NULL);
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
  `,
];

/**
 * Brings a ledger to the newest version.
 * @throws Error if it was written by a newer program than this one
 */
export function migrate(storage: DurableObjectStorage, steps: readonly string[] = migrations): void {
  const { sql } = storage;
  sql.exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
  const [row] = sql.exec<{ version: number }>("SELECT version FROM schema_version").toArray();
  const version = row?.version ?? 0;
  if (version > steps.length) {
    throw new Error(
      `This ledger has version ${version}, this program knows up to ${steps.length}: deploy the newer program again.`,
    );
  }
  if (version === steps.length) return;
  storage.transactionSync(() => {
    for (const step of steps.slice(version)) sql.exec(step);
    sql.exec("DELETE FROM schema_version");
    sql.exec("INSERT INTO schema_version (version) VALUES (?)", steps.length);
  });
}
