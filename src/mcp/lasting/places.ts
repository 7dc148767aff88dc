/**
 * How many slices run at the same time in one isolate: each may hold what a run holds. A slice that finds no place is
 * remembered, and nobody waits for it: its ledger is asked to begin it when a place is free. If this isolate ends before
 * that, the ledger asks again by itself.
 */
export interface Turn {
  userId: string;
  runId: string;
}

export class Places {
  #free: number;
  /** By name, in their order. */
  readonly #waiting = new Map<string, Turn>();

  constructor(places: number) {
    this.#free = places;
  }

  /** @returns whether it has a place, which it has to leave; if not, it is remembered, once */
  take(turn: Turn): boolean {
    const name = nameOf(turn);
    if (this.#free === 0) {
      this.#waiting.set(name, turn);
      return false;
    }
    this.#free -= 1;
    this.#waiting.delete(name);
    return true;
  }

  leave(): void {
    this.#free += 1;
  }

  /** @returns who has waited longest, and is not remembered any more */
  next(): Turn | undefined {
    const [turn] = this.#waiting.values();
    if (turn) this.#waiting.delete(nameOf(turn));
    return turn;
  }
}

const nameOf = ({ userId, runId }: Turn) => `${runId} ${userId}`;
