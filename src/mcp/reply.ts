/**
 * What a tool call answers: one structured object, and the same as compact text for clients that show only text.
 * Always valid JSON within the budget; a failure says what happened, what to do next and what was already sent.
 */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { describeFailure, type Failure, type RequestRecord } from "../failure.ts";
import type { LogEntry, SandboxOutcome } from "../sandbox/outcome.ts";
import { shortenJson } from "./shorten.ts";

/** Most requests that a reply lists one by one; of more, it says how many. */
const maxListedRequests = 20;

/** The reply to a finished run. */
export function replyTo(
  runId: string,
  outcome: SandboxOutcome,
  requests: RequestRecord[],
  warnings: readonly string[] = [],
): CallToolResult {
  const common = {
    runId,
    ...(outcome.logs.length > 0 && { logs: outcome.logs.map(logLine) }),
    ...(requests.length > 0 && { requests: listRequests(requests, !outcome.ok) }),
    // Found by the check of the code, which did not stop it.
    ...(warnings.length > 0 && { warnings }),
  };
  if (!outcome.ok) return failed(outcome.failure, common);
  const { text, leftOut } = shortenJson(outcome.result);
  const structured = {
    ...common,
    result: JSON.parse(text) as unknown,
    ...(outcome.notes.length > 0 && { notes: outcome.notes }),
    ...(leftOut.length > 0 && {
      truncated: { leftOut, next: `recall("${runId}") returns all of it inside the next run.` },
    }),
  };
  return { content: [{ type: "text", text: JSON.stringify(structured) }], structuredContent: structured };
}

/** The reply to code that never ran. */
export function refuse(failure: Failure): CallToolResult {
  return failed(failure, {});
}

function failed(failure: Failure, common: Record<string, unknown>): CallToolResult {
  const { sentence, next } = describeFailure(failure);
  const structured = { ...common, error: { kind: failure.kind, message: sentence, next } };
  const rest = Object.keys(common).length > 0 ? `\n${JSON.stringify(common)}` : "";
  return {
    isError: true,
    content: [{ type: "text", text: `${failure.kind}: ${sentence}\n${next}${rest}` }],
    structuredContent: structured,
  };
}

function logLine({ level, text }: LogEntry): string {
  return level === "log" ? text : `${level}: ${text}`;
}

/** After a failure every request matters; after success a count per operation and status says enough. */
function listRequests(requests: RequestRecord[], each: boolean): string[] {
  if (!each || requests.length > maxListedRequests) return countAlike(requests);
  return requests.map((request) => `${requestLine(request)} ${request.durationMs} ms`);
}

function countAlike(requests: RequestRecord[]): string[] {
  const alike = new Map<string, number>();
  for (const request of requests) {
    const line = requestLine({ ...request, url: "" });
    alike.set(line, (alike.get(line) ?? 0) + 1);
  }
  return [...alike].map(([line, times]) => (times === 1 ? line : `${times} × ${line}`));
}

function requestLine({ method, url, operation, outcome, status, rule }: RequestRecord): string {
  const what = operation ?? `${method} ${url}`;
  const became =
    outcome === "answered" ? String(status) : outcome === "denied" ? `denied (${rule})` : outcome;
  return `${what}${operation && url ? ` ${method} ${url}` : ""}: ${became}`;
}
