/**
 * Runs that go on after the reply: what the person's ledger keeps of one between its slices. A slice is one stretch in which
 * the code runs; the next one runs the same code from its beginning, and gets everything that it asked outside answered
 * from the journal, in the order in which it was answered.
 */
import type { AllowedProgram, KeptAnswer, SliceName, Step } from "./approvals.ts";
import type { CapabilitySet } from "./capabilities.ts";
import type { Caller } from "./caller.ts";
import type { RequestRecord } from "./failure.ts";
import type { RunStart } from "./record.ts";

const dayMs = 24 * 60 * 60_000;

export const lastingLimits = {
  /** From its beginning: a month of waiting for a person, or for a date. */
  maxMs: 30 * dayMs,
  /** Of one person. More is a loop that begins runs. */
  atOnce: 20,
  /** Things that the code asked outside: requests and sleeps. All of them are answered again in each slice. */
  maxEntries: 5_000,
  /** Of answers, with their headers, together. */
  maxBytes: 100_000_000,
  /** Of all runs of a user: a third of what a ledger holds (src/store/ledger/limits.ts). */
  maxAllBytes: 300_000_000,
  /** Of one answer. */
  maxAnswerBytes: 8_000_000,
  /** A shorter sleep is waited for; a longer one ends the slice. */
  shortSleepMs: 2_000,
  /** After this time a slice begins nothing new, so that it ends between two requests. */
  sliceMs: 20_000,
  /** Slices in a row that may die without having got anything new: the code may be what kills the server. */
  maxDeaths: 3,
  /** Slices that may die in `deathsMs`, however far they got: a server is restarted now and then, but not each time that a step is done. */
  maxDeathsLately: 5,
  deathsMs: 60 * 60_000,
  /** From the second of these on, the next slice begins so much later, twice as much each time: others are served meanwhile. */
  afterDeathMs: 10_000,
  /** Slices in a row that may fail because something of the deployment did not answer. */
  maxFailures: 10,
} as const;

/** When something was answered: its place in the order, and what the run's clock says from then on. */
export interface Moment {
  seq: number;
  /** Milliseconds since the epoch; never less than before. */
  at: number;
}

/** Something that was answered. */
export interface NewEntry extends Step {
  /** `write`: it left, and may have changed something. */
  kind: "read" | "write" | "sleep";
  /** Of a request. */
  record?: RequestRecord;
  answer?: KeptAnswer;
}

export interface JournalEntry extends NewEntry, Moment {
  /** A long answer is read when it is wanted. */
  answerLeftOut?: true;
}

/** What begins a lasting run. */
export interface LastingStart {
  start: RunStart;
  caller: Caller;
  /** Names of the APIs of the path that the client called. */
  apis: string[];
  /** Of the console. */
  origin: string;
  /** Code that was sent again after the check had refused it is not refused. */
  insisted: boolean;
  /** What the code can call, where a person may be asked about it; of a kept program, what they allowed. */
  capabilities?: CapabilitySet;
}

/** Everything that a slice begins with. */
export interface Slice extends SliceName, LastingStart {
  /** Of its random numbers: 64 hex digits. */
  seed: string;
  entries: JournalEntry[];
  /** Its program, if a person allowed it as a whole: what its slice is held to. */
  allowed?: AllowedProgram;
}

/** How far a lasting run is. */
export interface LastingState {
  state: "running" | "sleeping" | "waiting";
  /** When it goes on by itself, in milliseconds since the epoch. */
  untilMs?: number;
  /** Where a person decides what it waits for. */
  link?: string;
  /** Answered so far. */
  requests: number;
}
