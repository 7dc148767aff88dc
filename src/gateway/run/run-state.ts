/**
 * What the gateway knows of the runs under way: what each has used up and what it sent. Kept in the memory of the
 * isolate. The host opens a run before its code starts and closes it afterwards, in the same isolate: an entrypoint
 * that is handed out through `ctx.exports` runs where its host runs, in local workerd and, as a rule, on Workers.
 * Where it does not, the gateway makes a state of its own for the run: every request is still decided and counted
 * there, and the host finds fewer requests in its record than were sent. Decisions never depend on this state being
 * shared; only the counts do.
 */
import type { RunTrace } from "./trace.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { budgetsOf, type BudgetOverrides, type BudgetValues } from "../../terms/budgets.ts";
import type { ExactRequest, KeptAnswer } from "../../terms/approvals.ts";
import type { RunScope } from "./props.ts";
import { Turnstile } from "./turnstile.ts";

/** What a run has used at one API. */
export interface Usage {
  budgets: BudgetValues;
  requests: number;
  retries: number;
  bytesUp: number;
  bytesDown: number;
  turnstile: Turnstile;
}

/** A request that went out before the first ask. */
export interface SentBefore {
  request: ExactRequest;
  ticket: string;
  answer?: KeptAnswer;
  /** The ledger knows it by its ticket. */
  told: boolean;
}

export interface Pausing {
  /** The ledger decides on every request from here on. */
  continuing: boolean;
  /** The first ask is being decided on: nothing else is meanwhile. */
  beginning: boolean;
  turnstile: Turnstile;
  sent: SentBefore[];
  keptBytes: number;
  /** Requests that are being decided on or sent. */
  underWay: number;
  /** Operations of the requests that wait for the person. */
  waiting: string[];
  /** Writes of a plan, in their order. */
  planned: ExactRequest[];
  /** Id of the paused run or the plan. */
  continuation?: string;
  lastPauseAt: number;
}

export interface RunState {
  runId: string;
  /** The same objects for all requests of the run, so that what follows from them is worked out once. */
  scope: RunScope | undefined;
  startedAt: number;
  records: RequestRecord[];
  usage: Map<string, Usage>;
  /** How often a write of the same content was sent, by its digest. */
  writes: Map<string, number>;
  /** When it was last known that the run's connection stands, in milliseconds since the epoch. */
  standingAt: number;
  /** Set when the connection was revoked in the middle of the run: nothing is sent for it any more. */
  revoked: boolean;
  /** Told of each request when it leaves and when it is answered. */
  trace?: RunTrace | undefined;
  /** Set when the host has closed the run: nothing is sent for it any more. */
  closed: boolean;
  /** What waits for a person, and what was sent before; for runs that may meet an `ask`. */
  pausing?: Pausing;
}

/** A state that nobody closes is dropped after this time; runs are much shorter. */
const forgetAfterMs = 15 * 60_000;

const runs = new Map<string, RunState>();

/** Opens a run. An id is used once. */
export function openRun(runId: string, trace?: RunTrace): RunState {
  const now = Date.now();
  forget(now);
  const state: RunState = {
    runId,
    scope: undefined,
    startedAt: now,
    standingAt: now,
    revoked: false,
    records: [],
    usage: new Map(),
    writes: new Map(),
    trace,
    closed: false,
  };
  runs.set(runId, state);
  return state;
}

/**
 * Closes a run.
 * @returns what it sent, in the order it was asked for; empty if the run sent nothing
 */
export function closeRun(runId: string): RequestRecord[] {
  const state = runs.get(runId);
  if (!state) return [];
  state.closed = true;
  return state.records;
}

/** The state of a run; made here if the host did not open it in this isolate. */
export function stateOf(runId: string): RunState {
  return runs.get(runId) ?? openRun(runId);
}

/** What a run has used at an API, starting at nothing. */
export function usageOf(state: RunState, api: string, budgets: BudgetOverrides = {}): Usage {
  let usage = state.usage.get(api);
  if (!usage) {
    const values = budgetsOf(budgets);
    usage = {
      budgets: values,
      requests: 0,
      retries: 0,
      bytesUp: 0,
      bytesDown: 0,
      turnstile: new Turnstile(values.inFlight),
    };
    state.usage.set(api, usage);
  }
  return usage;
}

function forget(now: number): void {
  for (const [runId, state] of runs) {
    if (now - state.startedAt < forgetAfterMs) break;
    runs.delete(runId);
  }
}
