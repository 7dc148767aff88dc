/**
 * Waits for something that another request does. In Workers, one request must not settle another's promise, and a
 * request without pending work of its own is cancelled as hung. So a waiting request polls, with its own timer.
 */

const firstTickMs = 1;
const lastTickMs = 16;

/** Resolves soon after the condition holds: within a quarter of the time waited so far, at most 16 ms late. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  for (let tickMs = firstTickMs; !condition(); tickMs = Math.min(tickMs * 1.25, lastTickMs))
    await new Promise((resolve) => setTimeout(resolve, tickMs));
}

/** Lets a fixed number through at a time; the others wait in their order. */
export class Semaphore {
  #free: number;
  readonly #waiting: { called: boolean }[] = [];

  constructor(places: number) {
    this.#free = Math.max(1, Math.floor(places));
  }

  /** Does the work when a place is free, and frees it afterwards, even after a failure. */
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
