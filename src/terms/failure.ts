/**
 * Every way a call can fail, in one union. An expected failure is returned as data and rendered here, once;
 * an exception that reaches the tools is a bug of ours.
 */
import type { BudgetName } from "./budgets.ts";

/** One request that a run sent or tried to send, as the gateway recorded it. Never holds bodies or secrets. */
export interface RequestRecord {
  /** Name of the API in this deployment. */
  api: string;
  method: string;
  /** URL without credentials: secret query parameters are removed before it is recorded. */
  url: string;
  /** Id of the one operation of the document that the request was matched to. */
  operation?: string;
  /**
   * What became of it. `waiting`: not sent, a person has to approve it. `planned`: not sent, only listed.
   * `under way`: sent or about to be; also of a request that the run did not wait for.
   */
  outcome: "answered" | "denied" | "unreachable" | "unknown" | "waiting" | "planned" | "under way";
  /** HTTP status of the upstream's answer. */
  status?: number;
  /** When it was handed to the gateway, in milliseconds since the epoch. */
  startedAtMs?: number;
  durationMs: number;
  /** Bytes of the request body and of the response body, as far as it was read. */
  bytesUp: number;
  bytesDown: number;
  /** The rule that decided, in words. */
  rule?: string;
  /** Why it was not answered; with the words of the failure where code is not trusted to repeat them. */
  failure?: { kind: FailureKind; message?: string; next?: string };
  /** Answered from what an earlier run was answered, not sent again. */
  replayed?: true;
}

export type Failure =
  /** The code does not parse. `line` is 1-based, `column` 0-based, both in the code as it was sent. */
  | { kind: "syntax"; message: string; line: number; column: number; source: string }
  /** The code cannot be taken as it is: empty, too long, not text, or it loads modules. */
  | { kind: "unusable-code"; message: string; next: string }
  /** The code threw. `line` is the line of the code as it was sent, when known. */
  | {
      kind: "thrown";
      name: string;
      message: string;
      line?: number;
      column?: number;
      source?: string;
      /** What the last answers had, a sentence each, where the code asked for something that they had not. */
      answers?: string[];
    }
  /** The run's wall time, `runMs`, is over. */
  | { kind: "timed-out"; limitMs: number }
  /** A budget of the run, or a limit that nobody can set, is used up: which, its value, its unit. */
  | { kind: "limit-reached"; limit: BudgetName | FixedLimit; value: number; unit: string }
  /** `line` and `also` (problems of other calls, a sentence each) where it was found before the run. */
  | {
      kind: "unknown-operation";
      asked: string;
      nearest: string[];
      /** How those that are nearest are called. */
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
      /** The same code passes when it is sent again: the document may be wrong. */
      passable?: boolean;
    }
  | { kind: "denied"; operation?: string; rule: string; message: string }
  /** `more`: how many other requests of the run wait too. `link`: where the person decides; set by the host only. */
  | { kind: "needs-approval"; operation: string; more?: number; link?: string }
  /** `also`: further scopes that other calls of the same code need and the connection has not. */
  | { kind: "needs-scope"; operation: string; scope: string; also?: string[] }
  | { kind: "upstream-error"; operation?: string; status: number; body: string; hint?: string }
  | { kind: "upstream-unreachable"; operation?: string; message: string }
  /** A write was sent and no answer came back: it may or may not have happened. */
  | { kind: "outcome-unknown"; operation?: string; message: string }
  /** The code stopped the whole server, which was restarted. `sure`: no other code can have done it. */
  | { kind: "stopped"; why: "stuck" | "bloated" | "gone"; sure: boolean }
  /** The server was restarted while this run was under way, because of another one. */
  | { kind: "interrupted" }
  /** A part of the deployment is not as it must be: a missing secret, a catalog that is not stored. */
  | { kind: "misconfigured"; message: string; next: string };

export type FailureKind = Failure["kind"];
export type FailureOf<Kind extends FailureKind> = Extract<Failure, { kind: Kind }>;

const doLess =
  "Do less in one run: leave out early what is not wanted, keep less at a time, or split the work over several runs.";

/** Limits that no API's file sets, with what to do at each. */
export const fixedLimits = {
  "processor time": doLess,
  "memory of an isolate": doLess,
  "approvals that wait":
    "Ask the user to decide on what waits in the console, or to drop it. Then send the code again.",
  "requests of a paused run": "Split the work over several runs.",
};
export type FixedLimit = keyof typeof fixedLimits;

/** What a person or a model reads: one sentence that says what happened, one that says what to do next. */
interface FailureText {
  sentence: string;
  next: string;
}

/** Renders a failure. Pure; the exhaustive switch makes a new kind a compile error until it has its words. */
export function describeFailure(failure: Failure): FailureText {
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
          ...(failure.answers ?? []),
        ].join("\n"),
      };
    }
    case "timed-out":
      return {
        sentence: `The code did not finish within ${failure.limitMs} ms (runMs).`,
        next: "Do less in one run: fetch fewer pages, filter earlier, or split the work over several runs.",
      };
    case "limit-reached": {
      const { limit, value, unit } = failure;
      return {
        sentence: `The run reached its limit of ${value} ${unit} (${limit}).`,
        next: isFixed(limit)
          ? fixedLimits[limit]
          : `Split the work over several runs, or ask the operator to raise "${limit}" under "budgets" in the API's file.`,
      };
    }
    case "needs-approval":
      return {
        sentence: `${failure.operation}${failure.more ? ` and ${failure.more} more need` : " needs"} a person's approval. The run was paused.`,
        next:
          `Ask the user to decide${failure.link ? ` at ${failure.link}` : ""}, then send exactly the same code again: ` +
          "it goes on from here, what was sent is not sent twice.",
      };
    case "needs-scope":
      return {
        sentence: `${failure.operation} needs the scope ${failure.scope}, which this connection was not given.`,
        next: tickAll([failure.scope, ...(failure.also ?? [])]),
      };
    case "stopped":
      return {
        sentence: `This run did not end and was stopped: ${failure.sure ? "" : "most likely "}its code ${stoppedBecause[failure.why]}. The server was restarted; nothing that was committed is lost.`,
        next: "Do not send the same code again: find the part that never ends or grows without end (a regular expression that backtracks, a built-in over an enormous range, a buffer or list of everything) and do it in smaller steps. Of each request listed here without an answer, read first what became of it.",
      };
    case "interrupted":
      return {
        sentence:
          "This run was interrupted: the server had to be restarted because of another run. This one is not at fault, and nothing that was committed is lost.",
        next: "If it only reads, send the same code again. If it writes, read first what became of the requests listed here.",
      };
    default:
      return describeCallFailure(failure);
  }
}

type CallFailureKind =
  | "unknown-operation"
  | "bad-arguments"
  | "denied"
  | "upstream-error"
  | "upstream-unreachable"
  | "outcome-unknown"
  | "misconfigured";

/** The failures that the client in the isolate raises itself. Only these words are shipped there. */
export function describeCallFailure(failure: FailureOf<CallFailureKind>): FailureText {
  switch (failure.kind) {
    case "unknown-operation":
      return {
        sentence: `${notRun(failure)}The API has no operation ${failure.asked}${lineIn(failure)}.${alsoIn(failure)}`,
        next: failure.signatures?.length
          ? `The nearest are:\n${failure.signatures.join("\n")}`
          : failure.nearest.length > 0
            ? `The nearest are: ${failure.nearest.join("; ")}.`
            : "Use find(text) in search to look for the right one.",
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
      return { sentence: failure.message, next: `The rule that decided: ${failure.rule}.` };
    case "upstream-error":
      return {
        sentence: `${failure.operation ?? "The API"} answered ${failure.status}: ${failure.body}`,
        next: failure.hint ?? "Read the answer, correct the arguments and try again.",
      };
    case "upstream-unreachable":
      return {
        sentence: `The API could not be reached: ${failure.message}`,
        next: "Nothing was changed. Try again in a moment; if it stays so, tell the user.",
      };
    case "outcome-unknown":
      return {
        sentence: `${failure.operation ?? "A write"} was sent and no answer came back: ${failure.message}`,
        next: "It may have happened. Read the current state before you send it again.",
      };
    case "misconfigured":
      return { sentence: failure.message, next: failure.next };
  }
}

function isFixed(limit: string): limit is FixedLimit {
  return Object.hasOwn(fixedLimits, limit);
}

function tickAll(scopes: string[]): string {
  const all = new Intl.ListFormat("en-GB", { type: "conjunction" }).format(scopes);
  const why = scopes.length > 1 ? ": this code needs them all" : "";
  return `Ask the user to reconnect isogate and tick ${all}${why}.`;
}

const stoppedBecause = {
  stuck: "kept the server busy without ever letting go",
  bloated: "took more memory than the server has for all runs together",
  gone: "ended the server's process, as code does that takes more memory than there is",
};

/** Found before the run: the model must not think that half of its requests went out. */
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
