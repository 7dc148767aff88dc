/**
 * The result of parsing a text: its value and its faults. A duplicate key is a fault: JSON and YAML forbid it, but their
 * readers silently drop one of the values.
 */
import { isObject, own, setOwn, type Json } from "../../objects.ts";

/** Something wrong at a place in a file. */
export interface TextFault {
  tokens: string[];
  message: string;
}

export interface Parsed {
  value: unknown;
  faults: TextFault[];
}

/** Keywords whose value is a number, however large. */
const bounds =
  /^(?:(?:exclusiveM|m)(?:in|ax)imum|(?:min|max)(?:Length|Items|Properties|Contains)|multipleOf)$/;

/**
 * A value as the document has it: an integer with more digits than a number of JavaScript holds is kept as text, digit
 * for digit, as it is in the answers of APIs. A rounded id in an `enum` would be another one.
 * @param key of the member that holds it
 * @param source how the document writes it
 */
export function exactNumber(key: string, value: unknown, source: string): unknown {
  if (typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return /^[-+]?\d+$/.test(source) && !bounds.test(key) ? source.replace(/^\+/, "") : value;
}

export function repeatedMessage(place: string, value: unknown): string {
  const what = isObject(value) ? "the two objects were merged" : "the last one was used";
  return `Duplicate key at ${place}; ${what}`;
}

/**
 * Sets a member that may exist already. Two objects are merged, so that no path or operation is lost; otherwise the last
 * value is used, as readers of JSON do.
 * @returns whether it existed
 */
export function setMerged(object: Json, key: string, value: unknown): boolean {
  const isRepeated = Object.hasOwn(object, key);
  setOwn(object, key, isRepeated ? merged(own(object, key), value) : value);
  return isRepeated;
}

/** Objects that were made here: of a key that is there a thousand times, each would otherwise copy all before it. */
const copies = new WeakSet<Json>();

function merged(first: unknown, second: unknown): unknown {
  if (!isObject(first) || !isObject(second)) return second;
  // A copy, because an alias may refer to either of them.
  const result = copies.has(first) ? first : copyOf(first);
  for (const key of Object.keys(second)) setMerged(result, key, second[key]);
  return result;
}

function copyOf(object: Json): Json {
  const copy: Json = {};
  for (const key of Object.keys(object)) setOwn(copy, key, object[key]);
  copies.add(copy);
  return copy;
}
