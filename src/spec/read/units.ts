/**
 * The chunks of a body, parsed when touched. A reference is a getter that becomes an ordinary property at the first read,
 * so that shared objects stay shared and cycles stay cycles.
 */
import { ChunkTable } from "../chunks.ts";
import { setOwn, type Json } from "../objects.ts";
import { forManyGetters, lazy } from "./lazy.ts";
import type { UnitPlaces } from "./places.ts";

interface Origin {
  places: UnitPlaces;
  number: number;
}

const origins = new WeakMap<object, Origin>();
/** The document of each unit, and of a copy of one. */
const documents = new WeakMap<object, Units>();

/**
 * The place of an object of `spec` that is the target of references: `#/components/schemas/Pet`. Undefined for every
 * other object, also for a copy.
 */
export function pointerOf(object: object): string | undefined {
  const origin = origins.get(object);
  return origin?.places.pointerOf(origin.number);
}

/** What a copy was made of: the target of a reference, and the names of the members beside that reference. */
export interface Copied {
  unit: object;
  members: string[];
}

const copies = new WeakMap<object, Copied>();

/**
 * Of an object that stands for a reference with other members beside it. Writing `spec` as text needs it: such a
 * copy shares its members with the target, so it may contain itself, and twice at every step.
 */
export function copiedFrom(object: object): Copied | undefined {
  return copies.get(object);
}

/** The object as a reference to its unit, with what stands beside it; undefined for an object that no reference leads to. */
export function asReference(object: object): Json | undefined {
  const copied = copiedFrom(object);
  const pointer = pointerOf(copied?.unit ?? object);
  if (pointer === undefined) return undefined;
  const beside = (copied?.members ?? []).map((key) => [key, (object as Json)[key]]);
  return { $ref: pointer, ...(Object.fromEntries(beside) as Json) };
}

/** A component of the document that a schema is from. Undefined for a schema that no reference leads to. */
export function componentBeside(schema: object, kind: string, name: string): unknown {
  const units = documents.get(schema);
  const group = units?.places.components().find((one) => one.kind === kind);
  const number = group?.units[group.names.indexOf(name)];
  return number === undefined ? undefined : units?.unit(number);
}

/** Parsing a smaller unit without references costs less than a getter. */
const maxEagerBytes = 1_024;

/** Objects with more members are prepared for getters. */
const manyMembers = 40;

export interface Units {
  places: UnitPlaces;
  chunk(index: number): unknown;
  unit(number: number): unknown;
  lazyUnit(object: object, key: string, number: number): void;
}

/** @param firstUnit the number of chunks before those of the units */
export function openUnits(body: ArrayBuffer, firstUnit: number, places: UnitPlaces): Units {
  const table = new ChunkTable(body);
  const decoder = new TextDecoder();
  /** The units that were read. None is undefined, because they are JSON. */
  const values = new Map<number, unknown>();
  const opened: Units = { places, chunk, unit, lazyUnit };
  return opened;

  /** Parses a chunk, at each call, and gives it getters for its references. */
  function chunk(index: number): unknown {
    const value: unknown = JSON.parse(decoder.decode(table.bytes(index)));
    if (!table.holdsReference(index) || typeof value !== "object" || value === null) return value;
    // A unit may be a reference with siblings. This must be known before there are getters: a member may be called
    // `$ref`, and reading it would follow it.
    if (isMarker(value)) return follow(value);
    link(value);
    return value;
  }

  /** The one value of a unit. */
  function unit(number: number): unknown {
    const known = values.get(number);
    if (known !== undefined) return known;
    const value = chunk(firstUnit + number);
    values.set(number, value);
    if (typeof value === "object" && value !== null) {
      origins.set(value, { places, number });
      documents.set(value, opened);
    }
    return value;
  }

  /** Defines a property that becomes the unit when it is read. */
  function lazyUnit(object: object, key: string, number: number): void {
    lazy(object, key, () => unit(number));
  }

  /**
   * Call once per object: a second call would read its getters. It runs cold over every member of every chunk, so it
   * calls and allocates nothing for members that are not objects.
   */
  function link(node: object): void {
    const keys = Array.isArray(node) ? undefined : Object.keys(node);
    const length = keys ? keys.length : (node as unknown[]).length;
    if (keys && length > manyMembers) forManyGetters(node);
    for (let index = 0; index < length; index++) {
      const key = keys ? (keys[index] as string) : (index as never);
      const child = (node as Json)[key];
      if (typeof child !== "object" || child === null) continue;
      if (typeof (child as Json)["$ref"] === "number") linkMarker(node, key, child as Marker);
      else link(child);
    }
  }

  function linkMarker(node: object, key: string, marker: Marker): void {
    if (isCheap(marker.$ref) && Object.keys(marker).length === 1) setOwn(node, key, unit(marker.$ref));
    else lazy(node, key, () => follow(marker));
  }

  function isCheap(number: number): boolean {
    if (values.has(number)) return true;
    const index = firstUnit + number;
    return !table.holdsReference(index) && table.length(index) < maxEagerBytes;
  }

  function follow(marker: Marker): unknown {
    const target = unit(marker.$ref);
    const keys = Object.keys(marker);
    if (keys.length === 1 || typeof target !== "object" || target === null || Array.isArray(target))
      return target;
    // Copies descriptors, so that lazy members stay lazy.
    const result = Object.defineProperties({}, Object.getOwnPropertyDescriptors(target)) as Json;
    documents.set(result, opened);
    copies.set(result, { unit: target, members: keys.filter((key) => key !== "$ref") });
    for (const key of keys) {
      if (key === "$ref") continue;
      const value = marker[key];
      if (isMarker(value)) lazy(result, key, () => follow(value));
      else {
        if (typeof value === "object" && value !== null) link(value);
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
