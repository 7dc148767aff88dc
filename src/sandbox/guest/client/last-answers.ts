/**
 * What the last answers of a run had, for a run that stumbles over them: names, never values. While a run goes well, a
 * weak reference is all it costs: an answer lives no longer than the code holds it.
 */
import type { SeenAnswer, SeenPlace } from "../guest-report.ts";
import * as own from "../primordials.ts";

const maxAnswers = 5;
/** Of one answer: itself, and the lists and objects in it that come first. */
const maxPlaces = 4;
const maxDepth = 3;
/** The host picks a dozen of them. */
const maxNames = 200;
const maxNameChars = 60;

interface Kept {
  operation: string;
  data: WeakRef<object> | SeenPlace["is"];
}

/** A ring; filled beforehand, so that no setter on `Array.prototype` is asked. */
const ring: (Kept | undefined)[] = [undefined, undefined, undefined, undefined, undefined];
let count = 0;

export function remember(operation: string, data: unknown): void {
  const kept = typeof data === "object" && data !== null ? new own.NativeWeakRef(data) : kindOf(data);
  ring[count++ % maxAnswers] = { operation, data: kept };
}

/** Newest first. What code has tampered with so that reading it throws ends the list. */
export function lastAnswers(): SeenAnswer[] {
  const answers: SeenAnswer[] = [];
  try {
    for (let back = 1; back <= maxAnswers && back <= count; back++) {
      const { operation, data } = ring[(count - back) % maxAnswers] as Kept;
      const places: SeenPlace[] = [];
      if (typeof data === "string") own.append(places, { at: "data", is: data, names: [] });
      else look(own.dereference(data), "data", places);
      if (places.length > 0) own.append(answers, { operation, places });
    }
  } catch {}
  return answers;
}

/** Only for a run that returns nothing after all. */
export function answersWithout(value: unknown): SeenAnswer[] | undefined {
  try {
    return isNothing(value) ? lastAnswers() : undefined;
  } catch {
    return undefined;
  }
}

/** Whether nothing of a value is left in JSON: undefined, or a list or an object that holds nothing else. */
function isNothing(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null || depth > maxDepth) return value === undefined;
  if (own.isArray(value)) {
    const last = value.length - 1;
    return last >= 0 && isNothing(value[0], depth + 1) && isNothing(value[last], depth + 1);
  }
  let isEmpty = true;
  for (const name in value) {
    if (!isNothing((value as Record<string, unknown>)[name], depth + 1)) return false;
    isEmpty = false;
  }
  return !isEmpty;
}

/** Adds an object, and what is in it, to the places. Of a list the first item speaks for all. */
function look(value: unknown, at: string, places: SeenPlace[], depth = 0): void {
  if (typeof value !== "object" || value === null || places.length >= maxPlaces || depth > maxDepth) return;
  const is = kindOf(value);
  if (is === "list") {
    const list = value as unknown[];
    const isEmpty = list.length === 0;
    if (depth === 0 || isEmpty) own.append(places, { at, is: isEmpty ? "an empty list" : is, names: [] });
    look(list[0], `${at}[0]`, places, depth + 1);
    return;
  }
  const keys = is === "object" ? own.ownKeys(value) : [];
  const names: string[] = [];
  for (let index = 0; index < keys.length && index < maxNames; index++)
    own.append(names, own.sliceText(keys[index], 0, maxNameChars));
  own.append(places, { at, is, names });
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    look((value as Record<string, unknown>)[name], `${at}.${name}`, places, depth + 1);
  }
}

function kindOf(value: unknown): SeenPlace["is"] {
  if (value === null) return "null";
  if (own.isArray(value)) return "list";
  if (own.isView(value)) return "binary";
  return typeof value === "object" ? "object" : "text";
}
