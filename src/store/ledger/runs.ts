/** The runs of one user: written once when they begin and once when they end, read one at a time or as a list. */
import { maxCodeChars, type RunRecord, type RunStart } from "../../terms/record.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { interruptedAfterMs } from "./limits.ts";
import { indexedWords, indexQuery, type Facets } from "./words.ts";

/** What a list shows of a run. */
export interface RunSummary {
  runId: string;
  startedAtMs: number;
  tool: string;
  client: string;
  /** First line of the code that says something. */
  title: string;
  /** `running`; `interrupted` for one whose end was never recorded; else as in the record. */
  outcome: string;
  durationMs?: number;
  requests: number;
  apis: string[];
}

export interface RunFilter extends Facets {
  /** Words that must occur in the code, the operations, the paths or the failure. */
  text?: string;
  /** Milliseconds since the epoch, both included. */
  fromMs?: number;
  toMs?: number;
}

export interface RunPage {
  runs: RunSummary[];
  /** Pass it as `before` for the next, older page; absent on the last one. */
  next?: number;
}

/** A run as it is kept: with its end, or still without one. */
export type KeptRun =
  | { ended: true; record: RunRecord }
  /** `requests`: what it has requested so far, as far as somebody said. */
  | { ended: false; start: RunStart; outcome: string; requests: RequestRecord[] };

/** Keys of one millisecond. */
const keysPerMs = 1_000;

const maxTitleChars = 120;

/** Notes a run that has begun. Does nothing if its end is already here. */
export function insertStart(sql: SqlStorage, start: RunStart): void {
  if (keyOf(sql, start.runId) !== undefined) return;
  const at = freeKey(sql, start.startedAtMs);
  sql.exec(
    "INSERT INTO runs (at, run, tool, client, title, outcome) VALUES (?, ?, ?, ?, ?, 'running')",
    at,
    start.runId,
    start.tool,
    clientOf(start),
    titleOf(start.code),
  );
  sql.exec("INSERT INTO run_records (at, record) VALUES (?, ?)", at, JSON.stringify(start));
}

/** Notes a run that has ended, whether or not its beginning arrived. */
export function insertRecord(sql: SqlStorage, record: RunRecord): void {
  const at = keyOf(sql, record.runId) ?? freeKey(sql, record.startedAtMs);
  const apis = [...new Set(record.requests.map(({ api }) => api))];
  sql.exec(
    `INSERT OR REPLACE INTO runs (at, run, tool, client, title, outcome, duration_ms, requests, apis)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    at,
    record.runId,
    record.tool,
    clientOf(record),
    titleOf(record.code),
    record.outcome,
    record.durationMs,
    record.requests.length + (record.cut?.requests ?? 0),
    apis.join(" "),
  );
  sql.exec("INSERT OR REPLACE INTO run_records (at, record) VALUES (?, ?)", at, JSON.stringify(record));
  sql.exec("INSERT OR REPLACE INTO run_index (rowid, words) VALUES (?, ?)", at, indexedWords(record));
}

/** One run, or `undefined` if there is none with this id (any more). */
export function readRun(sql: SqlStorage, runId: string, nowMs: number): KeptRun | undefined {
  const [row] = sql
    .exec<{ at: number; outcome: string; record: string }>(
      "SELECT at, outcome, record FROM runs JOIN run_records USING (at) WHERE run = ?",
      runId,
    )
    .toArray();
  if (!row) return undefined;
  // Written by `insertStart` and `insertRecord` only.
  if (row.outcome !== "running") return { ended: true, record: JSON.parse(row.record) as RunRecord };
  return {
    ended: false,
    start: JSON.parse(row.record) as RunStart,
    outcome: outcomeOf(row.outcome, row.at, nowMs),
    requests: [],
  };
}

/** How many of the newest refusals are looked through for the same code. */
const maxRefusals = 20;

/** Whether the code was refused for its arguments without a request of it having been sent. */
export function wasRefused(sql: SqlStorage, code: string): boolean {
  return sql
    .exec<{ record: string }>(
      `SELECT record FROM runs JOIN run_records USING (at)
       WHERE outcome = 'bad-arguments' AND requests = 0 ORDER BY at DESC LIMIT ?`,
      maxRefusals,
    )
    .toArray()
    .some(({ record }) => (JSON.parse(record) as RunRecord).code === code.slice(0, maxCodeChars));
}

/**
 * The newest runs that fit, newest first.
 * @param before key of the last run of the page before this one
 */
export function listRuns(
  sql: SqlStorage,
  filter: RunFilter,
  { before, limit, nowMs }: { before?: number; limit: number; nowMs: number },
): RunPage {
  const { text = "", fromMs, toMs, ...facets } = filter;
  const from = fromMs === undefined ? 0 : fromMs * keysPerMs;
  const to = Math.min(
    toMs === undefined ? Number.MAX_SAFE_INTEGER : toMs * keysPerMs + keysPerMs - 1,
    before === undefined ? Number.MAX_SAFE_INTEGER : before - 1,
  );
  const rows = selectRuns(sql, facets, text, { from, to, limit: limit + 1, nowMs });
  const runs = rows.slice(0, limit);
  const last = runs.at(-1);
  return {
    runs: runs.map((row) => summaryOf(row, nowMs)),
    ...(rows.length > limit && last && { next: last.at }),
  };
}

interface RunRow extends Record<string, SqlStorageValue> {
  at: number;
  run: string;
  tool: string;
  client: string;
  title: string;
  outcome: string;
  duration_ms: number | null;
  requests: number;
  apis: string;
}

/** A run gets into the index when it ends; those without an end are few and found among the newest. */
function selectRuns(
  sql: SqlStorage,
  facets: Facets,
  text: string,
  { from, to, limit, nowMs }: { from: number; to: number; limit: number; nowMs: number },
): RunRow[] {
  if (facets.outcome === "running" || facets.outcome === "interrupted") {
    const firstRunning = firstKeyAt(nowMs - interruptedAfterMs);
    const isRunning = facets.outcome === "running";
    const conditions = ["outcome = 'running'", ...(facets.tool === undefined ? [] : ["tool = ?"])];
    return sql
      .exec<RunRow>(
        `SELECT * FROM runs WHERE ${conditions.join(" AND ")} AND at BETWEEN ? AND ? ORDER BY at DESC LIMIT ?`,
        ...(facets.tool === undefined ? [] : [facets.tool]),
        isRunning ? Math.max(from, firstRunning) : from,
        isRunning ? to : Math.min(to, firstRunning - 1),
        limit,
      )
      .toArray();
  }
  const query = indexQuery(facets, text);
  if (query === undefined)
    return sql
      .exec<RunRow>("SELECT * FROM runs WHERE at BETWEEN ? AND ? ORDER BY at DESC LIMIT ?", from, to, limit)
      .toArray();
  return sql
    .exec<RunRow>(
      `SELECT runs.* FROM run_index JOIN runs ON runs.at = run_index.rowid
       WHERE run_index MATCH ? AND run_index.rowid BETWEEN ? AND ? ORDER BY run_index.rowid DESC LIMIT ?`,
      query,
      from,
      to,
      limit,
    )
    .toArray();
}

/** Removes runs by their keys, from the list, the records and the index. */
export function removeRuns(sql: SqlStorage, fromKey: number, toKey: number): void {
  sql.exec(
    "DELETE FROM results WHERE run IN (SELECT run FROM runs WHERE at BETWEEN ? AND ?)",
    fromKey,
    toKey,
  );
  sql.exec("DELETE FROM run_index WHERE rowid BETWEEN ? AND ?", fromKey, toKey);
  sql.exec("DELETE FROM run_records WHERE at BETWEEN ? AND ?", fromKey, toKey);
  sql.exec("DELETE FROM runs WHERE at BETWEEN ? AND ?", fromKey, toKey);
}

/** The key of a run in all three tables. */
export function keyOf(sql: SqlStorage, runId: string): number | undefined {
  return sql.exec<{ at: number }>("SELECT at FROM runs WHERE run = ?", runId).toArray()[0]?.at;
}

/** First key that began at this time or later. */
export function firstKeyAt(ms: number): number {
  return ms * keysPerMs;
}

function freeKey(sql: SqlStorage, startedAtMs: number): number {
  const first = firstKeyAt(startedAtMs);
  const [row] = sql
    .exec<{ last: number | null }>(
      "SELECT max(at) AS last FROM runs WHERE at BETWEEN ? AND ?",
      first,
      first + keysPerMs - 1,
    )
    .toArray();
  return row?.last === null || row === undefined ? first : row.last + 1;
}

function summaryOf(row: RunRow, nowMs: number): RunSummary {
  return {
    runId: row.run,
    startedAtMs: Math.floor(row.at / keysPerMs),
    tool: row.tool,
    client: row.client,
    title: row.title,
    outcome: outcomeOf(row.outcome, row.at, nowMs),
    ...(row.duration_ms !== null && { durationMs: row.duration_ms }),
    requests: row.requests,
    apis: row.apis === "" ? [] : row.apis.split(" "),
  };
}

function outcomeOf(stored: string, at: number, nowMs: number): string {
  return stored === "running" && nowMs - at / keysPerMs > interruptedAfterMs ? "interrupted" : stored;
}

function clientOf({ client }: RunStart): string {
  return client.name ?? client.id;
}

function titleOf(code: string): string {
  const says = code
    .split("\n")
    .find((line) => /\w{2}/.test(line) && !/^\s*(```|async \(|\(\)|export )/.test(line));
  return (says ?? code).trim().slice(0, maxTitleChars);
}
