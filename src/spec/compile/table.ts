/** Distinct values, by their JSON, in the order they came. */
export class Table<T> {
  readonly values: T[] = [];
  readonly #positions = new Map<string, number>();
  /** Many operations share one long list, which would be written for each. */
  readonly #met = new Map<T, number>();

  constructor(values: readonly T[] = []) {
    for (const value of values) this.add(value);
  }

  /** @returns the position of the value */
  add(value: T): number {
    const met = this.#met.get(value);
    if (met !== undefined) return met;
    const key = JSON.stringify(value);
    const position = this.#positions.get(key) ?? this.values.push(value) - 1;
    this.#positions.set(key, position);
    this.#met.set(value, position);
    return position;
  }
}
