/**
 * A ledger on its way to another deployment, as lines. What is under way does not move: paused runs and runs in the
 * background go on where they began, and only there, so that nothing is sent twice. Kept programs arrive paused.
 */
import type { RunRecord, RunStart } from "../../terms/record.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { bytesFrom, bytesIn, type RowLine, type UserLine, type Value } from "../../terms/moving.ts";
import { programNamed } from "./programs/programs.ts";
import type { ProgramRow } from "./programs/row.ts";
import { first, inPages, insertRow } from "./rows.ts";
import { insertInterrupted, insertRecord, insertStart, keyOf } from "./runs.ts";

/**
 * The tables that move row by row, and which of their rows, out and in. Runs move as records, because their keys belong to
 * a ledger.
 */
const tables: Readonly<Record<string, string>> = {
  results: "true",
  files: "true",
  parts: "owner LIKE 'result:%' OR owner LIKE 'file:%'",
  counters: "true",
  continuations: "state <> 'open'",
  kept_requests: "continuation IN (SELECT id FROM continuations WHERE state <> 'open')",
  always_allowed: "true",
  accounts: "true",
  endings: "true",
  programs: "true",
  program_versions: "true",
  program_events: "true",
};

/** Tables of earlier exports that the newest ledger has dropped (schema.ts). */
const dropped: ReadonlySet<string> = new Set(["standing"]);

/** Rows per read: one of `parts` has up to 2 MB. */
const rowsPerRead = 20;

/** The lines of a ledger, each a `UserLine` as JSON. */
export function* ledgerLines(sql: SqlStorage): Generator<string> {
  const query = `SELECT at, record FROM runs JOIN run_records USING (at)
    WHERE at > ? AND outcome <> 'running' AND run NOT IN (SELECT run FROM lasting) ORDER BY at LIMIT ?`;
  for (const { record } of inPages<{ at: number; record: string }>(sql, query, "at", rowsPerRead))
    yield lineOf({ run: JSON.parse(record) as KeptRun });
  for (const [table, which] of Object.entries(tables)) {
    const rows = `SELECT rowid AS row_id, * FROM ${table} WHERE rowid > ? AND (${which}) ORDER BY rowid LIMIT ?`;
    for (const { row_id: _, ...row } of inPages(sql, rows, "row_id", rowsPerRead))
      yield lineOf({
        table,
        row: mapped(row, (value) => (value instanceof ArrayBuffer ? bytesIn(value) : value)),
      });
  }
}

const lineOf = (line: UserLine) => JSON.stringify(line);

function mapped<From, To>(row: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)]));
}

/** How many runs stay behind because they are under way. */
export function countUnderWay(sql: SqlStorage): number {
  const query = `SELECT (SELECT count(*) FROM lasting) + (SELECT count(*) FROM continuations
    WHERE state = 'open' AND kind <> 'lasting') AS runs`;
  return first<{ runs: number }>(sql, query)?.runs ?? 0;
}

/**
 * Stores lines of a ledger.
 * @throws Error for a table or a column that this version does not know, and for a row that does not move, with its name
 */
export function insertLines(sql: SqlStorage, lines: readonly UserLine[]): void {
  for (const line of lines)
    if ("run" in line) insertRun(sql, line.run as unknown as KeptRun);
    else if ("table" in line) insertOther(sql, line);
}

/** A program that runs by itself here and where it came from would do everything twice. */
function arrived(sql: SqlStorage, { id, name, state }: ProgramRow): Partial<ProgramRow> {
  const why = "It was moved here. Resume it when it runs nowhere else.";
  return {
    name: freeName(sql, name, id),
    next_at: null,
    changed: null,
    ...(state === "active" && { state: "paused", why }),
  };
}

/** Another program that is here already keeps its name, and its place. */
function freeName(sql: SqlStorage, name: string, id: string): string {
  const isTaken = (one: string) => (programNamed(sql, one)?.id ?? id) !== id;
  for (let count = 1, free = name; ; free = `${name} ${(count += 1)}`) if (!isTaken(free)) return free;
}

/** As `insertRecord`, `insertInterrupted` and `insertStart` keep it. */
type KeptRun = (RunRecord | (RunStart & { requests: RequestRecord[] }) | RunStart) & Record<string, unknown>;

function insertRun(sql: SqlStorage, run: KeptRun): void {
  if ("durationMs" in run) return insertRecord(sql, run as RunRecord);
  insertStart(sql, run);
  const at = keyOf(sql, run.runId);
  if (at !== undefined)
    insertInterrupted(sql, at, "requests" in run ? (run.requests as RequestRecord[]) : []);
}

function insertOther(sql: SqlStorage, { table, row }: RowLine): void {
  if (dropped.has(table)) return;
  const which = Object.hasOwn(tables, table) ? tables[table] : undefined;
  if (which === undefined)
    throw new Error(`This version has no table ${table} that moves. Import with the version that exported.`);
  const values = mapped(row, (value: Value): SqlStorageValue =>
    typeof value === "object" && value !== null ? bytesFrom(value) : value,
  );
  const columns = Object.keys(values).map((name) => `? AS ${name}`);
  if (!first(sql, `SELECT 1 FROM (SELECT ${columns.join(", ")}) WHERE ${which}`, ...Object.values(values)))
    throw new Error(`A row of ${table} is of what is under way, which does not move. Export again.`);
  if (table === "programs") Object.assign(values, arrived(sql, values as ProgramRow));
  // The only table without a key.
  const isThere =
    table === "endings" &&
    first(sql, "SELECT 1 FROM endings WHERE at = ? AND what = ?", values["at"] ?? 0, values["what"] ?? "");
  if (!isThere) insertRow(sql, table, values, table === "parts" ? "IGNORE" : "REPLACE");
}
