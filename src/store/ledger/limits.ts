/** How much the ledger of one user keeps, and for how long. docs/storage.md says the same to people. */

const dayMs = 24 * 60 * 60 * 1000;

export interface LedgerLimits {
  maxRuns: number;
  maxAgeMs: number;
  maxBytes: number;
}

export const ledgerLimits: LedgerLimits = {
  /** What still lists and filters in 50 ms (test/store/ledger/many-runs.worker.test.ts). */
  maxRuns: 100_000,
  /** A quarter: "what did it do before the last release" is still answered. */
  maxAgeMs: 90 * dayMs,
  /** Bytes of the user's database. A Durable Object holds 10 GB; a tenth of it leaves room for the index to grow. */
  maxBytes: 1_000_000_000,
};

/** Runs that one pass of the clean-up removes at most: a few milliseconds, so that nobody waits behind it. */
export const maxRemovedAtOnce = 500;

/** A row of SQLite storage holds at most 2 MB. UTF-8 takes up to 3 bytes for a char, but such texts are rare: checked in bytes. */
export const maxRowBytes = 1_900_000;

/** Results kept whole for `recall`: a conversation looks back over its last calls, not over last week's. */
export const maxKeptResults = 50;
export const maxKeptResultAgeMs = dayMs;

/** An approval waits so long from the last pause or decision on: a person who went home decides in the morning. */
export const approvalMaxAgeMs = dayMs;

/** Requests of one user that wait for a decision. More is a loop, not a task. */
export const maxWaiting = 1_000;

/** Requests that are kept of one paused run. */
export const maxKeptRequests = 2_000;

/** A run without an end after this time is shown as interrupted: no run lasts so long (its own limit is far lower). */
export const interruptedAfterMs = 10 * 60 * 1000;

/** How often what is too old is removed when nobody calls. */
export const cleanUpEveryMs = dayMs;
