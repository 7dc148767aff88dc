/**
 * What servers may take a segment of a path for, other than for what it says: a number or a UUID in another notation, alone
 * or within the segment, a list of values, a value with its name, a pattern. A rule that holds something back by a value
 * holds for all of these. Pure.
 */
import { keysOf, unquoted, wantedKeys } from "./notations.ts";
import { matchesPattern } from "./pattern.ts";
import { fitSegment } from "./template.ts";

/** A reading of a path, folded (`readings.ts`). */
export interface ReadPath {
  path: string;
  /** @returns the path with each segment that may be a value of the pattern written as there */
  inTheValuesOf(pattern: string): string;
}

/** @param paths readings of one path: most of their segments are the same */
export function readPaths(paths: readonly string[]): ReadPath[] {
  const known: Known = { foundOf: onceEach(foundIn), wantedOf: onceEach(wantedKeys) };
  const find = onceEach((segment: string) =>
    onceEach((value: string) => valueIn(known, segment, value) ?? partlyIn(known, segment, value)),
  );
  return paths.map((path) => ({
    path,
    inTheValuesOf(pattern) {
      const wanted = pattern.split("/");
      const values = wanted.filter(isValue);
      return path
        .split("/")
        .map((segment, index) => {
          // The value in the same place first: a star in a pattern may stand for several segments.
          const first = wanted.slice(index, index + 1).filter(isValue);
          for (const value of [...first, ...values]) {
            const found = find(segment)(value);
            if (found !== undefined) return found;
          }
          return segment;
        })
        .join("/");
    },
  }));
}

/** Computed once for each text, as long as the path is looked at. */
function onceEach<Value>(make: (text: string) => Value): (text: string) => Value {
  const made = new Map<string, Value>();
  return (text) => {
    if (!made.has(text)) made.set(text, make(text));
    return made.get(text) as Value;
  };
}

const isValue = (segment: string) => !/^\**$/.test(segment);

/**
 * Some servers take a list for each of its entries, and a star for every name that it fits (Elasticsearch). In the styles of
 * OpenAPI a list begins with its separator (`.5.6`, `;id=5` with a comma for the semicolon), and entries have names.
 */
function entriesOf(segment: string): ReadonlySet<string> {
  const entries = segment.split(segment.startsWith(".") ? /[,|.]/ : /[,|]/);
  // The text behind a name may hold the separator.
  const values = [segment, ...entries].flatMap((entry) => [entry, entry.slice(entry.indexOf("=") + 1)]);
  return new Set(values.flatMap(formsOf).map((entry) => (entry === "_all" ? "*" : entry)));
}

/**
 * An entry as it is, and without what servers leave out: blanks, quotes and brackets around it, and of Elasticsearch's indices
 * the selector (`logs::data`) and what is worked out from the date (`<logs-{now/d}>`).
 */
function formsOf(entry: string): string[] {
  const bare = bareOf(entry);
  const name = bare.split("::", 1)[0] ?? "";
  const dated = entry.trimStart().startsWith("<") && name.includes("{");
  return [entry, bare, name, ...(dated ? [`${name.slice(0, name.indexOf("{"))}*`] : [])];
}

function bareOf(entry: string): string {
  let [start, end] = [0, entry.length];
  while (start < end && around.test(entry.charAt(start))) start += 1;
  while (end > start && around.test(entry.charAt(end - 1))) end -= 1;
  return entry.slice(start, end);
}

const around = /[\s"'`()[\]{}<>]/;

interface Found {
  entries: ReadonlySet<string>;
  /** Of the entries and of the whole. */
  keys: ReadonlySet<string>;
  /** Those of the entries that are patterns. */
  stars: readonly string[];
}

interface Known {
  foundOf(text: string): Found;
  wantedOf(value: string): string[];
}

function foundIn(text: string): Found {
  const entries = entriesOf(text);
  const keys = new Set([...entries, text].flatMap(keysOf));
  return { entries, keys, stars: [...entries].filter((entry) => entry.includes("*")) };
}

function valueIn({ foundOf, wantedOf }: Known, text: string, value: string): string | undefined {
  const { entries, keys, stars } = foundOf(text);
  if (value.includes("*")) {
    for (const entry of entries) if (matchesPattern(value, entry)) return entry;
    return stars.some((entry) => mayMeet(value, entry)) ? value.replaceAll("*", "") : undefined;
  }
  const isThere = wantedOf(value).some((key) => keys.has(key));
  return isThere || stars.some((entry) => matchesPattern(entry, value)) ? value : undefined;
}

/**
 * What may be a value within a segment that a rule has: the rule is a template then, with a parameter for each of them,
 * as `products({id})` for `products(5)`, `people({name})` for `people('ann')`.
 */
const part = /('(?:[^'*]|'')+'|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?<![\d.])\d+\.\d+(?![\d.])|\d+|\*)/;

/** The same for values that are only a part of the segment. A star may also stand for nothing. */
function partlyIn(known: Known, segment: string, value: string): string | undefined {
  const isThere = [value, value.replaceAll("*", "")].some((wanted) => {
    const pieces = wanted.split(part);
    const names = pieces.filter((_, index) => index % 2 === 1);
    if (names.every((name) => name === "*")) return false;
    const literals = pieces.filter((_, index) => index % 2 === 0);
    const parts = fitSegment({ literals, names }, segment);
    return parts?.every((one, index) => {
      const name = unquoted(names[index] ?? "");
      // The value of OData's `(@id)` stands in the query.
      return name === "*" || /^@\w/.test(one) || valueIn(known, one, name) !== undefined;
    });
  });
  return isThere ? value.replaceAll("*", "") : undefined;
}

/** Whether something may fit both patterns, as far as their beginnings and ends tell. */
function mayMeet(one: string, other: string): boolean {
  const [a, b] = [one.split("*"), other.split("*")];
  const [first, start] = [a[0] ?? "", b[0] ?? ""];
  const [last, end] = [a.at(-1) ?? "", b.at(-1) ?? ""];
  return (first.startsWith(start) || start.startsWith(first)) && (last.endsWith(end) || end.endsWith(last));
}
