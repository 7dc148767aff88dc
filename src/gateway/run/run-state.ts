/**
 * What each run under way has used and sent, in the memory of the isolate. The host opens a run before its code starts
 * and closes it afterwards. An entrypoint of `ctx.exports` runs in its host's isolate: always in local workerd, as a
 * rule on Workers. Elsewhere, the gateway opens a state of its own: every request is still decided and counted there,
 * but the host's record lacks it. Only counts depend on the state being shared; decisions never do.
 */
import type { RunTrace } from "./trace.ts";
import type { Learning } from "../../learned/learned.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";
import type { ExactRequest, KeptAnswer } from "../../terms/approvals.ts";
import { budgetsOf, type BudgetValues } from "../../terms/budgets.ts";
import type { Caller } from "../../terms/caller.ts";
import type { CapabilitySet } from "../../terms/capabilities.ts";
import type { Failure, RequestRecord } from "../../terms/failure.ts";
import type { RunStart } from "../../terms/record.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { Journal } from "./journal.ts";
import type { RunScope } from "./props.ts";
import { Semaphore } from "./waiting.ts";

/** What a run has used at one API. */
export interface Usage {
  budgets: BudgetValues;
  requests: number;
  retries: number;
  bytesUp: number;
  bytesDown: number;
  /** Limits the requests under way at a time. */
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
  /** The first ask is being decided on; other decisions wait. */
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
  /** The same objects for all requests of the run, so that caches keyed by them work. */
  scope: RunScope | undefined;
  startedAt: number;
  records: RequestRecord[];
  usage: Map<string, Usage>;
  /** How often a write of the same content was sent, by its digest. */
  writes: Map<string, number>;
  /** When the run's connection was last known to be valid, in milliseconds since the epoch. */
  connectedAt: number;
  /** The connection was revoked during the run: nothing more is sent. */
  revoked: boolean;
  /** Its person ended it, as a write was told that was about to leave. */
  stopped?: boolean;
  /** As its record begins, if the host has opened it in this isolate. */
  start?: RunStart;
  trace?: RunTrace | undefined;
  /** The host has closed the run: nothing more is sent. */
  closed: boolean;
  /** For runs that may meet an `ask`. */
  pausing?: Pausing;
  /** Of a slice of a lasting run. */
  journal?: Journal;
  /** Something of the deployment did not answer, so that this slice could not go on. */
  broken?: Failure;
}

/** What a request needs to know of its run. */
export interface RunContext {
  run: RunState;
  caller: Caller;
  apis: readonly DeployedApi[];
  /** What the program may call at most, if a person allowed it as a whole. */
  capabilities?: CapabilitySet;
  /** The Worker's bindings and secrets by name. */
  env: Record<string, unknown>;
  open(api: DeployedApi): Promise<OpenedCatalog>;
  /**
   * Stores that a write leaves, before it does.
   * @returns why it may not
   * @throws StoreFault if that is not stored: then nothing may leave
   */
  leaving?(record: RequestRecord): Promise<Failure | undefined>;
  /** Learns from answers that the document does not describe. */
  learning?: Learning;
  /** Which thing of a lasting run this request is. */
  step?: number;
}

/** A state is dropped after this time. Runs are much shorter. */
const forgetAfterMs = 15 * 60_000;

/** Only for the entrypoint, which gets props; everything else gets the run itself. */
const runs = new Map<string, RunState>();

/** Those that are not closed. */
const open = new Set<RunState>();

/**
 * Opens a run. The host owns it, and closes it when its code has ended.
 * @param runId a new id
 * @param trace notified of each request
 */
export function openRun(runId: string, trace?: RunTrace): RunState {
  const now = Date.now();
  forget(now);
  const state = { ...newState(runId, now), trace };
  runs.set(runId, state);
  open.add(state);
  return state;
}

function newState(runId: string, startedAt: number): RunState {
  return {
    runId,
    scope: undefined,
    startedAt,
    connectedAt: startedAt,
    revoked: false,
    records: [],
    usage: new Map(),
    writes: new Map(),
    closed: false,
  };
}

/** From here on the gateway sends nothing for it. */
export function closeRun(run: RunState): void {
  run.closed = true;
  open.delete(run);
  // What comes late is told that it is closed, and needs neither its code nor its requests: thousands of runs are remembered.
  if (runs.has(run.runId)) runs.set(run.runId, { ...newState(run.runId, run.startedAt), closed: true });
}

/** Whether no other run has code that may have control. */
export const isOnlyRun = (): boolean => open.size === 1;

/** The state of the run that props name; opened here if the host did not open it in this isolate. */
export function stateOf(runId: string): RunState {
  return runs.get(runId) ?? openRun(runId);
}

export function usageOf(run: RunState, { name, file }: DeployedApi): Usage {
  let usage = run.usage.get(name);
  if (!usage) {
    const budgets = budgetsOf(file.budgets);
    const inFlight = new Semaphore(budgets.inFlight);
    usage = {
      budgets,
      requests: run.journal?.lately(name) ?? 0,
      retries: 0,
      bytesUp: 0,
      bytesDown: 0,
      inFlight,
    };
    run.usage.set(name, usage);
  }
  return usage;
}

function forget(now: number): void {
  for (const [runId, state] of runs) {
    if (now - state.startedAt < forgetAfterMs) break;
    runs.delete(runId);
    // Still there if its client has hung up.
    open.delete(state);
  }
}
