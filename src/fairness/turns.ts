/**
 * Whose turn it is. Guarantee: a light caller is never delayed by a heavy one; a lone caller is never delayed. Matters
 * where one thread serves everybody (a laptop); kept in the memory of that isolate. Takes the time as an argument.
 */
import type { TurnLimits } from "./limits.ts";

export type Turn =
  | { ok: true; waitMs: number }
  /** Refused: a call after `retryAfterMs` would find its turn. */
  | { ok: false; retryAfterMs: number };

interface Load {
  lastSeen: number;
  /** Calls under way, waiting and refused ones among them. */
  underWay: number;
  /** Most of these at a time, lately. */
  peak: number;
  peakAt: number;
  /** When the calls so far would have come at the pace that is always fine. */
  paid: number;
  heavyUntil: number;
  /** When the next call has its turn, if it has to give way. */
  turnAt: number;
  /** How long a call takes to be served, lately, in milliseconds. */
  servedMs: number;
}

/** Nothing that is under way takes longer: what is not said to have ended by then has ended unseen. */
const forgetMs = 120_000;
const maxKeys = 10_000;
/** Longer than this a call waits for its API, which takes nothing from anybody. */
const maxServedMs = 1_000;

export class Turns {
  readonly #limits: TurnLimits;
  readonly #loads = new Map<string, Load>();

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** A call arrives. `leave` has to be called when it has ended, whatever the answer was. */
  arrive(key: string, now: number): Turn {
    const { perSecond, burst, activeMs, maxWaitMs, share } = this.#limits;
    const spacingMs = 1_000 / perSecond;
    const own = this.#load(key, now);
    own.lastSeen = now;
    own.underWay += 1;
    if (own.underWay > own.peak || now - own.peakAt > activeMs) {
      own.peak = own.underWay;
      own.peakAt = now;
    }
    own.paid = Math.max(own.paid, now) + spacingMs;
    if (own.paid - now > burst * spacingMs) {
      own.heavyUntil = now + activeMs;
      // What was asked for long ago is not held against anybody.
      own.paid = now + burst * spacingMs;
    }
    if (own.heavyUntil <= now || !this.#givesWay(own, now)) return { ok: true, waitMs: 0 };
    const turnAt = Math.max(own.turnAt, now);
    if (turnAt - now > maxWaitMs) return { ok: false, retryAfterMs: turnAt - now };
    own.turnAt = turnAt + Math.max(spacingMs, own.servedMs / share);
    return { ok: true, waitMs: turnAt - now };
  }

  /** A call has ended. `servedMs` is how long it took to serve; left out if it was refused. */
  leave(key: string, servedMs?: number): void {
    const own = this.#loads.get(key);
    if (!own) return;
    if (own.underWay > 0) own.underWay -= 1;
    if (servedMs !== undefined) own.servedMs += (Math.min(servedMs, maxServedMs) - own.servedMs) / 4;
  }

  /** Calls under way of this key. */
  underWay(key: string): number {
    return this.#loads.get(key)?.underWay ?? 0;
  }

  /** Whether somebody else is there who asks for little, or for much less at once. */
  #givesWay(own: Load, now: number): boolean {
    for (const other of this.#loads.values()) {
      if (other === own || now - other.lastSeen > this.#limits.activeMs) continue;
      if (other.heavyUntil <= now || own.peak >= this.#limits.greed * other.peak) return true;
    }
    return false;
  }

  #load(key: string, now: number): Load {
    const known = this.#loads.get(key);
    if (known && now - known.lastSeen < forgetMs) return known;
    if (this.#loads.size >= maxKeys) {
      for (const [old, { lastSeen }] of this.#loads)
        if (now - lastSeen > this.#limits.activeMs) this.#loads.delete(old);
    }
    const fresh = {
      lastSeen: now,
      underWay: 0,
      peak: 0,
      peakAt: now,
      paid: now,
      heavyUntil: 0,
      turnAt: 0,
      servedMs: 0,
    };
    this.#loads.set(key, fresh);
    return fresh;
  }
}
