/** How long an approval waits and how many may wait. docs/storage.md says the same to people. */

/** From the last pause or decision on. A day: a person who went home decides in the morning. */
export const approvalMaxAgeMs = 24 * 60 * 60 * 1000;

/** Requests of one user that wait for a decision. More is a loop, not a task. */
export const maxWaiting = 1_000;

/** Requests that are kept of one paused run. */
export const maxKeptRequests = 2_000;
