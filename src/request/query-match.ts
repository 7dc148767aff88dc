/** Whether a request's query holds the query of a path key (`/threads?beta=true`): exactly, or as some server reads it. */
import { foldText } from "./fold.ts";
import { pathsIn } from "./query-paths.ts";
import { pathReadings, type Pairs } from "./readings.ts";

/** Exactly: each name once, with its value. A name given twice is read differently by each server. */
export function holdsQuery(search: string, query: Pairs): boolean {
  if (query.length === 0) return true;
  const given = new URLSearchParams(search);
  return query.every(([name, value]) => {
    const all = given.getAll(name);
    return all.length === 1 && all[0] === value;
  });
}

/** @param readings see `queryReadings` */
export function mayHoldQuery(readings: readonly Pairs[], query: Pairs): boolean {
  return query.every(([name, value]) => {
    const wanted = foldName(name);
    return readings.some((pairs) =>
      pairs.some(([key, given]) => namesReadIn(key).includes(wanted) && mayMean(given, value)),
    );
  });
}

/** Whether every reading has each name of a path key's query once, written as in the document. */
export function surelyHoldsQuery(readings: readonly Pairs[], query: Pairs): boolean {
  return query.every(([name, value]) => {
    const wanted = foldName(name);
    return readings.every((pairs) => {
      const [first, ...others] = pairs.filter(([key]) => namesReadIn(key).includes(wanted));
      return others.length === 0 && first?.[0] === name && first[1] === value;
    });
  });
}

/** Whether some server takes a name for one of those in the query of a path key. */
export function mayTell(name: string, query: Pairs): boolean {
  const names = namesReadIn(name);
  return query.some(([wanted]) => names.includes(foldName(wanted)));
}

/** Whether front controllers of one URL take the method from such a parameter: `?method=DELETE`. */
export const mayNameMethod = (name: string): boolean =>
  namesReadIn(name).some((one) => /^(?:http)?(?:request)?(?:method|verb)$/.test(one));

/**
 * What some server may take a name for, folded: servers write `a.b`, `a b` and `a_b` for each other. PHP, Rack and qs take
 * `a[]` and `a[0]` for a list of `a`; Rack leaves out brackets before a name, and takes `a[b` for a list too, where PHP
 * writes `a_b`.
 */
export function namesReadIn(name: string): string[] {
  const folded = foldText(name).replace(/^[\s[\]]+/, "");
  const [list = ""] = folded.split("[", 1);
  const isOpen = list !== folded && !folded.includes("]", list.length);
  return (isOpen ? [list, folded] : [list]).map((one) => one.replace(/[^\p{L}\p{N}]/gu, ""));
}

/** What a name of the document is compared by with what is read in others. */
export const foldName = (name: string): string => namesReadIn(name)[0] ?? "";

const truthy = new Set(["1", "on", "t", "true", "y", "yes"]);
const falsy = new Set(["0", "f", "false", "n", "no", "null", "off"]);

/** Routes are the same path, whatever slashes are around and within them: `?r=user/list` and `?r=/user//list/`. */
function mayBePath(given: string, wanted: string): boolean {
  if (!/[/\\]/.test(given) && !wanted.includes("/")) return false;
  const [path] = pathReadings(wanted.split("/")).map((segments) => segments.join("/"));
  return pathsIn(given)
    .flatMap((one) => pathReadings(one.split("/")))
    .some((segments) => segments.join("/") === path);
}

/**
 * Some servers look only whether a switch is there, or whether its value is one of the words for no. Other values are
 * words or numbers, perhaps in a list.
 */
function mayMean(given: string, wanted: string): boolean {
  const value = foldText(wanted).trim();
  if (value === "") return true;
  return [given, ...given.split(",")].some((part) => {
    const one = foldText(part)
      .trim()
      .replace(/^"(.*)"$/, "$1");
    if (truthy.has(value)) return !falsy.has(one);
    if (one === value || (falsy.has(value) && (one === "" || falsy.has(one)))) return true;
    return (one !== "" && Number(one) === Number(value)) || mayBePath(one, value);
  });
}
