/** What is long of an operation gets a chunk of its own: who only looks for an operation does not parse it. */
import { holdsReference } from "../layout.ts";
import { isObject, setOwn, type Json } from "../objects.ts";

/** Characters of JSON that cost less to parse with the path item than to put behind a getter. */
const maxShort = 300;

/** Lists of parameters stay with their operation up to this: code that looks for an operation reads them often. */
const maxParameters = 1_000;

export class Parts {
  readonly #chunks = new Table<unknown>();

  /** The JSON of each part, in the order of their numbers. */
  get values(): readonly string[] {
    return this.#chunks.keys;
  }

  /** @returns the number that stands for the part in a chunk */
  add(value: unknown): number {
    return ~this.#chunks.add(value);
  }

  /** The operation as it stands in the chunk of its path. */
  divide(operation: Json): Json {
    const result: Json = {};
    for (const key of Object.keys(operation)) {
      const value = operation[key];
      if (value === undefined) continue;
      setOwn(result, key, key === "parameters" ? this.#parameters(value) : this.shortOrMarker(value));
    }
    return result;
  }

  /** A value that is a reference itself, or short and without one, stays as it is. */
  shortOrMarker(value: unknown): unknown {
    if (!isObject(value) && !Array.isArray(value)) return value;
    if (isObject(value) && typeof value["$ref"] === "number") return value;
    const json = JSON.stringify(value);
    return json.length <= maxShort && !holdsReference(json) ? value : { $ref: this.add(value) };
  }

  #parameters(value: unknown): unknown {
    return JSON.stringify(value).length <= maxParameters ? value : { $ref: this.add(value) };
  }
}

/** Distinct values, by their JSON, in the order they came. */
export class Table<T> {
  readonly values: T[] = [];
  readonly #positions = new Map<string, number>();

  get keys(): string[] {
    return [...this.#positions.keys()];
  }

  add(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position = this.values.push(value) - 1;
    this.#positions.set(key, position);
    return position;
  }
}
