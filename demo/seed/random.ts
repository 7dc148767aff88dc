import { hash } from "node:crypto";

/** Pseudo-random numbers that are the same on every machine: the digests of the seed and a counter. */
export class Random {
  readonly #seed: number;
  #digests = 0;
  #block = Buffer.alloc(0);
  #offset = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** At least 0, below 1. */
  fraction(): number {
    if (this.#offset >= this.#block.length) {
      this.#block = hash("sha256", `${this.#seed}/${this.#digests++}`, "buffer");
      this.#offset = 0;
    }
    const number = this.#block.readUInt32BE(this.#offset);
    this.#offset += 4;
    return number / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }
}
