/**
 * Chunks of a body, parsed when touched. A reference is a getter that becomes an ordinary property the first time
 * it is read, so that shared things are shared and cycles are cycles.
 */
import { ChunkTable } from "../chunks.ts";
import { setOwn, type Json } from "../objects.ts";
import { forManyGetters, lazy } from "./lazy.ts";
import type { UnitPlaces } from "./places.ts";

const origins = new WeakMap<object, { units: Units; number: number }>();

/**
 * The place of an object of `spec` that references point at: `#/components/schemas/Pet`. Undefined for every other
 * object, including copies of such an object.
 */
export function pointerOf(object: object): string | undefined {
  const origin = origins.get(object);
  return origin?.units.places.pointerOf(origin.number);
}

/** A smaller unit without references costs less to parse than to put behind a getter. */
const maxEagerBytes = 1_024;

/** Objects with more members than this are made ready for getters. */
const manyMembers = 40;

export class Units {
  readonly #table: ChunkTable;
  readonly #decoder = new TextDecoder();
  readonly #firstUnit: number;
  /** Units that were read. JSON has no undefined. */
  readonly #values = new Map<number, unknown>();
  readonly places: UnitPlaces;

  /** @param firstUnit how many chunks come before those of the units */
  constructor(body: ArrayBuffer, firstUnit: number, places: UnitPlaces) {
    this.#table = new ChunkTable(body);
    this.#firstUnit = firstUnit;
    this.places = places;
  }

  /** A chunk of the body, parsed anew, with getters for its references. */
  chunk(index: number): unknown {
    const value = this.#parse(index);
    if (this.#table.holdsReference(index) && typeof value === "object" && value !== null) this.#link(value);
    return value;
  }

  #parse(index: number): unknown {
    return JSON.parse(this.#decoder.decode(this.#table.bytes(index)));
  }

  /** The one value of a unit. */
  unit(number: number): unknown {
    const known = this.#values.get(number);
    if (known !== undefined) return known;
    const index = this.#firstUnit + number;
    let value = this.#parse(index);
    // A unit may be a reference with siblings. This has to be known before getters are made: a member may be called
    // `$ref`, and reading it would follow it.
    if (isMarker(value)) value = this.#follow(value);
    else if (this.#table.holdsReference(index) && typeof value === "object" && value !== null)
      this.#link(value);
    this.#values.set(number, value);
    if (typeof value === "object" && value !== null) origins.set(value, { units: this, number });
    return value;
  }

  /** Defines a property of `object` that becomes the unit when it is read. */
  lazyUnit(object: object, key: string, number: number): void {
    lazy(object, key, () => this.unit(number));
  }

  /**
   * Call once for each object: a second call would read its getters. Runs cold over every member of every chunk, so
   * nothing is called or allocated for members that are not objects.
   */
  #link(node: object): void {
    const keys = Array.isArray(node) ? undefined : Object.keys(node);
    const length = keys ? keys.length : (node as unknown[]).length;
    if (keys && length > manyMembers) forManyGetters(node);
    for (let index = 0; index < length; index++) {
      const key = keys ? (keys[index] as string) : (index as never);
      const child = (node as Json)[key];
      if (typeof child !== "object" || child === null) continue;
      if (typeof (child as Json)["$ref"] === "number") this.#linkMarker(node, key, child as Marker);
      else this.#link(child);
    }
  }

  #linkMarker(node: object, key: string, marker: Marker): void {
    if (this.#isCheap(marker.$ref) && Object.keys(marker).length === 1)
      setOwn(node, key, this.unit(marker.$ref));
    else lazy(node, key, () => this.#follow(marker));
  }

  #isCheap(number: number): boolean {
    if (this.#values.has(number)) return true;
    const index = this.#firstUnit + number;
    return !this.#table.holdsReference(index) && this.#table.length(index) < maxEagerBytes;
  }

  #follow(marker: Marker): unknown {
    const target = this.unit(marker.$ref);
    const keys = Object.keys(marker);
    if (keys.length === 1 || typeof target !== "object" || target === null || Array.isArray(target))
      return target;
    // Descriptors are copied, so that lazy members of the target stay lazy in the copy.
    const result = Object.defineProperties({}, Object.getOwnPropertyDescriptors(target)) as Json;
    for (const key of keys) {
      if (key === "$ref") continue;
      const value = marker[key];
      if (isMarker(value)) lazy(result, key, () => this.#follow(value));
      else {
        if (typeof value === "object" && value !== null) this.#link(value);
        Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
      }
    }
    return result;
  }
}

interface Marker extends Json {
  $ref: number;
}

function isMarker(value: unknown): value is Marker {
  return typeof value === "object" && value !== null && typeof (value as Json)["$ref"] === "number";
}
