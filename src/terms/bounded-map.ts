/**
 * A map that never holds more than `max` entries: a new one evicts the oldest. It caches, in the memory of an isolate,
 * what can be computed again. A key may live as long as the isolate, so never use a secret as one: use its digest.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #max: number;
  /** One iterator for all evictions: a new one would have to skip the deleted entries every time. */
  readonly #oldest = this.keys();

  constructor(max: number) {
    super();
    this.#max = max;
  }

  override set(key: K, value: V): this {
    if (this.size >= this.#max && !this.has(key)) this.delete(this.#oldest.next().value as K);
    return super.set(key, value);
  }

  /** The value of a key. If it is missing, `make` creates it; `make` must not return undefined. */
  take(key: K, make: () => V): V {
    let value = this.get(key);
    if (value === undefined) this.set(key, (value = make()));
    return value;
  }
}
