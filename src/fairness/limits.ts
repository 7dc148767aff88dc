/**
 * How many calls one user and one client may make: every number with its unit and its reason. The platform reads the
 * two ceilings from `wrangler.jsonc` (`ratelimits`); a test compares them.
 */

/** Ceilings, counted by the platform across all isolates of a location. */
export const ceilings = {
  // A hundred a second: more than one laptop serves, a thousand times what a model needs.
  CALLS_PER_USER: { limit: 6_000, period: 60, unit: "calls per user in 60 s" },
  // Half of that, so that one runaway client leaves room for the user's other clients.
  CALLS_PER_CLIENT: { limit: 3_000, period: 60, unit: "calls per client in 60 s" },
} as const;

/** How turns are shared among several active callers. A lone caller is never delayed. */
export const turnLimits = {
  /** Calls a second that are always fine: at 10–20 ms each, at most a tenth of the one thread of a laptop's runtime. */
  perSecond: 5,
  /** Calls at once that are always fine: models send a handful, and a client's first steps are three requests. */
  burst: 10,
  /** How long, in milliseconds, a caller counts as active after a call, and as heavy after a call too many. */
  activeMs: 5_000,
  /** When two heavy callers compete, the one with this many times the other's concurrency yields. */
  greed: 3,
  /** Share of the time (0 to 1) that the calls of a yielding caller may take: nine in ten other calls meet none. */
  share: 0.1,
  /** Longest wait for a turn, in milliseconds: a model does not notice it, and a client does not time out. */
  maxWaitMs: 2_000,
  /** Delay of a refusal, in milliseconds: a client that repeats at once would cost more by refusals than by calls. */
  holdMs: 3_000,
  /** Most delayed refusals at a time, per user: each is a waiting request of some kilobytes. */
  maxHeld: 1_000,
};
export type TurnLimits = typeof turnLimits;
