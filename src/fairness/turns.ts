/**
 * Decides whose turn it is. Guarantee: a light caller is never delayed by a heavy one; a lone caller is never delayed.
 * Matters where one thread serves everybody (a laptop), and keeps its state in that isolate. Has no clock of its own.
 */
import type { TurnLimits } from "./limits.ts";

export type Turn =
  | { ok: true; waitMs: number }
  /** Refused: a call after `retryAfterMs` would get its turn. */
  | { ok: false; retryAfterMs: number };

type Load = ReturnType<typeof newLoad>;

/** A person's console and their programs are not in each other's way. */
export interface Side {
  person: string;
  atConsole: boolean;
}

const newLoad = (now: number, side?: Side) => ({
  side,
  lastSeen: now,
  /** Calls under way, including those that wait or are being refused. */
  underWay: 0,
  /** Most of these at a time, recently. */
  peak: 0,
  peakAt: now,
  /** When the calls so far would have come at the pace that is always fine. */
  paid: now,
  heavyUntil: 0,
  /** When the next call gets its turn, if this caller yields. */
  turnAt: 0,
  /** How long serving a call takes, recently, in milliseconds. */
  servedMs: 0,
});

/** No call takes longer: one that has not ended by then has ended unseen. */
const forgetMs = 120_000;
const maxKeys = 10_000;
/** A call that takes longer is waiting for its API, which costs nobody else anything. */
const maxServedMs = 1_000;

export class Turns {
  readonly #limits: TurnLimits;
  readonly #loads = new Map<string, Load>();

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** A call arrives. Call `leave` when it has ended, whatever the answer was. */
  arrive(key: string, now: number, side?: Side): Turn {
    const { perSecond, burst, activeMs, maxWaitMs, share } = this.#limits;
    const spacingMs = 1_000 / perSecond;
    const own = this.#load(key, now, side);
    own.lastSeen = now;
    own.underWay += 1;
    if (own.underWay > own.peak || now - own.peakAt > activeMs) {
      own.peak = own.underWay;
      own.peakAt = now;
    }
    own.paid = Math.max(own.paid, now) + spacingMs;
    if (own.paid - now > burst * spacingMs) {
      own.heavyUntil = now + activeMs;
      // Calls of long ago do not count against the caller.
      own.paid = now + burst * spacingMs;
    }
    if (own.heavyUntil <= now || !this.#yields(own, now)) return { ok: true, waitMs: 0 };
    const turnAt = Math.max(own.turnAt, now);
    if (turnAt - now > maxWaitMs) return { ok: false, retryAfterMs: turnAt - now };
    own.turnAt = turnAt + Math.max(spacingMs, own.servedMs / share);
    return { ok: true, waitMs: turnAt - now };
  }

  /** A call has ended. @param servedMs how long serving it took; left out if it was refused */
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

  /** Whether another active caller is light, or heavy with far fewer calls at once. */
  #yields(own: Load, now: number): boolean {
    for (const other of this.#loads.values()) {
      if (other === own || now - other.lastSeen > this.#limits.activeMs) continue;
      if (isOtherSide(own.side, other.side)) continue;
      if (other.heavyUntil <= now || own.peak >= this.#limits.greed * other.peak) return true;
    }
    return false;
  }

  #load(key: string, now: number, side?: Side): Load {
    const known = this.#loads.get(key);
    if (known && now - known.lastSeen < forgetMs) return known;
    if (this.#loads.size >= maxKeys) {
      for (const [old, { lastSeen }] of this.#loads)
        if (now - lastSeen > this.#limits.activeMs) this.#loads.delete(old);
    }
    const fresh = newLoad(now, side);
    this.#loads.set(key, fresh);
    return fresh;
  }
}

const isOtherSide = (one: Side | undefined, other: Side | undefined) =>
  one !== undefined && one.person === other?.person && one.atConsole !== other.atConsole;
