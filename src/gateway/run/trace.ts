/**
 * What a run does, told line by line while it does it, for a supervisor outside of this process: code that never lets
 * go stops everything here, and then only what was written before tells whose code it was and which requests had gone
 * out. The runtime writes a line before it goes on. Nothing is written without a supervisor.
 */
import type { RequestRecord } from "../../terms/failure.ts";

/** Set by the supervisor, for each request anew: it cannot be guessed, so nobody writes in another call's name. */
export const callHeader = "isogate-call";

const callPattern = /^[0-9a-f]{32}$/;
const prefix = "isogate.trace";

export type TraceEvent = "enters" | "sent" | "answered";

export interface TraceLine {
  call: string;
  event: TraceEvent;
  runId: string;
  /** The request, for `sent` and `answered`. */
  request?: Pick<RequestRecord, "api" | "method" | "operation"> & { status?: number };
}

export interface RunTrace {
  /** The line to be written when the program is given control; it holds nothing that this program may not know. */
  entering: string;
  sent(record: RequestRecord): void;
  answered(record: RequestRecord, status: number): void;
}

/** The call that this request is, if a supervisor watches. */
export function callOf(request: Request, env: Pick<Env, "SUPERVISED">): string | undefined {
  const call = request.headers.get(callHeader);
  return env.SUPERVISED === "true" && call !== null && callPattern.test(call) ? call : undefined;
}

export function traceRun(call: string | undefined, runId: string): RunTrace | undefined {
  if (call === undefined) return undefined;
  const line = (event: TraceEvent, request?: TraceLine["request"]) =>
    `${prefix} ${JSON.stringify({ call, event, runId, request } satisfies { [Key in keyof TraceLine]: unknown })}`;
  const of = ({ api, method, operation }: RequestRecord) => ({
    api,
    method,
    ...(operation !== undefined && { operation }),
  });
  return {
    entering: line("enters"),
    sent: (record) => console.log(line("sent", of(record))),
    answered: (record, status) => console.log(line("answered", { ...of(record), status })),
  };
}

/** Reads a line of the server's output. @returns nothing if it is no line of a trace */
export function readTraceLine(text: string): TraceLine | undefined {
  if (!text.startsWith(`${prefix} {`)) return undefined;
  try {
    return JSON.parse(text.slice(prefix.length + 1)) as TraceLine;
  } catch {
    return undefined;
  }
}
