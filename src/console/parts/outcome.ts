/** How a run or a request ended, in a reader's words. The filter of runs uses the same words. */
import { state, type Tone } from "../../auth/pages/elements.ts";
import type { IconName } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import type { FailureKind, RequestRecord } from "../../terms/failure.ts";

/** The ledger does not record the end of a stopped run, so such a run counts as interrupted. */
export const outcomes: Record<"ok" | "running" | FailureKind, string> = {
  ok: "Done",
  running: "Running",
  "unusable-code": "Unusable code",
  syntax: "Syntax error",
  "unknown-operation": "Unknown operation",
  "bad-arguments": "Wrong arguments",
  thrown: "Code threw",
  "timed-out": "Timed out",
  "limit-reached": "Limit reached",
  denied: "Refused",
  "needs-approval": "Waits for you",
  "needs-scope": "Not granted",
  "upstream-error": "API error",
  "upstream-unreachable": "Unreachable",
  "outcome-unknown": "Unknown",
  misconfigured: "Not set up",
  stopped: "Stopped",
  interrupted: "Interrupted",
  sleeping: "Sleeping",
  canceled: "Canceled",
};

/** What is not here has failed. */
const tones: Record<string, Tone> = {
  ok: "ok",
  running: "run",
  sleeping: "calm",
  canceled: "calm",
  "needs-approval": "wait",
  denied: "refuse",
  "needs-scope": "refuse",
};

const drawings: Record<string, IconName> = {
  sleeping: "clock",
  canceled: "stop",
  stopped: "stop",
  interrupted: "stop",
  "outcome-unknown": "unknown",
};

export const toneOf = (outcome: string): Tone => tones[outcome] ?? "fail";

/** Nobody is asked, and nothing was sent: of a run as of a request. */
const planned = state("calm", "Planned", "plan");

export function outcomeState(outcome: string, isPlan = false): Markup {
  if (isPlan && outcome === "ok") return planned;
  return state(toneOf(outcome), (outcomes as Record<string, string>)[outcome] ?? outcome, drawings[outcome]);
}

export function requestTone({ outcome, status = 0 }: Pick<RequestRecord, "outcome" | "status">): Tone {
  if (outcome === "answered") return status < 400 ? "ok" : "fail";
  if (outcome === "waiting") return "wait";
  if (outcome === "planned") return "calm";
  if (outcome === "under way") return "run";
  return outcome === "denied" ? "refuse" : "fail";
}

/** Outcomes of requests that did not leave. */
export const stayed: ReadonlySet<RequestRecord["outcome"]> = new Set(["denied", "waiting", "planned"]);

const requestOutcomes: Record<Exclude<RequestRecord["outcome"], "answered">, string> = {
  denied: "Not sent",
  unreachable: "Unreachable",
  unknown: "Outcome unknown",
  waiting: "Waits for you",
  planned: "Planned",
  "under way": "Under way",
};

/** The status of the answer, or why there is none. */
export function requestAnswer({ outcome, status }: Pick<RequestRecord, "outcome" | "status">): string {
  return outcome === "answered" ? String(status ?? outcome) : requestOutcomes[outcome];
}

export function requestState(request: Pick<RequestRecord, "outcome" | "status">): Markup {
  if (request.outcome === "planned") return planned;
  const drawing = request.outcome === "unknown" ? drawings["outcome-unknown"] : undefined;
  return state(requestTone(request), requestAnswer(request), drawing);
}
