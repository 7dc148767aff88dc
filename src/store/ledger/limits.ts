/** How much one user's ledger keeps, and for how long. docs/storage.md gives the same numbers. */

const dayMs = 24 * 60 * 60 * 1000;

export const ledgerLimits = {
  /** What still lists and filters in 50 ms (test/store/ledger/many-runs.worker.test.ts). */
  maxRuns: 100_000,
  /** A quarter: "what did it do before the last release" can still be answered. */
  maxAgeMs: 90 * dayMs,
  /** Bytes of the user's database. A Durable Object holds 10 GB; a tenth of it leaves room for the index to grow. */
  maxBytes: 1_000_000_000,
};

/** Runs that one pass of the clean-up removes at most: a few milliseconds, so that other calls do not wait. */
export const maxRemovedAtOnce = 500;

/** A row of SQLite storage holds at most 2 MB. In bytes of UTF-8. */
export const maxRowBytes = 1_900_000;

/** Results kept whole for `recall`: each of some conversations at once looks back over its last calls, not over last week's. */
export const maxKeptResults = 200;
export const maxKeptResultAgeMs = dayMs;
/** Of all of them together; the last one stays whatever it is. */
export const maxKeptResultBytes = 64 * 1024 * 1024;

/** A file that a run made is for the conversation; an upload may be used for a while. */
export const madeFileAgeMs = dayMs;
export const uploadAgeMs = 30 * dayMs;
/** All files of a user together: a tenth of what a ledger holds. */
export const maxFiles = 200;
export const maxFilesBytes = 100_000_000;

/** How long an approval waits after the last pause or decision: an evening's question can be answered next morning. */
export const approvalMaxAgeMs = dayMs;

/** How long an approved run whose client gave up is there for the next call of the same code. */
export const unheardMaxAgeMs = 10 * 60_000;

/** Requests of one user that wait for a decision. More is a loop, not a task. */
export const maxWaiting = 1_000;

/** Requests kept of one paused run. */
export const maxKeptRequests = 2_000;

/** A run under way says so every second. One that has been silent for this long is interrupted. */
export const silentAfterMs = 15_000;

/** A slice of a lasting run says so too. After this silence another one follows it; an old one that is still alive gets nothing more. */
export const sliceSilentAfterMs = 8_000;

/** A run without an end after this time is interrupted, whatever it says: the run's own limit is far lower. */
export const interruptedAfterMs = 10 * 60 * 1000;

/** How often the ledger removes what is too old when it gets no calls. */
export const cleanUpEveryMs = dayMs;
