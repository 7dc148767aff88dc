/**
 * One line of JSON per run and one per request, for operators: Workers Logs reads the attributes of each. Code, results
 * and bodies belong to the user and stay in the ledger.
 */
import type { RequestRecord } from "../../../terms/failure.ts";
import { logEvent, withoutQuery } from "../../../terms/log.ts";
import type { RunRecord } from "../../../terms/record.ts";
import type { Sink } from "./sink.ts";

export const consoleLine: Sink = {
  name: "console-line",
  end: ({ record }, { userId }) => {
    for (const request of record.requests) logEvent("isogate.request", requestAttributes(record, request));
    logEvent("isogate.run", runAttributes(record, userId));
  },
};

/** Durations in seconds, as OpenTelemetry's conventions want them. What is undefined is not in the line. */
export function runAttributes(record: RunRecord, userId: string): Record<string, unknown> {
  return {
    "mcp.method.name": "tools/call",
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": record.tool,
    "user.id": userId,
    "isogate.client.id": record.client.id,
    "isogate.run.id": record.runId,
    "isogate.run.duration": record.durationMs / 1000,
    "isogate.run.requests": record.requests.length + (record.cut?.requests ?? 0),
    "isogate.run.code.length": record.codeChars,
    ...(record.outcome !== "ok" && { "error.type": record.outcome }),
  };
}

export function requestAttributes({ runId }: RunRecord, request: RequestRecord): Record<string, unknown> {
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  return {
    "isogate.run.id": runId,
    "isogate.api": request.api,
    "http.request.method": request.method,
    "url.full": withoutQuery(request.url),
    "server.address": url?.hostname,
    "server.port": url && (Number(url.port) || (url.protocol === "http:" ? 80 : 443)),
    "isogate.operation": request.operation,
    "http.response.status_code": request.status,
    "http.client.request.duration": request.durationMs / 1000,
    "http.request.body.size": request.bytesUp,
    "http.response.body.size": request.bytesDown,
    "isogate.outcome": request.outcome,
    "isogate.rule": request.rule,
    "isogate.replayed": request.replayed,
    "error.type": errorType(request),
  };
}

/** Not sent, as intended; or not known yet. */
const noErrors = new Set<RequestRecord["outcome"]>(["waiting", "planned", "under way"]);

/** The status of an answer that is an error (by the HTTP conventions), else what happened instead. */
function errorType({ outcome, status, failure }: RequestRecord): string | undefined {
  if (noErrors.has(outcome)) return undefined;
  if (outcome !== "answered") return failure?.kind ?? outcome;
  return status !== undefined && status >= 400 ? String(status) : undefined;
}
