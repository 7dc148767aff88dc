import { waitUntil } from "./wait.ts";

/** Lets so many through at a time; the others wait in the order they came. */
export class Turnstile {
  #free: number;
  readonly #waiting: { called: boolean }[] = [];

  constructor(places: number) {
    this.#free = Math.max(1, Math.floor(places));
  }

  /** @returns a function that gives the place back; call it once */
  async enter(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else {
      const ticket = { called: false };
      this.#waiting.push(ticket);
      await waitUntil(() => ticket.called);
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      if (next) next.called = true;
      else this.#free += 1;
    };
  }
}
