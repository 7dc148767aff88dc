/**
 * What servers may take a segment of a path for, other than for what it says: a number or a UUID in another notation, alone
 * or within the segment, a list of values, a value with its name, a pattern. A rule that holds something back by a value
 * holds for all of these. Pure.
 */
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
  const foundOf = onceEach(foundIn);
  const find = onceEach((segment: string) =>
    onceEach((value: string) => valueIn(foundOf(segment), value) ?? partlyIn(foundOf, segment, value)),
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
  return new Set(values.map((entry) => (entry === "_all" ? "*" : entry)));
}

interface Found {
  entries: ReadonlySet<string>;
  /** Of the entries and of the whole. */
  keys: ReadonlySet<string>;
  /** Those of the entries that are patterns. */
  stars: readonly string[];
}

function foundIn(text: string): Found {
  const entries = entriesOf(text);
  const keys = new Set([...entries, text].flatMap(keysOf));
  return { entries, keys, stars: [...entries].filter((entry) => entry.includes("*")) };
}

function valueIn({ entries, keys, stars }: Found, value: string): string | undefined {
  if (value.includes("*")) {
    for (const entry of entries) if (matchesPattern(value, entry)) return entry;
    return stars.some((entry) => mayMeet(value, entry)) ? value.replaceAll("*", "") : undefined;
  }
  const isThere = wantedKeys(value).some((key) => keys.has(key));
  return isThere || stars.some((entry) => matchesPattern(entry, value)) ? value : undefined;
}

/**
 * What may be a value within a segment that a rule has: the rule is a template then, with a parameter for each of them,
 * as `products({id})` for `products(5)`, `people({name})` for `people('ann')`.
 */
const part = /('(?:[^'*]|'')+'|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?<![\d.])\d+\.\d+(?![\d.])|\d+|\*)/;

/** The same for values that are only a part of the segment. A star may also stand for nothing. */
function partlyIn(foundOf: (text: string) => Found, segment: string, value: string): string | undefined {
  const isThere = [value, value.replaceAll("*", "")].some((wanted) => {
    const pieces = wanted.split(part);
    const names = pieces.filter((_, index) => index % 2 === 1);
    if (names.every((name) => name === "*")) return false;
    const literals = pieces.filter((_, index) => index % 2 === 0);
    const parts = fitSegment({ literals, names }, segment);
    return parts?.every((one, index) => {
      const name = unquoted(names[index] ?? "");
      return name === "*" || valueIn(foundOf(one), name) !== undefined;
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

const numberKey = (number: number | string) => `number ${number}`;
const uuidKey = (digits: string) => `UUID ${digits}`;

/** OData writes texts in quotes. */
const unquoted = (text: string): string => (/^'.+'$/s.test(text) ? text.slice(1, -1) : text);

/** A value as a rule has it. */
function wantedKeys(value: string): string[] {
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(value))
    return [value, uuidKey(value.replaceAll("-", ""))];
  if (!/^\d+(?:\.\d+)?$/.test(value)) return [value];
  return [value, numberKey(value.replace(/^0+(?=\d)/, "")), numberKey(Number(value))];
}

/**
 * All that a server may read a text as. Of numbers, some read the whole text in any notation (JavaScript, Go), others the
 * digits that it begins with (PHP, Rails, `parseInt`), in any script (Java, Python), grouped (Ruby and Python `1_000`, .NET
 * `1,000`) or octal behind a zero (Ruby, Go); of UUIDs, all read the digits (RFC 9562 section 4, PostgreSQL).
 */
function keysOf(text: string): string[] {
  const keys = [text, unquoted(text)];
  const digits = text.replace(/^urn:uuid:/, "").replace(/[{}-]/g, "");
  if (/^[\da-f]{32}$/.test(digits)) keys.push(uuidKey(digits));
  const plain = text.replace(/\p{Nd}/gu, digitOf);
  if (text === "" || !/\d/.test(plain)) return keys;
  for (const read of new Set([plain, plain.replaceAll("_", ""), plain.replaceAll(",", "")])) {
    const [, leading] = /^[\s"'([+]*0*(\d+)/.exec(read) ?? [];
    if (leading !== undefined) keys.push(numberKey(leading));
    if (/^\+?0[0-7]+$/.test(read)) keys.push(numberKey(parseInt(read, 8)));
    const whole = Number(read);
    if (Number.isFinite(whole)) keys.push(numberKey(whole));
  }
  return keys;
}

/** Decimal digits of a script follow each other. */
function digitOf(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 128) return char;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}
