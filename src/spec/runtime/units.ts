/**
 * Chunks of a body, parsed when touched. A reference is a getter that becomes an ordinary property the first time
 * it is read, so that shared things are shared and cycles are cycles.
 */
import { repeated, type Layout, type UnitNames } from "../layout.ts";
import { setOwn, type Json } from "../objects.ts";
import { escapeToken } from "../pointer.ts";

const origins = new WeakMap<object, { units: Units; number: number }>();

/**
 * Where an object of `spec` came from, if it is one that references point at: `#/components/schemas/Pet`.
 * Undefined for everything else, copies of such an object included.
 */
export function pointerOf(object: object): string | undefined {
  const origin = origins.get(object);
  return origin?.units.nameOf(origin.number);
}

/** A unit this small without references costs less to parse than to put behind a getter. */
const maxEagerBytes = 1_024;

/** Objects with more members than this are made ready for getters. */
const manyMembers = 40;

export class Units {
  readonly #body: Uint8Array;
  readonly #decoder = new TextDecoder();
  readonly #lengths: number[];
  readonly #offsets: Uint32Array;
  readonly #first: number;
  readonly #values: unknown[] = [];
  readonly #unitNames: () => UnitNames;
  readonly #names = new Map<number, string>();

  constructor(body: ArrayBuffer, layout: Layout, names: () => UnitNames) {
    this.#body = new Uint8Array(body);
    this.#unitNames = names;
    const lengths = (this.#lengths = layout.lengths.slice());
    const offsets = (this.#offsets = new Uint32Array(lengths.length));
    let offset = 0;
    for (let index = 0; index < lengths.length; index++) {
      const length = lengths[index] as number;
      if (length >= repeated) {
        offsets[index] = offsets[length - repeated] as number;
        lengths[index] = lengths[length - repeated] as number;
      } else {
        offsets[index] = offset;
        offset += Math.abs(length);
      }
    }
    this.#first = 2 * layout.access.length;
  }

  /** A chunk of the body, parsed anew, with getters for its references. */
  chunk(index: number): unknown {
    const value = this.#parse(index);
    if ((this.#lengths[index] as number) > 0 && typeof value === "object" && value !== null)
      this.#link(value as Json);
    return value;
  }

  #parse(index: number): unknown {
    const offset = this.#offsets[index] as number;
    const end = offset + Math.abs(this.#lengths[index] as number);
    return JSON.parse(this.#decoder.decode(this.#body.subarray(offset, end)));
  }

  /** The one value of a unit. */
  unit(number: number): unknown {
    if (number in this.#values) return this.#values[number];
    const index = this.#first + number;
    let value = this.#parse(index);
    // A unit that is a reference with something beside it. Getters come after this is known: a member may be called
    // `$ref`, and to read it would be to follow it.
    if (isMarker(value)) value = this.#follow(value);
    else if ((this.#lengths[index] as number) > 0 && typeof value === "object" && value !== null)
      this.#link(value as Json);
    this.#values[number] = value;
    if (typeof value === "object" && value !== null) origins.set(value, { units: this, number });
    return value;
  }

  /** Makes a property of `object` that is the unit, once it is read. */
  lazyUnit(object: object, key: string, number: number): void {
    lazy(object, key, () => this.unit(number));
  }

  /** Once for each object: what is linked already would be read by being linked again. */
  #link(node: Json): void {
    const keys = Object.keys(node);
    if (keys.length > manyMembers && !Array.isArray(node)) forManyGetters(node);
    for (const key of keys) {
      const child = node[key];
      if (typeof child !== "object" || child === null) continue;
      if (!isMarker(child)) this.#link(child as Json);
      else if (Object.keys(child).length === 1 && this.#isCheap(child.$ref))
        setOwn(node, key, this.unit(child.$ref));
      else lazy(node, key, () => this.#follow(child));
    }
  }

  #isCheap(number: number): boolean {
    if (number in this.#values) return true;
    const length = this.#lengths[this.#first + number] as number;
    return length < 0 && length > -maxEagerBytes;
  }

  #follow(marker: Marker): unknown {
    const target = this.unit(marker.$ref);
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
        if (typeof value === "object" && value !== null) this.#link(value as Json);
        Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
      }
    }
    return result;
  }

  /** Where a unit stands in the document. Few are ever asked for, so there is no list of all. */
  nameOf(number: number): string {
    const known = this.#names.get(number);
    if (known !== undefined) return known;
    const { components, origins: others } = this.#unitNames();
    let name = others[number] ?? "#";
    for (const kind of Object.keys(components)) {
      const { names, units } = components[kind] as UnitNames["components"][string];
      const index = units.lastIndexOf(number);
      if (index >= 0) name = `#/components/${escapeToken(kind)}/${escapeToken(names[index] as string)}`;
    }
    this.#names.set(number, name);
    return name;
  }
}

interface Marker extends Json {
  $ref: number;
}

function isMarker(value: unknown): value is Marker {
  return typeof value === "object" && value !== null && typeof (value as Json)["$ref"] === "number";
}

/** A property that is computed when it is first read, and ordinary from then on. */
export function lazy(object: object, key: string, compute: () => unknown): void {
  let done = false;
  let value: unknown;
  Object.defineProperty(object, key, {
    enumerable: true,
    configurable: true,
    get(this: object) {
      if (!done) {
        value = compute();
        done = true;
      }
      settle(this, key, value);
      return value;
    },
    set(this: object, given: unknown) {
      settle(this, key, given);
    },
  });
}

/**
 * Makes an object ready for many getters that turn into values. V8 gives an object of the usual kind a new hidden
 * class each time, copied from the last: for 965 paths that takes seconds. Deleting a member that is not the last
 * one makes it a plain hash table.
 */
export function forManyGetters<T extends object>(object: T): T {
  const scratch = object as Record<symbol, unknown>;
  const [one, two] = [Symbol(), Symbol()];
  scratch[one] = scratch[two] = undefined;
  delete scratch[one];
  delete scratch[two];
  return object;
}

/** Replaces a getter by its value; on an object that only inherits it, or is frozen, it stays. */
export function settle(object: object, key: string, value: unknown): void {
  Reflect.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
