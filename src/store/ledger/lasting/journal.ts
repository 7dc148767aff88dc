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

/**
 * Answers that a slice is given at its beginning, with their headers: one, and all of them. The others are read when they
 * are wanted. With the records of all, they fit into one call (32 MiB).
 */
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
  const headText = answer ? JSON.stringify(head) : null;
  insertRow(sql, "journal", {
    run,
    seq,
    at,
    step,
    key,
    kind,
    record: record ? JSON.stringify(record) : null,
    answer: headText,
    bytes: body ? bytes : -1,
    body: body && !isLong ? new Uint8Array(body).buffer : null,
  } satisfies JournalRow);
  if (body && isLong) writeParts(sql, ownerOf(run, seq), body);
  if (kind === "sleep") sql.exec("DELETE FROM sleeps WHERE run = ? AND step = ?", run, step);
  sql.exec(
    "UPDATE lasting SET entries = ?, bytes = bytes + ?, last_at = ?, deaths = 0, failures = 0 WHERE run = ?",
    seq,
    bytes + (headText?.length ?? 0),
    at,
    run,
  );
  return { seq, at };
}

/** All of it, with the answers that there is room for. */
export function readJournal(sql: SqlStorage, run: string): JournalEntry[] {
  const columns = "run, seq, at, step, key, kind, record, answer, bytes";
  const query = `SELECT ${columns}, iif(bytes <= ${maxGivenBytes}, body, NULL) AS body FROM journal
    WHERE run = ? ORDER BY seq`;
  let left = maxAllGivenBytes;
  return all<JournalRow>(sql, query, run).map((row) => {
    const bytes = Math.max(0, row.bytes) + (row.answer?.length ?? 0);
    const isGiven = bytes <= Math.min(maxGivenBytes, left);
    if (isGiven) left -= bytes;
    return entryOf(row, isGiven);
  });
}

function entryOf(row: JournalRow, isGiven: boolean): JournalEntry {
  const { seq, at, step, key, kind, record } = row;
  return {
    seq,
    at,
    step,
    key,
    kind,
    ...(record !== null && { record: JSON.parse(record) as RequestRecord }),
    ...(row.answer !== null &&
      (isGiven
        ? {
            answer: answerOf(
              row.answer,
              row.bytes < 0 ? null : new Uint8Array(row.body ?? new ArrayBuffer(0)),
            ),
          }
        : { answerLeftOut: true })),
  };
}

function answerOf(head: string, body: Uint8Array | null): KeptAnswer {
  return { ...(JSON.parse(head) as Omit<KeptAnswer, "body">), ...(body && { body }) };
}

/** An answer that was left out. @returns null if it has gone */
export function readAnswer(sql: SqlStorage, run: string, seq: number): KeptAnswer | null {
  const query = "SELECT answer, bytes, body FROM journal WHERE run = ? AND seq = ?";
  const row = first<Pick<JournalRow, "answer" | "bytes" | "body">>(sql, query, run, seq);
  if (!row || row.answer === null) return null;
  if (row.bytes < 0) return answerOf(row.answer, null);
  const isLong = row.bytes > maxRowBytes;
  return answerOf(row.answer, isLong ? readParts(sql, ownerOf(run, seq)) : new Uint8Array(row.body!));
}

/** What is known of its requests, in the order in which they were asked for. */
export function recordsOf(sql: SqlStorage, run: string): RequestRecord[] {
  const query = "SELECT record FROM journal WHERE run = ? AND record IS NOT NULL ORDER BY step";
  return all<{ record: string }>(sql, query, run).map(({ record }) => JSON.parse(record) as RequestRecord);
}

/** As the trigger of the table has it. */
const ownerOf = (run: string, seq: number) => `journal:${run}:${seq}`;
