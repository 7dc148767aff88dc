/**
 * The tables of a user's ledger, as numbered steps. Opening a ledger brings it to the newest step, in one transaction.
 * A released step never changes; new steps follow it. docs/storage.md describes the tables.
 */
import type { ExactRequest } from "../../terms/approvals.ts";
import { requestHash } from "./approvals/identity.ts";
import { all, first } from "./rows.ts";

export type Step = string | ((sql: SqlStorage) => void);

export const migrations: readonly Step[] = [
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
  `
  CREATE TABLE continuations (
    id TEXT PRIMARY KEY,
    code_hash TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    client TEXT NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    approve_all INTEGER NOT NULL DEFAULT 0,
    first_run TEXT NOT NULL,
    last_run TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX continuation_of ON continuations (code_hash, grant_id) WHERE state = 'open';
  CREATE INDEX continuations_open ON continuations (last_run) WHERE state = 'open';
  CREATE TABLE kept_requests (
    id TEXT PRIMARY KEY,
    continuation TEXT NOT NULL,
    position INTEGER NOT NULL,
    identity TEXT NOT NULL,
    headers_hash TEXT NOT NULL,
    api TEXT NOT NULL,
    operation TEXT NOT NULL,
    access TEXT NOT NULL,
    request TEXT NOT NULL,
    asked INTEGER NOT NULL,
    state TEXT NOT NULL,
    run TEXT NOT NULL,
    ticket TEXT UNIQUE,
    reason TEXT,
    decided_at INTEGER,
    sent_at INTEGER,
    answer TEXT,
    answer_body BLOB
  );
  CREATE INDEX kept_in_order ON kept_requests (continuation, position);
  CREATE INDEX kept_waiting ON kept_requests (state) WHERE state = 'pending';
  CREATE TABLE standing (
    grant_id TEXT NOT NULL,
    api TEXT NOT NULL,
    operation TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (grant_id, api, operation)
  );
  `,
  `
  CREATE INDEX kept_identity ON kept_requests (continuation, identity);
  CREATE TABLE accounts (client TEXT PRIMARY KEY, accounts TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE TABLE keys (purpose TEXT PRIMARY KEY, key TEXT NOT NULL);
  `,
  (sql) => {
    sql.exec(`
      ALTER TABLE kept_requests RENAME COLUMN headers_hash TO hash;
      ALTER TABLE kept_requests ADD COLUMN body BLOB;
      CREATE TABLE leaving (
        run TEXT NOT NULL, position INTEGER NOT NULL, request TEXT NOT NULL, PRIMARY KEY (run, position)
      );
    `);
    for (const { id, request } of all<{ id: string; request: string }>(
      sql,
      "SELECT id, request FROM kept_requests",
    ))
      sql.exec(
        "UPDATE kept_requests SET hash = ? WHERE id = ?",
        requestHash(JSON.parse(request) as ExactRequest),
        id,
      );
  },
  "CREATE TABLE endings (at INTEGER NOT NULL, what TEXT NOT NULL, by TEXT NOT NULL);",
  `
  CREATE TABLE parts (
    owner TEXT NOT NULL, position INTEGER NOT NULL, part BLOB NOT NULL, PRIMARY KEY (owner, position)
  );
  ALTER TABLE results RENAME TO old_results;
  CREATE TABLE results (
    run TEXT PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL, result TEXT NOT NULL
  );
  INSERT INTO results (run, at, bytes, result)
    SELECT run, at, length(CAST(result AS BLOB)), result FROM old_results;
  DROP TABLE old_results;
  CREATE TRIGGER results_parts AFTER DELETE ON results
    BEGIN DELETE FROM parts WHERE owner = 'result:' || old.run; END;
  CREATE TABLE files (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    run TEXT
  );
  CREATE TRIGGER files_parts AFTER DELETE ON files
    BEGIN DELETE FROM parts WHERE owner = 'file:' || old.id; END;
  `,
  `
  CREATE TABLE lasting (
    run TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    begun TEXT NOT NULL,
    seed TEXT NOT NULL,
    continuation TEXT NOT NULL,
    state TEXT NOT NULL,
    slice INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    entries_before INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    deaths INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    poked INTEGER NOT NULL
  );
  CREATE INDEX lasting_due ON lasting (due_at);
  CREATE TABLE journal (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    step INTEGER NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    record TEXT,
    answer TEXT,
    bytes INTEGER NOT NULL,
    body BLOB,
    PRIMARY KEY (run, seq)
  );
  CREATE TRIGGER journal_parts AFTER DELETE ON journal
    BEGIN DELETE FROM parts WHERE owner = 'journal:' || old.run || ':' || old.seq; END;
  CREATE TABLE sleeps (
    run TEXT NOT NULL,
    step INTEGER NOT NULL,
    until INTEGER NOT NULL,
    slice INTEGER NOT NULL,
    PRIMARY KEY (run, step)
  );
  ALTER TABLE kept_requests ADD COLUMN step INTEGER;
  `,
  // Whatever the code of a run would ask for was approved, without a word of what that is: it is asked about again.
  `
  ALTER TABLE continuations RENAME COLUMN approve_all TO program_allowed;
  ALTER TABLE continuations ADD COLUMN capabilities TEXT;
  UPDATE continuations SET program_allowed = 0;
  `,
  `
  CREATE TABLE programs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    why TEXT,
    version INTEGER,
    zone TEXT NOT NULL,
    since INTEGER NOT NULL,
    next_at INTEGER,
    last_time INTEGER,
    failures INTEGER NOT NULL,
    kept TEXT,
    changed TEXT
  );
  CREATE TABLE program_versions (
    program TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    client TEXT NOT NULL,
    begun TEXT NOT NULL,
    code TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    every TEXT,
    input TEXT,
    because_changed INTEGER NOT NULL,
    proposed_at INTEGER NOT NULL,
    decided_at INTEGER,
    PRIMARY KEY (program, version)
  );
  CREATE TABLE program_events (
    program TEXT NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    detail TEXT,
    PRIMARY KEY (program, position)
  );
  ALTER TABLE lasting ADD COLUMN program TEXT;
  `,
  `
  CREATE TABLE waits (id TEXT PRIMARY KEY, since INTEGER NOT NULL, message TEXT);
  CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER
  );
  CREATE INDEX kept_undecided ON kept_requests (continuation) WHERE state IN ('pending', 'unknown');
  CREATE INDEX kept_sent ON kept_requests (sent_at) WHERE state = 'sent';
  CREATE INDEX versions_waiting ON program_versions (program) WHERE state = 'proposed';
  `,
  // Names do not tell clients apart: two tokens, or two programs, can have the same.
  `
  ALTER TABLE runs ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
  UPDATE runs SET client_id = coalesce(
    (SELECT json_extract(record, '$.client.id') FROM run_records WHERE run_records.at = runs.at), ''
  );
  `,
  // On which server something was always allowed was not kept: it is asked about again.
  `
  DROP TABLE standing;
  CREATE TABLE always_allowed (
    client TEXT NOT NULL,
    api TEXT NOT NULL,
    route TEXT NOT NULL,
    server TEXT NOT NULL,
    account TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (client, api, route, server, account)
  );
  `,
  // With which credential something was allowed was not kept: where each user has one, it is asked about again.
  `
  ALTER TABLE always_allowed RENAME TO allowed_before;
  CREATE TABLE always_allowed (
    client TEXT NOT NULL,
    api TEXT NOT NULL,
    route TEXT NOT NULL,
    server TEXT NOT NULL,
    account TEXT NOT NULL,
    credential TEXT NOT NULL DEFAULT '',
    since INTEGER NOT NULL,
    PRIMARY KEY (client, api, route, server, account, credential)
  );
  INSERT INTO always_allowed (client, api, route, server, account, since)
    SELECT client, api, route, server, account, since FROM allowed_before;
  DROP TABLE allowed_before;
  ALTER TABLE continuations ADD COLUMN credentials_id TEXT;
  `,
  `
  ALTER TABLE lasting ADD COLUMN deaths_lately INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE lasting ADD COLUMN deaths_since INTEGER NOT NULL DEFAULT 0;
  `,
];

/**
 * Brings a ledger to the newest version.
 * @throws Error if a newer program wrote it
 */
export function migrate(storage: DurableObjectStorage, steps: readonly Step[] = migrations): void {
  const { sql } = storage;
  sql.exec("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)");
  const version = first<{ version: number }>(sql, "SELECT version FROM schema_version")?.version ?? 0;
  if (version > steps.length) {
    throw new Error(
      `This ledger has version ${version}, and this program knows versions up to ${steps.length}. Deploy the newer program again.`,
    );
  }
  if (version === steps.length) return;
  storage.transactionSync(() => {
    for (const step of steps.slice(version)) {
      if (typeof step === "string") sql.exec(step);
      else step(sql);
    }
    sql.exec("DELETE FROM schema_version");
    sql.exec("INSERT INTO schema_version (version) VALUES (?)", steps.length);
  });
}
