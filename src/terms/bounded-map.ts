/**
 * A map that never holds more than so many entries: when another comes, the oldest goes. For what is kept in the
 * memory of an isolate and can be worked out again. A key may stay for as long as the isolate lives, so a secret is
 * never one: take its digest.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #max: number;
  /** Goes on where it stopped: every entry that it has passed is gone. A new one would begin with a search. */
  readonly #oldest = this.keys();

  constructor(max: number) {
    super();
    this.#max = max;
  }

  override set(key: K, value: V): this {
    if (this.size >= this.#max && !this.has(key)) this.delete(this.#oldest.next().value as K);
    return super.set(key, value);
  }

  /** The value of a key; made and kept if there is none. `make` is for what is never undefined. */
  take(key: K, make: () => V): V {
    let value = this.get(key);
    if (value === undefined) this.set(key, (value = make()));
    return value;
  }
}
