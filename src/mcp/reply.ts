/**
 * The reply to a tool call: one structured object, and the same as compact text for clients that show only text. Always
 * valid JSON within the budget; a failure says what happened, what to do next and what was already sent.
 */
import { isUtf8 } from "node:buffer";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { describeFailure, type Failure, type RequestRecord } from "../terms/failure.ts";
import type { ExactRequest } from "../terms/approvals.ts";
import type { LogEntry, SandboxOutcome } from "../terms/outcome.ts";
import { shortenJson } from "./shorten.ts";

/** Most requests that a reply lists one by one; the others are counted. */
const maxListedRequests = 20;

/** How much of a planned body is shown, in characters; the person sees all of it. */
const maxPlannedBodyChars = 300;

/** What a run with `plan: true` would have done. */
export interface Plan {
  /** The page where the person approves it. */
  link: string;
  writes: readonly ExactRequest[];
  /** What has to happen before the writes can be sent, for a connection that may not send them. */
  first?: string;
}

/**
 * The reply to a finished run.
 * @param remarks warnings of the check, which did not stop the code, and the plan if the run was one
 */
export function replyTo(
  runId: string,
  outcome: SandboxOutcome,
  requests: RequestRecord[],
  { warnings = [], plan }: { warnings?: readonly string[]; plan?: Plan | undefined } = {},
): CallToolResult {
  const common = {
    runId,
    ...(outcome.logs.length > 0 && { logs: outcome.logs.map(logLine) }),
    ...(requests.length > 0 && { requests: listRequests(requests, !outcome.ok) }),
    ...(warnings.length > 0 && { warnings }),
    ...(plan && { plan: planned(plan) }),
  };
  if (!outcome.ok) return failureReply(outcome.failure, common);
  const { text, leftOut } = shortenJson(outcome.result);
  const structured = {
    // What changes the meaning of the result is read first.
    ...(outcome.notes.length > 0 && { notes: outcome.notes }),
    ...common,
    result: JSON.parse(text) as unknown,
    ...(leftOut.length > 0 && {
      truncated: { leftOut, next: `recall("${runId}") returns all of it inside the next run.` },
    }),
  };
  return { content: [{ type: "text", text: JSON.stringify(structured) }], structuredContent: structured };
}

/** @param common what the reply says besides the failure; nothing for code that never ran */
export function failureReply(failure: Failure, common: Record<string, unknown> = {}): CallToolResult {
  const { sentence, next } = describeFailure(failure);
  const structured = { ...common, error: { kind: failure.kind, message: sentence, next } };
  const rest = Object.keys(common).length > 0 ? `\n${JSON.stringify(common)}` : "";
  return {
    isError: true,
    content: [{ type: "text", text: `${failure.kind}: ${sentence}\n${next}${rest}` }],
    structuredContent: structured,
  };
}

function planned({ link, writes, first }: Plan) {
  const left = writes.length - maxListedRequests;
  return {
    notSent: [
      ...writes.slice(0, maxListedRequests).map(plannedLine),
      ...(left > 0 ? [`and ${left} more, all listed at the link`] : []),
    ],
    next:
      "None of this was sent; the code received example answers from the document. " +
      (first === undefined
        ? `Ask the user to approve it at ${link}, then send the same code again without plan.`
        : `This connection may not send it. ${first} Then send the same code again without plan.`),
  };
}

function plannedLine({ method, url, operation, body }: ExactRequest): string {
  const { content } = body ?? {};
  const text = body && (content && isUtf8(content) ? Buffer.from(content).toString() : `${body.bytes} bytes`);
  const shown = text && text.length > maxPlannedBodyChars ? `${text.slice(0, maxPlannedBodyChars)}…` : text;
  return `${operation}: ${method} ${url}${shown ? ` ${shown}` : ""}`;
}

function logLine({ level, text }: LogEntry): string {
  return level === "log" ? text : `${level}: ${text}`;
}

/** After a failure every request matters; after success a count per operation and status is enough. */
function listRequests(requests: RequestRecord[], each: boolean): string[] {
  if (!each || requests.length > maxListedRequests) return countAlike(requests);
  return requests.map((request) => {
    const isSent = request.outcome !== "waiting" && request.outcome !== "planned";
    return requestLine(request) + (isSent ? ` ${request.durationMs} ms` : "");
  });
}

const inWords: Record<Exclude<RequestRecord["outcome"], "answered" | "denied">, string> = {
  unreachable: "unreachable",
  unknown: "outcome unknown",
  waiting: "not sent, waits for approval",
  planned: "not sent, planned",
  "under way": "not awaited, still under way when the run ended",
};

function countAlike(requests: RequestRecord[]): string[] {
  const alike = Map.groupBy(requests, (request) => requestLine({ ...request, url: "" }));
  return [...alike].map(([line, { length }]) => (length === 1 ? line : `${length} × ${line}`));
}

function requestLine(request: RequestRecord): string {
  const { method, url, operation, outcome, status, rule, failure, replayed } = request;
  const what = operation ?? `${method} ${url}`;
  const became =
    outcome === "answered"
      ? `${status}${replayed ? " (answered in an earlier run, not sent again)" : ""}`
      : outcome === "denied"
        ? failure?.kind === "misconfigured"
          ? "not sent, misconfigured"
          : `denied (${rule ?? failure?.kind})`
        : inWords[outcome];
  return `${what}${operation && url ? ` ${method} ${url}` : ""}: ${became}`;
}
