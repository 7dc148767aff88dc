/**
 * What the reply to a tool call says, as data. How a client gets it is in tool-result.ts: one text, or this as well for
 * programs that asked for it.
 */
import { isUtf8 } from "node:buffer";
import { describeFailure, type Failure, type RequestRecord } from "../terms/failure.ts";
import type { ExactRequest } from "../terms/approvals.ts";
import type { LogEntry, SandboxOutcome } from "../terms/outcome.ts";
import { maxListedRequests, requestLines, requestsInShort, unfinished } from "./requests-in-words.ts";
import type { HandedOver, LinkedFile, Picture } from "./run-files.ts";
import { defaultBudgetTokens, nextOf, shortenJson, shortenLines, type LeftOut } from "./shorten.ts";

/** How much of a planned body is shown, in characters; the person sees all of it. */
const maxPlannedBodyChars = 300;

/** What the logs of a run may cost in its reply; the run's page has all of them. */
const maxLogTokens = 1_500;

/** What a run with `plan: true` would have done. */
export interface Plan {
  /** The page where the person approves it. */
  link: string;
  requests: readonly ExactRequest[];
  /** What has to happen before they can be sent, for a connection that may not send them. */
  first?: string;
}

/** Everything that a reply can say. Members without content are left out. */
export interface Said {
  /** Missing if nothing was run. */
  runId?: string;
  result?: unknown;
  notes?: string[];
  logs?: string[];
  /** One line per request after a failure; otherwise counted by operation and outcome. */
  requests?: string[];
  warnings?: string[];
  plan?: { notSent: string[]; next: string };
  /** The result is not whole. */
  truncated?: { leftOut: LeftOut[]; next: string };
  /** Shown to the model beside the text. */
  pictures?: { attachment: number; type: string; bytes: number }[];
  /** For the person. */
  files?: LinkedFile[];
  error?: { kind: Failure["kind"]; message: string; next: string };
}

export interface Reply {
  said: Said;
  /** What must not be missed, before anything else. One sentence each, in the order of their weight. */
  first: string[];
  pictures?: readonly Picture[];
}

export interface Remarks {
  /** Of the check, which did not stop the code. */
  warnings?: readonly string[];
  plan?: Plan | undefined;
  over?: HandedOver | undefined;
}

/** The reply to a finished run. */
export function replyTo(
  runId: string,
  outcome: SandboxOutcome,
  requests: RequestRecord[],
  { warnings = [], plan, over }: Remarks = {},
): Reply {
  const listed = outcome.ok ? requestsInShort(requests) : requestLines(requests);
  const { pictures = [], files = [] } = over ?? {};
  const common = {
    ...(outcome.logs.length > 0 && { logs: shortenLines(outcome.logs.map(logLine), maxLogTokens) }),
    ...(requests.length > 0 && { requests: listed }),
    ...(warnings.length > 0 && { warnings: [...warnings] }),
    ...(plan && { plan: planned(plan) }),
    ...(files.length > 0 && { files }),
  };
  if (!outcome.ok) return failureReply(outcome.failure, { runId, ...common }, requests.length);
  const { text, leftOut } = shortenJson(outcome.result, defaultBudgetTokens, outcome.value);
  const next = nextOf(leftOut, runId);
  const notes = [...outcome.notes, ...(over?.notes ?? [])];
  const said: Said = {
    runId,
    ...common,
    result: JSON.parse(text) as unknown,
    ...(notes.length > 0 && { notes }),
    ...(pictures.length > 0 && { pictures: pictures.map(pictureInfo) }),
    ...(next !== undefined && { truncated: { leftOut, next } }),
  };
  const undone = unfinished(requests);
  return {
    said,
    first: [
      `Run ${runId}.`,
      ...(next === undefined ? [] : [next]),
      // What changes the meaning of the result: a list that may be cut, nothing returned.
      ...notes.map((note) => `Note: ${note}`),
      ...(said.plan ? [said.plan.next] : []),
      ...(pictures.length > 0
        ? [`Shown below: ${pictures.map(({ attachment }) => `attachment ${attachment}`).join(", ")}.`]
        : []),
      ...(undone > 0 ? [`${undone} of ${count(requests.length, "request")} got no answer.`] : []),
      ...(requests.length > 0 ? [`Requests: ${listed.join("; ")}.`] : []),
    ],
    pictures,
  };
}

/**
 * @param common what the reply says besides the failure; nothing for code that never ran
 * @param requests how many the run made
 */
export function failureReply(failure: Failure, common: Said = {}, requests = 0): Reply {
  const { kind } = failure;
  const { sentence, next } = describeFailure(failure);
  const { runId } = common;
  const after = requests > 0 ? `after ${count(requests, "request")}` : "before any request";
  return {
    said: { ...common, error: { kind, message: sentence, next } },
    first: [
      `${runId === undefined ? "" : `Run ${runId} ${endings[kind] ?? "failed"} ${after}, `}${kind}: ${sentence}`,
    ],
  };
}

function pictureInfo({ attachment, type, content }: Picture) {
  return { attachment, type, bytes: content.byteLength };
}

/** How a run ended that did not fail. */
const endings: Partial<Record<Failure["kind"], string>> = {
  "needs-approval": "was paused",
  "timed-out": "was stopped",
  "limit-reached": "was stopped",
  stopped: "was stopped",
  interrupted: "was interrupted",
  canceled: "was ended",
};

function planned({ link, requests, first }: Plan) {
  const left = requests.length - maxListedRequests;
  return {
    notSent: [
      ...requests.slice(0, maxListedRequests).map(plannedLine),
      ...(left > 0 ? [`and ${left} more, all listed at the link`] : []),
    ],
    next:
      `This was a plan: ${count(requests.length, "request")} ${requests.length === 1 ? "was" : "were"} not sent, and the code ` +
      "received example answers from the document. " +
      (first === undefined
        ? `Ask the user to approve ${requests.length === 1 ? "it" : "them"} at ${link}, then send the same code again without plan.`
        : `This connection may not send ${requests.length === 1 ? "it" : "them"}. ${first} Then send the same code again without plan.`),
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

function count(number: number, what: string): string {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}
