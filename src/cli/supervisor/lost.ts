/** The answer to a request that a restart of the server has ended. Pure. */
import type { Failure, RequestRecord } from "../../terms/failure.ts";
import { replyTo } from "../../mcp/reply.ts";
import { toolResult } from "../../mcp/tool-result.ts";
import type { McpCall } from "./mcp-call.ts";

/** Why the server had to be restarted. */
export type RestartCause = "stuck" | "bloated" | "gone" | "worn";

/**
 * A request's part in the restart: its code was running (`sure` if no other was), or it was under way beside that; or the
 * server stops in order, and will not be restarted.
 */
export type Part =
  | { role: "cause"; why: Exclude<RestartCause, "worn">; sure: boolean }
  | { role: "beside" }
  | { role: "at the end" };

/** Sent again, it would stop the server again. */
const alone =
  "The server was stuck while it handled this request and no other, and had to be restarted. So the request was not sent to it again. Change it before you try again: make the code smaller or simpler.";

const restarted = "The server was restarted while this request was under way. Try it again.";

const stopped = "The server was stopped while this request was under way. Try it again when it runs.";

export interface LostRun {
  runId: string;
  requests: RequestRecord[];
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * A run is answered as the tool, so that the model reads it; any other request with an error that says to try again.
 * @param streaming the answer has begun as an event stream, so this becomes its last event
 */
export function answerLost(
  call: McpCall | undefined,
  run: LostRun | undefined,
  part: Part,
  streaming = false,
): Answer {
  const isCause = part.role === "cause" && !run;
  const said = isCause ? alone : part.role === "at the end" ? stopped : restarted;
  const status = streaming ? 200 : isCause ? 500 : 503;
  const retry = isCause ? {} : { "retry-after": "1" };
  if (!call)
    return { status, headers: { "content-type": "text/plain; charset=utf-8", ...retry }, body: `${said}\n` };
  const message =
    call.method === "tools/call" && run
      ? { jsonrpc: "2.0", id: call.id, result: resultFor(call, run, part) }
      : { jsonrpc: "2.0", id: call.id, error: { code: -32_603, message: said } };
  const text = JSON.stringify(message);
  if (streaming) return { status, headers: {}, body: `event: message\ndata: ${text}\n\n` };
  const headers = { "content-type": "application/json" };
  return "result" in message
    ? { status: 200, headers, body: text }
    : { status, headers: { ...headers, ...retry }, body: text };
}

function resultFor({ saysComplete }: McpCall, { runId, requests }: LostRun, part: Part): object {
  return {
    ...toolResult(replyTo(runId, { ok: false, failure: failureFor(part), logs: [] }, requests)),
    ...(saysComplete && { resultType: "complete" }),
  };
}

function failureFor(part: Part): Failure {
  switch (part.role) {
    case "cause":
      return { kind: "stopped", why: part.why, sure: part.sure };
    case "beside":
      return { kind: "interrupted" };
    case "at the end":
      return { kind: "interrupted", by: "stop" };
  }
}
