/** The runs of one user: written once when they begin and once when they end, read one at a time or as a list. */
import { maxCodeChars, type RunRecord, type RunStart } from "../../terms/record.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import type { LastingState } from "../../terms/lasting.ts";
import { all, first, insertRow } from "./rows.ts";
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
  /** The operations that it called, in their order, with the number of calls; the first few. */
  did: { api: string; operation: string; calls: number }[];
  /** Length of its result as JSON text. */
  resultChars?: number;
  /** Writes were only listed. */
  plan?: true;
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
  /** `requests`: what it has requested so far, if the ledger was told. `lasting`: how far it is, for one that goes on in the background. */
  | { ended: false; start: RunStart; outcome: string; requests: RequestRecord[]; lasting?: LastingState };

/** Keys of one millisecond. */
const keysPerMs = 1_000;

const maxTitleChars = 120;

/** Stores a run that has begun. Does nothing if its end is already here. */
export function insertStart(sql: SqlStorage, start: RunStart): void {
  if (keyOf(sql, start.runId) !== undefined) return;
  const at = freeKey(sql, start.startedAtMs);
  insertRow(sql, "runs", { at, ...columnsOf(start), outcome: "running" });
  insertRow(sql, "run_records", { at, record: JSON.stringify(start) });
}

/** Stores a run that has ended, whether or not its beginning arrived. */
export function insertRecord(sql: SqlStorage, record: RunRecord): void {
  const at = keyOf(sql, record.runId) ?? freeKey(sql, record.startedAtMs);
  const { outcome, durationMs, requests, cut } = record;
  const row = {
    at,
    ...columnsOf(record),
    outcome,
    duration_ms: durationMs,
    requests: requests.length + (cut?.requests ?? 0),
    apis: apisOf(requests),
  };
  insertRow(sql, "runs", row, "REPLACE");
  insertRow(sql, "run_records", { at, record: JSON.stringify(record) }, "REPLACE");
  insertRow(sql, "run_index", { rowid: at, words: indexedWords(record) }, "REPLACE");
  sql.exec("DELETE FROM leaving WHERE run = ?", record.runId);
}

/** A run that was interrupted is kept as it began, with what it had sent. */
type Interrupted = RunStart & { requests: RequestRecord[] };

/** @param at key of a run that has begun @param requests what it had sent */
export function insertInterrupted(sql: SqlStorage, at: number, requests: RequestRecord[]): void {
  const kept = first<{ record: string }>(sql, "SELECT record FROM run_records WHERE at = ?", at);
  const start = JSON.parse(kept?.record ?? "{}") as RunStart;
  const run: Interrupted = { ...start, requests };
  const query = "UPDATE runs SET outcome = 'interrupted', requests = ?, apis = ? WHERE at = ?";
  sql.exec(query, requests.length, apisOf(requests), at);
  insertRow(sql, "run_records", { at, record: JSON.stringify(run) }, "REPLACE");
}

const apisOf = (requests: readonly RequestRecord[]) => [...new Set(requests.map(({ api }) => api))].join(" ");

export function isRunning(sql: SqlStorage, runId: string): boolean {
  return first(sql, "SELECT 1 FROM runs WHERE run = ? AND outcome = 'running'", runId) !== undefined;
}

/** One run, or `undefined` if there is none with this id (any more). */
export function readRun(sql: SqlStorage, runId: string): KeptRun | undefined {
  const row = first<{ at: number; outcome: string; record: string }>(
    sql,
    "SELECT at, outcome, record FROM runs JOIN run_records USING (at) WHERE run = ?",
    runId,
  );
  if (!row) return undefined;
  // Written by `insertStart`, `insertInterrupted` and `insertRecord` only.
  const kept = JSON.parse(row.record) as RunRecord | Interrupted | RunStart;
  if ("durationMs" in kept) return { ended: true, record: kept };
  const requests = "requests" in kept ? kept.requests : [];
  return { ended: false, start: kept, outcome: row.outcome, requests };
}

/** How many of the newest refusals are searched for the same code. */
const maxRefusals = 20;

/** Whether the code was refused for its arguments before it sent a request. */
export function wasRefused(sql: SqlStorage, code: string): boolean {
  const query = `SELECT record FROM runs JOIN run_records USING (at)
    WHERE outcome = 'bad-arguments' AND requests = 0 ORDER BY at DESC LIMIT ?`;
  const kept = code.slice(0, maxCodeChars);
  return all<{ record: string }>(sql, query, maxRefusals).some(
    ({ record }) => (JSON.parse(record) as RunRecord).code === kept,
  );
}

/**
 * The newest runs that fit, newest first.
 * @param before key of the last run of the page before this one
 */
export function listRuns(
  sql: SqlStorage,
  filter: RunFilter,
  { before = Infinity, limit }: { before?: number | undefined; limit: number },
): RunPage {
  const { text = "", fromMs = 0, toMs = Infinity, ...facets } = filter;
  const to = Math.min(firstKeyAt(toMs + 1) - 1, before - 1, Number.MAX_SAFE_INTEGER);
  const span = { from: firstKeyAt(fromMs), to, limit: limit + 1 };
  const rows = selectRuns(sql, facets, text, span);
  const runs = rows.slice(0, limit);
  const last = runs.at(-1);
  return {
    runs: runs.map((row) => summaryOf(row, detailOf(sql, row.at))),
    ...(rows.length > limit && last && { next: last.at }),
  };
}

/** When each client last began a run, by its id. */
export function lastRuns(sql: SqlStorage): Record<string, number> {
  const rows = all<{ client: string; at: number }>(
    sql,
    "SELECT client_id AS client, max(at) AS at FROM runs GROUP BY client_id",
  );
  return Object.fromEntries(rows.map(({ client, at }) => [client, Math.floor(at / keysPerMs)]));
}

/** A run as the table `runs` has it, by the names of a summary. */
type RunRow = { at: number; durationMs: number | null; apis: string } & Pick<
  RunSummary,
  "runId" | "tool" | "client" | "title" | "outcome" | "requests"
>;
const columns =
  "runs.at, run AS runId, tool, client, title, outcome, duration_ms AS durationMs, requests, apis FROM runs";

/** A run gets into the index when it ends; the few without an end are found by their `outcome`. */
function selectRuns(
  sql: SqlStorage,
  facets: Facets,
  text: string,
  { from, to, limit }: { from: number; to: number; limit: number },
): RunRow[] {
  if (/^(?:running|interrupted|sleeping)$/.test(facets.outcome ?? "")) {
    const query = `SELECT ${columns} WHERE outcome = ? AND tool = ifnull(?, tool)
      AND at BETWEEN ? AND ? ORDER BY at DESC LIMIT ?`;
    return all(sql, query, facets.outcome ?? null, facets.tool ?? null, from, to, limit);
  }
  const words = indexQuery(facets, text);
  if (words === undefined)
    return all(sql, `SELECT ${columns} WHERE at BETWEEN ? AND ? ORDER BY at DESC LIMIT ?`, from, to, limit);
  const query = `SELECT ${columns} JOIN run_index ON runs.at = run_index.rowid
    WHERE run_index MATCH ? AND run_index.rowid BETWEEN ? AND ? ORDER BY run_index.rowid DESC LIMIT ?`;
  return all(sql, query, words, from, to, limit);
}

/** A run that goes on in the background is not removed, however old it is: its person sees it, and ends it. */
export const hasEnded = "run NOT IN (SELECT run FROM lasting)";

/** Removes runs that have ended by their keys, from the list, the records, the results and the index. */
export function removeRuns(sql: SqlStorage, fromKey: number, toKey: number): void {
  const span = `FROM runs WHERE at BETWEEN ? AND ? AND ${hasEnded}`;
  for (const query of [
    `DELETE FROM results WHERE run IN (SELECT run ${span})`,
    `DELETE FROM leaving WHERE run IN (SELECT run ${span})`,
    `DELETE FROM run_index WHERE rowid IN (SELECT at ${span})`,
    `DELETE FROM run_records WHERE at IN (SELECT at ${span})`,
    `DELETE ${span}`,
  ])
    sql.exec(query, fromKey, toKey);
}

/** The key of a run in all three tables. */
export function keyOf(sql: SqlStorage, runId: string): number | undefined {
  return first<{ at: number }>(sql, "SELECT at FROM runs WHERE run = ?", runId)?.at;
}

/** The first key of a run that began at this time or later. */
export function firstKeyAt(ms: number): number {
  return ms * keysPerMs;
}

function freeKey(sql: SqlStorage, startedAtMs: number): number {
  const firstKey = firstKeyAt(startedAtMs);
  const query = "SELECT max(at) AS last FROM runs WHERE at BETWEEN ? AND ?";
  const last = first<{ last: number | null }>(sql, query, firstKey, firstKey + keysPerMs - 1)?.last;
  return (last ?? firstKey - 1) + 1;
}

function columnsOf({ runId, tool, client, code }: RunStart) {
  const { id, name = id } = client;
  return { run: runId, tool, client: name, client_id: id, title: titleOf(code) };
}

/** The first line of code that says something. */
export function titleOf(code: string): string {
  const text = code
    .split("\n")
    .find((line) => /\w{2}/.test(line) && !/^\s*(```|async \(|\(\)|export )/.test(line));
  return (text ?? code).trim().slice(0, maxTitleChars);
}

/** The operations of a run in the order of their first calls. */
export function callsOf(requests: readonly Pick<RequestRecord, "api" | "operation">[]): RunSummary["did"] {
  const calls = requests.flatMap(({ api, operation }) =>
    operation === undefined ? [] : [{ api, operation }],
  );
  return [...Map.groupBy(calls, ({ api, operation }) => `${api} ${operation}`).values()].map((same) => ({
    ...same[0]!,
    calls: same.length,
  }));
}

/** What a list shows of the requests of a run that has not ended: its record has only its beginning. */
export const summaryOfRequests = (requests: readonly RequestRecord[]): Partial<RunSummary> => ({
  requests: requests.length,
  did: callsOf(requests).slice(0, maxDid),
});

/** What a list shows from the record of a run. */
interface Detail {
  did: RunSummary["did"];
  resultChars?: number;
  plan?: true;
}

const maxDid = 4;
/** A record with thousands of requests is not read through for a line of a list. */
const maxDetailChars = 200_000;

function detailOf(sql: SqlStorage, at: number): Detail {
  const row = first<{ chars: number | null; plan: number | null; did: string }>(
    sql,
    `SELECT json_extract(record, '$.result.chars') AS chars, json_extract(record, '$.plan') AS plan,
      (SELECT json_group_array(json_object('api', api, 'operation', operation, 'calls', calls)) FROM
        (SELECT json_extract(value, '$.api') AS api, json_extract(value, '$.operation') AS operation, count(*) AS calls
          FROM json_each(record, '$.requests') WHERE operation IS NOT NULL
          GROUP BY 1, 2 ORDER BY min(key) LIMIT ${maxDid})) AS did
      FROM run_records WHERE at = ? AND length(record) < ?`,
    at,
    maxDetailChars,
  );
  if (!row) return { did: [] };
  return {
    did: JSON.parse(row.did) as RunSummary["did"],
    ...(row.chars !== null && { resultChars: row.chars }),
    ...(row.plan === 1 && { plan: true }),
  };
}

function summaryOf({ at, durationMs, apis, ...row }: RunRow, detail: Detail): RunSummary {
  return {
    ...row,
    ...detail,
    startedAtMs: Math.floor(at / keysPerMs),
    ...(durationMs !== null && { durationMs }),
    apis: apis === "" ? [] : apis.split(" "),
  };
}
