/**
 * The chunks of a body, parsed when touched. A reference is a getter that becomes an ordinary property at the first read,
 * so that shared objects stay shared and cycles stay cycles.
 */
import { ChunkTable } from "../chunks.ts";
import { setOwn, type Json } from "../objects.ts";
import { forManyGetters, lazy } from "./lazy.ts";
import type { UnitPlaces } from "./places.ts";

const origins = new WeakMap<object, { units: Units; number: number }>();

/**
 * The place of an object of `spec` that is the target of references: `#/components/schemas/Pet`. Undefined for every
 * other object, also for a copy.
 */
export function pointerOf(object: object): string | undefined {
  const origin = origins.get(object);
  return origin?.units.places.pointerOf(origin.number);
}

/** Parsing a smaller unit without references costs less than a getter. */
const maxEagerBytes = 1_024;

/** Objects with more members are prepared for getters. */
const manyMembers = 40;

export class Units {
  readonly #table: ChunkTable;
  readonly #decoder = new TextDecoder();
  readonly #firstUnit: number;
  /** The units that were read. None is undefined, because they are JSON. */
  readonly #values = new Map<number, unknown>();
  readonly places: UnitPlaces;

  /** @param firstUnit the number of chunks before those of the units */
  constructor(body: ArrayBuffer, firstUnit: number, places: UnitPlaces) {
    this.#table = new ChunkTable(body);
    this.#firstUnit = firstUnit;
    this.places = places;
  }

  /** Parses a chunk, at each call, and gives it getters for its references. */
  chunk(index: number): unknown {
    const value: unknown = JSON.parse(this.#decoder.decode(this.#table.bytes(index)));
    if (!this.#table.holdsReference(index) || typeof value !== "object" || value === null) return value;
    // A unit may be a reference with siblings. This must be known before there are getters: a member may be called
    // `$ref`, and reading it would follow it.
    if (isMarker(value)) return this.#follow(value);
    this.#link(value);
    return value;
  }

  /** The one value of a unit. */
  unit(number: number): unknown {
    const known = this.#values.get(number);
    if (known !== undefined) return known;
    const value = this.chunk(this.#firstUnit + number);
    this.#values.set(number, value);
    if (typeof value === "object" && value !== null) origins.set(value, { units: this, number });
    return value;
  }

  /** Defines a property that becomes the unit when it is read. */
  lazyUnit(object: object, key: string, number: number): void {
    lazy(object, key, () => this.unit(number));
  }

  /**
   * Call once per object: a second call would read its getters. It runs cold over every member of every chunk, so it
   * calls and allocates nothing for members that are not objects.
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
    // Copies descriptors, so that lazy members stay lazy.
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
