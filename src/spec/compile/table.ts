/** Distinct values, by their JSON, in the order they came. */
export class Table<T> {
  readonly values: T[] = [];
  readonly #positions = new Map<string, number>();

  constructor(values: readonly T[] = []) {
    for (const value of values) this.add(value);
  }

  /** @returns the position of the value */
  add(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position = this.values.push(value) - 1;
    this.#positions.set(key, position);
    return position;
  }
}
