/** What a lasting run got from outside, in the order in which it was answered. */
import type { KeptAnswer } from "../../../terms/approvals.ts";
import type { RequestRecord } from "../../../terms/failure.ts";
import type { JournalEntry, Moment, NewEntry } from "../../../terms/lasting.ts";
import { maxRowBytes } from "../limits.ts";
import { readParts, writeParts } from "../parts.ts";
import { all, first, insertRow } from "../rows.ts";
import type { LastingRow } from "./row.ts";

type JournalRow = {
  run: string;
  seq: number;
  at: number;
  step: number;
  key: string;
  kind: "read" | "write" | "sleep";
  /** `RequestRecord` as JSON. */
  record: string | null;
  /** `KeptAnswer` as JSON, without its body. */
  answer: string | null;
  /** Of the body; -1 without one. One that does not fit into a row is in `parts`. */
  bytes: number;
  body: ArrayBuffer | null;
};

/** Bodies that a slice is given at its beginning: one, and all of them. The others are read when they are wanted. */
const maxGivenBytes = 64 * 1024;
const maxAllGivenBytes = 12_000_000;

/** Called within a transaction, for the slice that runs. */
export function append(
  sql: SqlStorage,
  { run, entries, last_at: lastAt }: LastingRow,
  { step, key, kind, record, answer }: NewEntry,
  nowMs: number,
): Moment {
  const seq = entries + 1;
  // A clock that was set back does not take the run back.
  const at = Math.max(nowMs, lastAt);
  const { body, ...head } = answer ?? {};
  const bytes = body?.byteLength ?? 0;
  const isLong = bytes > maxRowBytes;
  insertRow(sql, "journal", {
    run,
    seq,
    at,
    step,
    key,
    kind,
    record: record ? JSON.stringify(record) : null,
    answer: answer ? JSON.stringify(head) : null,
    bytes: body ? bytes : -1,
    body: body && !isLong ? new Uint8Array(body).buffer : null,
  } satisfies JournalRow);
  if (body && isLong) writeParts(sql, ownerOf(run, seq), body);
  if (kind === "sleep") sql.exec("DELETE FROM sleeps WHERE run = ? AND step = ?", run, step);
  sql.exec(
    "UPDATE lasting SET entries = ?, bytes = bytes + ?, last_at = ?, deaths = 0, failures = 0 WHERE run = ?",
    seq,
    bytes,
    at,
    run,
  );
  return { seq, at };
}

/** All of it, with the bodies that there is room for. */
export function readJournal(sql: SqlStorage, run: string): JournalEntry[] {
  const columns = "run, seq, at, step, key, kind, record, answer, bytes";
  const query = `SELECT ${columns}, iif(bytes <= ${maxGivenBytes}, body, NULL) AS body FROM journal
    WHERE run = ? ORDER BY seq`;
  let left = maxAllGivenBytes;
  return all<JournalRow>(sql, query, run).map((row) => {
    const isGiven = row.bytes <= Math.min(maxGivenBytes, left);
    if (isGiven) left -= Math.max(0, row.bytes);
    return entryOf(row, isGiven);
  });
}

function entryOf({ seq, at, step, key, kind, record, answer, bytes, body }: JournalRow, isGiven: boolean) {
  const head = answer === null ? undefined : (JSON.parse(answer) as Omit<KeptAnswer, "body">);
  const entry: JournalEntry = {
    seq,
    at,
    step,
    key,
    kind,
    ...(record !== null && { record: JSON.parse(record) as RequestRecord }),
    ...(head && {
      answer: { ...head, ...(isGiven && bytes >= 0 && { body: new Uint8Array(body ?? new ArrayBuffer(0)) }) },
    }),
    ...(!isGiven && { bodyLeftOut: true as const }),
  };
  return entry;
}

/** A body that was left out. */
export function readBody(sql: SqlStorage, run: string, seq: number): Uint8Array | null {
  const query = "SELECT bytes, body FROM journal WHERE run = ? AND seq = ?";
  const row = first<{ bytes: number; body: ArrayBuffer | null }>(sql, query, run, seq);
  if (!row || row.bytes < 0) return null;
  return row.bytes > maxRowBytes ? readParts(sql, ownerOf(run, seq)) : new Uint8Array(row.body!);
}

/** What is known of its requests, in the order in which they were asked for. */
export function recordsOf(sql: SqlStorage, run: string): RequestRecord[] {
  const query = "SELECT record FROM journal WHERE run = ? AND record IS NOT NULL ORDER BY step";
  return all<{ record: string }>(sql, query, run).map(({ record }) => JSON.parse(record) as RequestRecord);
}

/** As the trigger of the table has it. */
const ownerOf = (run: string, seq: number) => `journal:${run}:${seq}`;
