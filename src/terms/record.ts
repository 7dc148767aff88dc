/**
 * The record of a run. Whatever the code printed, returned or requested, the record fits into a row of the ledger and
 * tells what was cut. Pure.
 */
import { describeFailure, type FailureKind, type RequestRecord } from "./failure.ts";
import type { Access, PolicyRule } from "./api-file.ts";
import type { Grounds } from "./grounds.ts";
import type { LogEntry, SandboxOutcome } from "./outcome.ts";

/** What is known when a run begins. */
export interface RunStart {
  runId: string;
  /** Milliseconds since the epoch. */
  startedAtMs: number;
  tool: string;
  /** As the client sent it, cut at `maxCodeChars`. */
  code: string;
  /** The length before the cut. */
  codeChars: number;
  client: { id: string; name?: string };
  /** What the connection was granted, by API. */
  access: Record<string, Access[]>;
  /** Where access was granted for some tags only (`Caller.tags`). */
  tags?: Record<string, Partial<Record<Access, string[]>>>;
  /** Writes were only listed. */
  plan?: boolean;
  /** It went on after the reply. */
  background?: boolean;
  /** It was a run of a kept program. */
  program?: ProgramRun;
}

/** Which run of which kept program it was. */
export interface ProgramRun {
  id: string;
  name: string;
  version: number;
  /** The time that it was begun for, in milliseconds since the epoch; absent if it was called by its name. */
  timeMs?: number;
  /** JSON text of what it was called with. */
  input?: string;
}

/** An API that a run could call, as it was then: what a later look back compares with. */
export interface ApiThen {
  /** Names its document: `DeployedApi.hash`. */
  hash: string;
  /** Its policy, if it was called: the rules without their reasons. */
  rules?: RuleThen[];
  otherwise?: PolicyRule["effect"];
  /** Of each operation that was called, a digest of how it is called. */
  operations?: Record<string, string>;
}

/** See `Grounds`. */
export type RuleThen = Pick<Extract<Grounds, { by: "policy" }>, "effect" | "what">;

/** What a look back found out besides its own requests. */
export interface LookedBack {
  /** Id of the run of then. */
  run: string;
  /** The check refuses the code today; the look back went past it, to see the rest. */
  refused?: { sentence: string; next: string };
  /** Of the first requests of then that were not made again: what their method and address are today. */
  unmade?: Unmade[];
}

export interface Unmade extends Pick<RequestRecord, "operation" | "access" | "rule" | "grounds" | "outcome"> {
  /** Its place among the requests of then. */
  index: number;
  /** Whether the API has an operation of the id of then. */
  known: boolean;
}

export interface RunRecord extends RunStart {
  durationMs: number;
  outcome: "ok" | FailureKind;
  /** What the model was told. */
  failure?: { sentence: string; next: string };
  /** The head of the result as JSON text, and the length of all of it. */
  result?: { head: string; chars: number };
  notes?: string[];
  logs: LogEntry[];
  requests: RequestRecord[];
  /** How many characters of the logs, and requests at the end of the list, were cut. */
  cut?: { logChars?: number; requests?: number };
  /** The client had given up before it ended. */
  unheard?: true;
  /** By name, all that it could call. Absent in records of earlier versions. */
  apis?: Record<string, ApiThen>;
  /** It looked back at another run. */
  lookedBack?: LookedBack;
}

/** A run that is looked back at, whether or not its end was recorded. */
export type RunOfThen = RunStart & Pick<RunRecord, "requests" | "apis">;

/** What is found out after the end of a run, for its record. */
export type Afterwards = Pick<RunRecord, "apis" | "lookedBack">;

/** Longer than any code a model writes by hand; shorter than a pasted data set. */
export const maxCodeChars = 200_000;
/** Enough for a reader; `recall` keeps the whole result for a day. */
const maxResultHeadChars = 4_000;
/** All log lines of a run together. */
export const maxLogChars = 64_000;
/** Empty lines cost no characters, but a million of them would. */
const maxLogLines = 2_000;
/** As JSON text: about 3,000 requests of the usual size. */
export const maxRequestChars = 800_000;
/** A URL longer than this is data, not an address. */
const maxUrlChars = 2_000;
/** The same where there are so many requests that there is no room for such. */
const shortUrlChars = 300;
const maxSentenceChars = 8_000;
const maxNotes = 10;

/** @param start `code` may be anything that a client sent */
export function startOf(start: Omit<RunStart, "code" | "codeChars"> & { code: unknown }): RunStart {
  const code = typeof start.code === "string" ? start.code : (JSON.stringify(start.code) ?? "");
  return { ...start, code: code.slice(0, maxCodeChars), codeChars: code.length };
}

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
    const { result } = outcome;
    const notes = outcome.notes.slice(0, maxNotes).map((note) => cutText(note, maxSentenceChars));
    return {
      outcome: "ok",
      result: { head: result.slice(0, maxResultHeadChars), chars: result.length },
      ...(notes.length > 0 && { notes }),
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

/** As many of the first requests as fit, in their order: those that may have changed something before all others. */
export function fitRequests(requests: readonly RequestRecord[]): RequestRecord[] {
  const fitting = new Map<RequestRecord, RequestRecord>();
  let left = maxRequestChars;
  const whole = requests.reduce((sum, request) => sum + JSON.stringify(request).length, 0);
  const mostUrlChars = whole > maxRequestChars ? shortUrlChars : maxUrlChars;
  for (const some of [requests.filter(mayChange), requests.filter((one) => !mayChange(one))])
    for (const request of some) {
      const entry = { ...request, url: cutText(request.url, mostUrlChars) };
      left -= JSON.stringify(entry).length;
      if (left < 0) break;
      fitting.set(request, entry);
    }
  return requests.flatMap((request) => fitting.get(request) ?? []);
}

/** Code decides how many reads there are and how long they are: what it changed is not pushed out by them. */
const mayChange = ({ access, outcome }: RequestRecord) => access !== "read" && outcome !== "denied";

function cutText(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}
