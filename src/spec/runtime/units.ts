/**
 * Chunks of a body, parsed when touched. A reference is a getter that becomes an ordinary property the first time
 * it is read, so that shared things are shared and cycles are cycles.
 */
import { ChunkTable, type Layout } from "../layout.ts";
import { setOwn, type Json } from "../objects.ts";
import { forManyGetters, lazy } from "./lazy.ts";
import type { UnitPlaces } from "./places.ts";

const origins = new WeakMap<object, { units: Units; number: number }>();

/**
 * Where an object of `spec` came from, if it is one that references point at: `#/components/schemas/Pet`.
 * Undefined for everything else, copies of such an object included.
 */
export function pointerOf(object: object): string | undefined {
  const origin = origins.get(object);
  return origin?.units.places().pointerOf(origin.number);
}

/** A unit this small without references costs less to parse than to put behind a getter. */
const maxEagerBytes = 1_024;

/** Objects with more members than this are made ready for getters. */
const manyMembers = 40;

export class Units {
  readonly #body: Uint8Array;
  readonly #table: ChunkTable;
  readonly #decoder = new TextDecoder();
  readonly #firstPart: number;
  readonly #firstUnit: number;
  readonly #values: unknown[] = [];
  readonly places: () => UnitPlaces;

  constructor(body: ArrayBuffer, { chunks }: Layout, places: () => UnitPlaces) {
    this.#body = new Uint8Array(body);
    this.#table = new ChunkTable(body);
    this.#firstPart = chunks.paths;
    this.#firstUnit = chunks.paths + chunks.parts;
    this.places = places;
  }

  /** A chunk of the body, parsed anew, with getters for its references. */
  chunk(index: number): unknown {
    const value = this.#parse(index);
    if (this.#table.holdsReference(index) && typeof value === "object" && value !== null) this.#link(value);
    return value;
  }

  #parse(index: number): unknown {
    const bytes = this.#body.subarray(this.#table.start(index), this.#table.end(index));
    return JSON.parse(this.#decoder.decode(bytes));
  }

  /** What a marker stands for: the one value of a unit, or a part, which belongs to one operation only. */
  value(number: number): unknown {
    if (number < 0) return this.chunk(this.#firstPart + ~number);
    if (number in this.#values) return this.#values[number];
    const index = this.#firstUnit + number;
    let value = this.#parse(index);
    // A unit that is a reference with something beside it. Getters come after this is known: a member may be called
    // `$ref`, and to read it would be to follow it.
    if (isMarker(value)) value = this.#follow(value);
    else if (this.#table.holdsReference(index) && typeof value === "object" && value !== null)
      this.#link(value);
    this.#values[number] = value;
    if (typeof value === "object" && value !== null) origins.set(value, { units: this, number });
    return value;
  }

  /** Makes a property of `object` that is the unit or part, once it is read. */
  lazyValue(object: object, key: string, number: number): void {
    lazy(object, key, () => this.value(number));
  }

  /**
   * Once for each object: what is linked already would be read by being linked again. Goes over every object of every
   * chunk, cold: what is not needed for most of them (keys of lists, closures with their contexts) is made elsewhere.
   */
  #link(node: object): void {
    if (Array.isArray(node)) {
      for (let index = 0; index < node.length; index++) this.#linkMember(node, index as never, node[index]);
      return;
    }
    const keys = Object.keys(node);
    if (keys.length > manyMembers) forManyGetters(node);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      this.#linkMember(node, key, (node as Json)[key]);
    }
  }

  #linkMember(node: object, key: string, child: unknown): void {
    if (typeof child !== "object" || child === null) return;
    if (!isMarker(child)) return this.#link(child);
    if (this.#isCheap(child.$ref) && Object.keys(child).length === 1)
      return setOwn(node, key, this.value(child.$ref));
    this.#linkLater(node, key, child);
  }

  #linkLater(node: object, key: string, marker: Marker): void {
    lazy(node, key, () => this.#follow(marker));
  }

  #isCheap(number: number): boolean {
    if (number < 0) return false;
    if (number in this.#values) return true;
    const index = this.#firstUnit + number;
    return !this.#table.holdsReference(index) && this.#table.length(index) < maxEagerBytes;
  }

  #follow(marker: Marker): unknown {
    const target = this.value(marker.$ref);
    const keys = Object.keys(marker);
    if (keys.length === 1 || typeof target !== "object" || target === null || Array.isArray(target))
      return target;
    // Copies descriptors, so that what is lazy in the target stays lazy in the copy.
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
