/**
 * Waiting for something that another request brings about. In Workers a promise that one request made is not to be
 * settled by another, and a request that waits for nothing of its own is cancelled as hung. So a request that waits
 * looks again and again, by a timer of its own.
 */

const firstTickMs = 1;
const lastTickMs = 16;

/** Resolves soon after the condition holds: within a quarter of the time waited so far, at most 16 ms late. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  let tickMs = firstTickMs;
  while (!condition()) {
    const ms = tickMs;
    await new Promise((resolve) => setTimeout(resolve, ms));
    tickMs = Math.min(tickMs * 1.25, lastTickMs);
  }
}

/** Lets so many through at a time; the others wait in the order they came. */
export class Semaphore {
  #free: number;
  readonly #waiting: { called: boolean }[] = [];

  constructor(places: number) {
    this.#free = Math.max(1, Math.floor(places));
  }

  /** Does the work when there is a place, which is free again when the work has ended, well or not. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else {
      const ticket = { called: false };
      this.#waiting.push(ticket);
      await waitUntil(() => ticket.called);
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next.called = true;
      else this.#free += 1;
    }
  }
}
