/**
 * What the gateway knows of the runs under way: what each has used up and what it sent. Kept in the memory of the
 * isolate. The host opens a run before its code starts and closes it afterwards, in the same isolate: an entrypoint
 * that is handed out through `ctx.exports` runs where its host runs, in local workerd and, as a rule, on Workers.
 * Where it does not, the gateway makes a state of its own for the run: every request is still decided and counted
 * there, and the host finds fewer requests in its record than were sent. Decisions never depend on this state being
 * shared; only the counts do.
 */
import type { RunTrace } from "./trace.ts";
import type { Learning } from "../../learned/learned.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";
import type { ExactRequest, KeptAnswer } from "../../terms/approvals.ts";
import { budgetsOf, type BudgetValues } from "../../terms/budgets.ts";
import type { Caller } from "../../terms/caller.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { RunScope } from "./props.ts";
import { Semaphore } from "./waiting.ts";

/** What a run has used at one API. */
export interface Usage {
  budgets: BudgetValues;
  requests: number;
  retries: number;
  bytesUp: number;
  bytesDown: number;
  /** Requests that may be under way at a time. */
  inFlight: Semaphore;
}

/** A request that went out before the first ask. */
export interface SentBefore {
  request: ExactRequest;
  ticket: string;
  answer?: KeptAnswer;
  /** The ledger knows it by its ticket. */
  told: boolean;
}

/** What waits for a person, and what was sent before. */
export interface Pausing {
  /** The ledger decides on every request from here on. */
  continuing: boolean;
  /** The first ask is being decided on: nothing else is meanwhile. */
  beginning: boolean;
  /** One decision at a time, until the run continues. */
  deciding: Semaphore;
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
  /** When it was last known that the run's connection was not revoked, in milliseconds since the epoch. */
  connectedAt: number;
  /** Set when the connection was revoked in the middle of the run: nothing is sent for it any more. */
  revoked: boolean;
  /** Told of each request when it leaves and when it is answered. */
  trace?: RunTrace | undefined;
  /** Set when the host has closed the run: nothing is sent for it any more. */
  closed: boolean;
  /** For runs that may meet an `ask`. */
  pausing?: Pausing;
}

/** What a request needs to know of its run: who is calling, what may be called, and where things are. */
export interface RunContext {
  run: RunState;
  caller: Caller;
  apis: readonly DeployedApi[];
  /** The Worker's bindings and secrets by name. */
  env: Record<string, unknown>;
  open(api: DeployedApi): Promise<OpenedCatalog>;
  /** Looks at answers that the document does not describe. */
  learning?: Learning;
}

/** A state is dropped after this time; runs are much shorter. */
const forgetAfterMs = 15 * 60_000;

/** For the entrypoint alone, which is handed nothing but props; everybody else is handed the run. */
const runs = new Map<string, RunState>();

/**
 * Opens a run: the host owns it, and closes it.
 * @param runId an id that was never used before
 * @param trace told of each request of the run
 */
export function openRun(runId: string, trace?: RunTrace): RunState {
  const now = Date.now();
  forget(now);
  const state: RunState = {
    runId,
    scope: undefined,
    startedAt: now,
    connectedAt: now,
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

/** Nothing is sent for the run any more. @returns what it sent, in the order it was asked for */
export function closeRun(run: RunState): RequestRecord[] {
  run.closed = true;
  return run.records;
}

/** The state of the run that props name; made here if the host did not open it in this isolate. */
export function stateOf(runId: string): RunState {
  return runs.get(runId) ?? openRun(runId);
}

/** What a run has used at an API, starting at nothing. */
export function usageOf(run: RunState, { name, file }: DeployedApi): Usage {
  let usage = run.usage.get(name);
  if (!usage) {
    const budgets = budgetsOf(file.budgets);
    const inFlight = new Semaphore(budgets.inFlight);
    usage = { budgets, requests: 0, retries: 0, bytesUp: 0, bytesDown: 0, inFlight };
    run.usage.set(name, usage);
  }
  return usage;
}

function forget(now: number): void {
  for (const [runId, state] of runs) {
    if (now - state.startedAt < forgetAfterMs) break;
    runs.delete(runId);
  }
}
