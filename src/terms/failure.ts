/**
 * Every way a call can fail, in one union. Expected failures are returned as data and rendered only here; an exception
 * that reaches the tools is a bug.
 */
import { conjunction } from "./conjunction.ts";
import type { Grounds } from "./grounds.ts";
import { budgets, type BudgetName } from "./budgets.ts";
import type * as project from "./public.ts";

/** The gateway's record of a request. What is public of it (public.ts) is what a sink of an operator's project reads. */
export interface RequestRecord extends project.RequestRecord {
  /** The same as data. Absent for rules that need no other words, and in records of earlier versions. */
  grounds?: Grounds;
  /** Why it was not answered, with the failure's own words where code could forge them. */
  failure?: { kind: FailureKind; message?: string; next?: string };
  /** Not sent again: it got the answer of an earlier run. */
  replayed?: true;
}

export type Failure =
  /** The code does not parse. `line` is 1-based, `column` 0-based, both in the code as it was sent. */
  | { kind: "syntax"; message: string; line: number; column: number; source: string }
  /** The code is empty, too long, not text, or it loads modules. */
  | { kind: "unusable-code"; message: string; next: string }
  /** The code threw. `line` is in the code as it was sent, if known. */
  | {
      kind: "thrown";
      name: string;
      message: string;
      line?: number;
      column?: number;
      source?: string;
      /** A sentence for each path that the document lacks, and each last answer that lacks what the code read from it. */
      answers?: string[];
    }
  /** The wall time of the run, `runMs`, is over. */
  | { kind: "timed-out"; limitMs: number }
  /** A budget of the run or a fixed limit is used up. */
  | { kind: "limit-reached"; limit: BudgetName | FixedLimit; value: number; unit: string }
  /** Found before the run: with `line`, and with the problems of other calls, a sentence each, in `also`. */
  | {
      kind: "unknown-operation";
      asked: string;
      nearest: string[];
      /** How to call the nearest. */
      signatures?: string[];
      line?: number;
      also?: string[];
    }
  | {
      kind: "bad-arguments";
      operation: string;
      problems: string[];
      signature?: string;
      line?: number;
      also?: string[];
      /** The same code passes if it is sent again, because the document may be wrong. */
      passable?: boolean;
    }
  | { kind: "denied"; operation?: string; rule: string; message: string }
  /** `more`: how many other requests of the run are waiting. `link`: where the person decides; only the host sets it. */
  | { kind: "needs-approval"; operation: string; more?: number; link?: string }
  /**
   * `also`: further scopes that other calls of the same code lack. `reconnect`: how a person gives them to this client,
   * in the words of the consent page; only the host sets it.
   */
  | { kind: "needs-scope"; operation: string; scope: string; also?: string[]; reconnect?: string }
  | { kind: "upstream-error"; operation?: string; status: number; body: string; hint?: string }
  | { kind: "upstream-unreachable"; operation?: string; message: string }
  /** A write was sent without an answer: it may have taken effect. */
  | { kind: "outcome-unknown"; operation?: string; message: string }
  /** The code stopped the whole server, which was restarted. `sure`: no other code can be the cause. */
  | { kind: "stopped"; why: "stuck" | "bloated" | "gone"; sure: boolean }
  /** The server was restarted during this run because of another one, or stopped by its operator; or a person stopped it. */
  | { kind: "interrupted"; by?: "stop" | "person" }
  /** No end: a run in the background has nothing to do before a time or a person's decision. `cut`: it had, and goes on at once. */
  | { kind: "sleeping"; cut: boolean }
  /** A run in the background was ended from outside. */
  | { kind: "canceled"; message: string; next: string }
  /** Something is wrong in the deployment: a missing secret, a missing catalog. */
  | { kind: "misconfigured"; message: string; next: string };

export type FailureKind = Failure["kind"];
export type FailureOf<Kind extends FailureKind> = Extract<Failure, { kind: Kind }>;

const doLess = "Do less in one run: filter early, keep less in memory, or split the work over several runs.";

/** Limits that no API file can set, with the advice for each. */
export const fixedLimits = {
  "processor time": doLess,
  "memory of an isolate": doLess,
  "approvals that wait":
    "Ask the user to approve or drop what is waiting in the console. Then send the code again.",
  "refused requests":
    "Read why the requests above were refused and correct the code. No further request of this run is sent.",
  "requests of a paused run": "Split the work over several runs.",
  "steps of a background run": "What was done stands. Go on from there in another run, and ask less often.",
  "an answer of a background run":
    "What was done stands. Ask for less at a time, or read it in a run without background.",
  "answers of a background run":
    "What was done stands. Go on from there in another run, and read less in one.",
};
export type FixedLimit = keyof typeof fixedLimits;

const fixedUnits: Record<FixedLimit, string> = {
  "processor time": "ms",
  "memory of an isolate": "MB",
  "approvals that wait": "requests",
  "refused requests": "refused requests",
  "requests of a paused run": "requests",
  "steps of a background run": "requests and sleeps",
  "an answer of a background run": "bytes",
  "answers of a background run": "bytes",
};

/** What a limit is counted in, for those who cannot be believed about it. */
export function unitOf(limit: BudgetName | FixedLimit): string {
  return Object.hasOwn(fixedUnits, limit)
    ? fixedUnits[limit as FixedLimit]
    : budgets[limit as BudgetName].unit;
}

/** Budgets of a single request: code may catch that it meets one, and make the request smaller. The others end the run. */
export const budgetsOfOneRequest: ReadonlySet<string> = new Set<BudgetName>([
  "urlBytes",
  "headerBytes",
  "redirects",
  "requestMs",
]);

/** @returns what happened, and what to do next, for a person or a model. A new kind does not compile without its words. */
export function describeFailure(failure: Failure): { sentence: string; next: string } {
  switch (failure.kind) {
    case "syntax":
      return {
        sentence: `The code does not parse: ${failure.message} (line ${failure.line}, column ${failure.column + 1}).`,
        next: `Fix this line and send the code again:\n${failure.source}\n${" ".repeat(failure.column)}^`,
      };
    case "unusable-code":
      return { sentence: failure.message, next: failure.next };
    case "thrown": {
      const where = failure.line === undefined ? "" : ` at line ${failure.line}`;
      return {
        sentence: `The code threw ${failure.name}${where}: ${failure.message}`,
        next: [
          failure.source
            ? `That line is: ${failure.source.trim()}`
            : "Catch it with try/catch, or fix the cause.",
          ...ofState(failure),
          ...(failure.answers ?? []),
        ].join("\n"),
      };
    }
    case "timed-out":
      return {
        sentence: `The code did not finish within ${failure.limitMs} ms (runMs).`,
        next: `Do less in one run: fetch fewer pages, filter earlier, or split the work over several runs. ${orInBackground}`,
      };
    case "limit-reached": {
      const { limit, value, unit } = failure;
      const raise = `ask the operator to raise "${limit}" under "budgets" in the API file.`;
      if (budgetsOfOneRequest.has(limit))
        return {
          sentence: `A request was not sent: it is beyond the limit of ${inDigits(value)} ${unit} (${limit}).`,
          next: `Make it smaller, or ${raise}`,
        };
      return {
        sentence: `The run was ended at its limit of ${inDigits(value)} ${unit} (${limit}).`,
        next: Object.hasOwn(fixedLimits, limit)
          ? fixedLimits[limit as FixedLimit]
          : `What is listed as answered was done and stands; nothing after it was sent. Go on from there in another run (state keeps what was read), or ${raise}${limit === "runMs" ? ` ${orInBackground}` : ""}`,
      };
    }
    case "needs-approval":
      return {
        sentence: `${failure.operation}${failure.more ? ` and ${failure.more} more need` : " needs"} a person's approval. The run was paused.`,
        next:
          `Ask the user to decide${failure.link ? ` at ${failure.link}` : ""}, then send exactly the same code again: ` +
          "it continues from here, and nothing is sent twice.",
      };
    case "needs-scope":
      return {
        sentence: `${failure.operation} needs the scope ${failure.scope}, which this connection was not given.`,
        next:
          failure.reconnect ??
          `Ask the user to give this connection ${conjunction([failure.scope, ...(failure.also ?? [])])}.`,
      };
    case "stopped":
      return {
        sentence: `This run did not end and was stopped: ${failure.sure ? "" : "most likely "}its code ${stoppedBecause[failure.why]}. The server was restarted; nothing that was committed is lost.`,
        next: "Do not send the same code again. Find the part that never ends or keeps growing (a regular expression that backtracks, a built-in over an enormous range, a buffer or list of everything) and do it in smaller steps. For each request listed here without an answer, first read whether it took effect.",
      };
    case "interrupted":
      if (failure.by === "person")
        return {
          sentence: "This run was stopped by its user. It sends nothing more.",
          next: "What it had sent is listed. For each write without an answer, first read whether it took effect.",
        };
      return {
        sentence: `This run was interrupted: ${
          failure.by === "stop"
            ? "the server was stopped in order"
            : "the server had to be restarted because of another run"
        }. This one is not at fault, and nothing that was committed is lost.`,
        next: `${failure.by === "stop" ? "Wait until the server runs again. " : ""}If it only reads, send the same code again. If it writes, first read which of the requests listed here took effect.`,
      };
    case "sleeping":
      return { sentence: "This run goes on later.", next: "recall tells how far it is." };
    case "canceled":
      return { sentence: failure.message, next: failure.next };
    default:
      return describeCallFailure(failure);
  }
}

const orInBackground = "What takes longer runs with background: true.";

/** What code that reads a member of `state` as if it were there has missed. */
function ofState({ message, source = "" }: { message: string; source?: string | undefined }): string[] {
  const [, name] = /\bstate\.([\w$]+)\s*[.[]/.exec(source) ?? [];
  // The engine's own words: "Cannot read properties of undefined".
  return name !== undefined && message.includes("undefined")
    ? [`state has only what earlier runs put in: if state.${name} is missing, begin with state.${name} ??= …`]
    : [];
}

const callFailureKinds = [
  "unknown-operation",
  "bad-arguments",
  "denied",
  "upstream-error",
  "upstream-unreachable",
  "outcome-unknown",
  "misconfigured",
] as const;
type CallFailureKind = (typeof callFailureKinds)[number];

/** Whether `describeCallFailure` has words for it. */
export const isCallFailure = (failure: Failure): failure is FailureOf<CallFailureKind> =>
  (callFailureKinds as readonly string[]).includes(failure.kind);

/** A clause as the end of a sentence: another one follows. */
function closed(clause: string): string {
  return /[.!?]$/.test(clause) ? clause : `${clause}.`;
}

/** The failures that the client in the isolate raises itself. Only these words are shipped there. */
export function describeCallFailure(failure: FailureOf<CallFailureKind>): { sentence: string; next: string } {
  switch (failure.kind) {
    case "unknown-operation":
      return {
        sentence: `${notRun(failure)}The API has no operation ${failure.asked}${lineIn(failure)}.${alsoIn(failure)}`,
        next: failure.signatures?.length
          ? `The nearest are:\n${failure.signatures.join("\n")}`
          : failure.nearest.length > 0
            ? `The nearest are: ${failure.nearest.join("; ")}.`
            : "Use find(text) in search to find the right one.",
      };
    case "bad-arguments": {
      const anyway = failure.passable
        ? "If the document is wrong about this, send the same code again, or add check: false to the arguments of the call. "
        : "";
      return {
        sentence: `${notRun(failure)}Wrong arguments for ${failure.operation}${lineIn(failure)}: ${ended(failure.problems.join("; "))}${alsoIn(failure)}`,
        next:
          anyway +
          (failure.signature
            ? `The signature is:\n${failure.signature}`
            : "Use describe(operation) to see them."),
      };
    }
    case "denied":
      return { sentence: failure.message, next: `The rule that decided: ${closed(failure.rule)}` };
    case "upstream-error":
      return {
        sentence: `${failure.operation ?? "The API"} answered ${failure.status}: ${failure.body}`,
        next: failure.hint ?? "Read the answer, correct the arguments and try again.",
      };
    case "upstream-unreachable":
      return {
        sentence: `The API could not be reached: ${closed(failure.message)}`,
        next: "Nothing was changed. Try again in a moment. If it keeps failing, tell the user.",
      };
    case "outcome-unknown":
      return {
        sentence: `${failure.operation ?? "A write"} was sent and no answer came back: ${closed(failure.message)}`,
        next: "It may have taken effect. Read the current state before you send it again.",
      };
    case "misconfigured":
      return { sentence: failure.message, next: failure.next };
  }
}

/** `1,000` */
function inDigits(value: number): string {
  return value.toLocaleString("en-US");
}

const stoppedBecause = {
  stuck: "kept the server busy without ever letting go",
  bloated: "took more memory than the server has for all runs together",
  gone: "ended the server's process, probably by taking more memory than there is",
};

/** For problems found before the run: the model must not assume that some requests were sent. */
function notRun({ line }: { line?: number }): string {
  return line === undefined ? "" : "Nothing was run or sent. ";
}

function lineIn({ line }: { line?: number }): string {
  return line === undefined ? "" : ` (line ${line})`;
}

function ended(sentence: string): string {
  return sentence.endsWith("?") ? sentence : `${sentence}.`;
}

function alsoIn({ also }: { also?: string[] }): string {
  return also && also.length > 0 ? ` Also: ${also.join("; ")}.` : "";
}

/** Of an answer that did not come, or not to its end. @param status what it began with */
export function brokenOff(status: number | undefined): string {
  const began =
    status === undefined
      ? "no answer came"
      : `it answered ${status}, and the answer broke off before its end`;
  return `${began}: the connection was lost, or a limit of the run was reached (see the rule of the request)`;
}
