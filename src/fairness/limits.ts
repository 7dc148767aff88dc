/**
 * How many calls one person and one client may make: every number with its unit and its reason, here and nowhere else.
 * The two ceilings are also in `wrangler.jsonc` (`ratelimits`), where the platform wants them; a test compares them.
 */

/** Ceilings, counted by the platform, for all isolates of a place together. */
export const ceilings = {
  // A hundred a second: more than one laptop serves, a thousand times what a model asks for.
  CALLS_PER_USER: { limit: 6_000, period: 60, unit: "calls of one person in 60 s" },
  // Half of it, so that one client that has gone wild leaves room for the others of the same person.
  CALLS_PER_CLIENT: { limit: 3_000, period: 60, unit: "calls of one client in 60 s" },
} as const;

/** How turns are shared while somebody else is there too. A lone caller is never delayed. */
export const turnLimits = {
  /** Calls a second that are always fine: each costs 10–20 ms of the one thread of a laptop's runtime, so less than a tenth. */
  perSecond: 5,
  /** Calls at once that are always fine: models send a handful, and a client's first steps are three requests. */
  burst: 10,
  /** For how long, in milliseconds, somebody counts as being there, or as heavy, after their last call of that kind. */
  activeMs: 5_000,
  /** When two heavy callers compete, the one with this many times the other's calls at once gives way. */
  greed: 3,
  /**
   * The part of the time that calls of somebody who gives way may take, between 0 and 1: another's call meets one of
   * theirs once in ten times, on a slow or busy machine too.
   */
  share: 0.1,
  /**
   * How long a call waits for its turn before it is refused, in milliseconds. A model does not notice two seconds; a
   * client that gives up after a minute must hear of it long before.
   */
  maxWaitMs: 2_000,
  /**
   * How long a refusal is held back, in milliseconds: a client that repeats at once would cost more by its refusals than
   * by its calls; its next turn is later anyway.
   */
  holdMs: 3_000,
  /** Refusals that are held back at a time, per person or client: each is a waiting request of some kilobytes. */
  maxHeld: 1_000,
};
export type TurnLimits = typeof turnLimits;
