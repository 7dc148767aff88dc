/** A key that stands twice in one object: JSON and YAML forbid it, their readers drop one without a word. */
import { isObject, own, setOwn, type Json } from "../../objects.ts";

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
