/**
 * What every reader of a text gives: the value, and what was wrong with it. A duplicate key is one of the
 * faults: JSON and YAML forbid it, their readers drop one without a word.
 */
import { isObject, own, setOwn, type Json } from "../../objects.ts";

/** Something wrong within a file, at a place of it. */
export interface TextFault {
  tokens: string[];
  message: string;
}

export interface Parsed {
  value: unknown;
  faults: TextFault[];
}

export function repeatedMessage(place: string, value: unknown): string {
  const what = isObject(value) ? "the two objects were merged" : "the last one counts";
  return `Duplicate key at ${place}; ${what}`;
}

/**
 * Sets a member that may be there already. Two objects become one, so that no path and no operation is lost;
 * of anything else the last one counts, as readers of JSON have it.
 * @returns whether it was there
 */
export function setMerged(object: Json, key: string, value: unknown): boolean {
  const isRepeated = Object.hasOwn(object, key);
  setOwn(object, key, isRepeated ? merged(own(object, key), value) : value);
  return isRepeated;
}

function merged(first: unknown, second: unknown): unknown {
  if (!isObject(first) || !isObject(second)) return second;
  // A copy: an alias may name either of them elsewhere.
  const result: Json = {};
  for (const key of Object.keys(first)) setOwn(result, key, first[key]);
  for (const key of Object.keys(second)) setMerged(result, key, second[key]);
  return result;
}
