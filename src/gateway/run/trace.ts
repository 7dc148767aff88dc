/**
 * Reports what a run does, line by line, to a supervisor outside of this process. Code that never yields stops
 * everything here; then only earlier lines show whose code it was and which requests had left. The runtime writes a
 * line before it continues. Without a supervisor, nothing is written.
 */
import type { RequestRecord } from "../../terms/failure.ts";
import { parseJson } from "../../terms/json.ts";

/** The supervisor sets a new random value for each request, so that no call can write in another's name. */
export const callHeader = "isogate-call";

const callPattern = /^[0-9a-f]{32}$/;
const prefix = "isogate.trace";

export interface TraceLine {
  call: string;
  event: "enters" | "sent" | "answered";
  runId: string;
  /** The request, for `sent` and `answered`. */
  request?: Pick<RequestRecord, "api" | "method" | "operation"> & { status?: number };
}

export interface RunTrace {
  /** The program gets control. */
  enters(): void;
  sent(record: RequestRecord): void;
  answered(record: RequestRecord, status: number): void;
}

/** The id of the call that this request makes, if a supervisor watches. */
export function callOf(request: Request, env: Pick<Env, "SUPERVISED">): string | undefined {
  const call = request.headers.get(callHeader);
  return env.SUPERVISED === "true" && call !== null && callPattern.test(call) ? call : undefined;
}

export function traceRun(call: string | undefined, runId: string): RunTrace | undefined {
  if (call === undefined) return undefined;
  const line = (event: TraceLine["event"], request?: TraceLine["request"]) =>
    `${prefix} ${JSON.stringify({ call, event, runId, request } satisfies { [Key in keyof TraceLine]: unknown })}`;
  const of = ({ api, method, operation }: RequestRecord) => ({
    api,
    method,
    ...(operation !== undefined && { operation }),
  });
  return {
    enters: () => console.log(line("enters")),
    sent: (record) => console.log(line("sent", of(record))),
    answered: (record, status) => console.log(line("answered", { ...of(record), status })),
  };
}

/** Reads a line of the server's output. @returns undefined if it does not belong to a trace */
export function readTraceLine(text: string): TraceLine | undefined {
  if (!text.startsWith(`${prefix} {`)) return undefined;
  return parseJson(text.slice(prefix.length + 1)) as TraceLine | undefined;
}
