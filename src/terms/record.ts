/**
 * What a run is recorded as. Pure: the same run always makes the same record, and a record always fits into a row of
 * the ledger, whatever the code printed, returned or requested. What was cut says so.
 */
import { describeFailure, type FailureKind, type RequestRecord } from "./failure.ts";
import type { Access } from "./api-file.ts";
import type { LogEntry, SandboxOutcome } from "./outcome.ts";

/** Known when a run begins. */
export interface RunStart {
  runId: string;
  /** Milliseconds since the epoch. */
  startedAtMs: number;
  tool: string;
  /** As the client sent it; its head, if it is longer than `maxCodeChars`. */
  code: string;
  /** How long the code was. */
  codeChars: number;
  client: { id: string; name?: string };
  /** What the connection was granted, per API. */
  access: Record<string, Access[]>;
  /** Writes were listed and not sent. */
  plan?: boolean;
}

/** A run that has ended. */
export interface RunRecord extends RunStart {
  durationMs: number;
  outcome: "ok" | FailureKind;
  /** What the model was told, in two sentences. */
  failure?: { sentence: string; next: string };
  /** Head of the result as JSON text, and how long all of it was. */
  result?: { head: string; chars: number };
  /** Sentences about the result that the model was given with it. */
  notes?: string[];
  logs: LogEntry[];
  requests: RequestRecord[];
  /** What did not fit: characters of the logs, requests at the end of the list. */
  cut?: { logChars?: number; requests?: number };
}

/** Longer than any code a model writes by hand; shorter than a pasted data set. */
export const maxCodeChars = 200_000;
/** Enough to read what came back; all of it is kept for `recall` for a day. */
const maxResultHeadChars = 4_000;
/** All log lines of a run together. */
export const maxLogChars = 64_000;
/** Lines of the log: an empty one costs no characters, but a million of them would cost. */
const maxLogLines = 2_000;
/** The requests of a run as JSON text: some 3,000 of the usual size. */
export const maxRequestChars = 800_000;
/** A URL longer than this is data, not an address. */
const maxUrlChars = 2_000;
const maxSentenceChars = 8_000;
const maxNotes = 10;

/** What is known when a run begins; `code` may be anything that a client sent. */
export function startOf(start: Omit<RunStart, "code" | "codeChars"> & { code: unknown }): RunStart {
  const code = typeof start.code === "string" ? start.code : (JSON.stringify(start.code) ?? "");
  return { ...start, code: code.slice(0, maxCodeChars), codeChars: code.length };
}

/** The record of a run that began as `start`, took `durationMs` and ended as `outcome`. */
export function recordOf(
  start: RunStart,
  durationMs: number,
  outcome: SandboxOutcome,
  requests: readonly RequestRecord[],
): RunRecord {
  const logs = fitLogs(outcome.logs);
  const fitting = fitRequests(requests);
  const cut = {
    ...(logs.cutChars > 0 && { logChars: logs.cutChars }),
    ...(requests.length > fitting.length && { requests: requests.length - fitting.length }),
  };
  return {
    ...start,
    durationMs,
    ...ending(outcome),
    logs: logs.kept,
    requests: fitting,
    ...(Object.keys(cut).length > 0 && { cut }),
  };
}

function ending(outcome: SandboxOutcome): Pick<RunRecord, "outcome" | "failure" | "result" | "notes"> {
  if (outcome.ok) {
    const { result, notes } = outcome;
    return {
      outcome: "ok",
      result: { head: result.slice(0, maxResultHeadChars), chars: result.length },
      ...(notes.length > 0 && {
        notes: notes.slice(0, maxNotes).map((note) => cutText(note, maxSentenceChars)),
      }),
    };
  }
  const { sentence, next } = describeFailure(outcome.failure);
  return {
    outcome: outcome.failure.kind,
    failure: { sentence: cutText(sentence, maxSentenceChars), next: cutText(next, maxSentenceChars) },
  };
}

function fitLogs(logs: readonly LogEntry[]): { kept: LogEntry[]; cutChars: number } {
  const kept: LogEntry[] = [];
  let left = maxLogChars;
  let cutChars = 0;
  for (const { level, text } of logs) {
    const head = kept.length < maxLogLines ? text.slice(0, left) : "";
    cutChars += text.length - head.length;
    left -= head.length;
    if (kept.length < maxLogLines && (head !== "" || text === "")) kept.push({ level, text: head });
  }
  return { kept, cutChars };
}

/** The first requests of a run, as many as fit. */
export function fitRequests(requests: readonly RequestRecord[]): RequestRecord[] {
  const fitting: RequestRecord[] = [];
  let left = maxRequestChars;
  for (const request of requests) {
    const entry = { ...request, url: cutText(request.url, maxUrlChars) };
    left -= JSON.stringify(entry).length;
    if (left < 0) break;
    fitting.push(entry);
  }
  return fitting;
}

function cutText(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}
