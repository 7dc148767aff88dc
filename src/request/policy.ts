/**
 * What the policy of an API file says about a request. Of the rules that fit, deny wins over ask, and ask over allow; else
 * `otherwise`. A deny or an ask fits by every reading that a server may have of the method and of the values in the path
 * (`readings.ts`), an allow only by what is written. The gateway decides by it, and a refresh of a document compares by
 * it. Pure.
 */
import type { OperationSummary } from "../spec/catalog.ts";
import type { Access, ApiFile, PolicyRule } from "../terms/api-file.ts";
import { once } from "../terms/once.ts";
import { foldPattern } from "./fold.ts";
import { matchesPattern } from "./pattern.ts";
import { decode } from "./template.ts";
import { methodsReadIn, pathReadings } from "./readings.ts";

export interface PolicySubject {
  operation: OperationSummary;
  access: Access;
  /** Upper case. */
  method: string;
  /** The path as it is sent, without the base path. */
  path: string;
}

export type Effect = PolicyRule["effect"];

/** In how far an effect holds a request back. */
export const strictness: Record<Effect, number> = { allow: 0, ask: 1, deny: 2 };

const strictestFirst = ["deny", "ask", "allow"] as const;

/** @returns the effect with the rule that has it, or `otherwise` without one; undefined if the file says nothing */
export function policyOn(
  { policy = [], otherwise }: Pick<ApiFile, "policy" | "otherwise">,
  subject: PolicySubject,
): { effect: Effect; rule?: PolicyRule } | undefined {
  const readings = once(() => readingsOf(subject.path));
  const asWritten =
    strictest(policy.filter((rule) => fits(rule, subject))) ?? (otherwise && { effect: otherwise });
  // A rule that holds by a reading only makes nothing freer than what holds without it.
  const asRead = strictest(policy.filter((rule) => rule.effect !== "allow" && fits(rule, subject, readings)));
  if (!asRead || (asWritten && strictness[asWritten.effect] >= strictness[asRead.effect])) return asWritten;
  return asRead;
}

function strictest(rules: readonly PolicyRule[]): { effect: Effect; rule: PolicyRule } | undefined {
  for (const effect of strictestFirst) {
    const rule = rules.find((candidate) => candidate.effect === effect);
    if (rule) return { effect, rule };
  }
  return undefined;
}

/** @param readings of the path, folded; without them, only what is written counts */
function fits(
  rule: PolicyRule,
  { operation, method, path, access }: PolicySubject,
  readings?: () => readonly string[],
): boolean {
  const { tag } = rule;
  const methods = [method.toLowerCase(), ...(readings ? [operation.method, ...methodsReadIn(method)] : [])];
  const fitsPath = (pattern: string) => {
    if (matchesPattern(pattern, operation.path) || matchesPattern(pattern, path)) return true;
    if (!readings) return false;
    const folded = foldPattern(pattern.split("/").map(decode).join("/"));
    return readings().some(
      (read) => matchesPattern(folded, read) || matchesPattern(folded, inTheValuesOf(folded, read)),
    );
  };
  return (
    oneOf(rule.method, (pattern) => pattern === "*" || methods.includes(pattern.toLowerCase())) &&
    oneOf(rule.path, fitsPath) &&
    oneOf(rule.operation, (pattern) => matchesPattern(pattern, operation.id)) &&
    (tag === undefined ||
      operation.tags.some((own) => oneOf(tag, (pattern) => matchesPattern(pattern, own)))) &&
    oneOf(rule.access, (wanted) => wanted === access)
  );
}

const isNumber = (text: string) => /^\d+(?:\.\d+)?$/.test(text);
const isUuid = (text: string) => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(text);

/** A path in which each segment that a server may take for a value of the pattern is written as there. */
function inTheValuesOf(pattern: string, path: string): string {
  const wanted = pattern.split("/");
  const isValue = (segment: string | undefined) => segment !== undefined && !/^\**$/.test(segment);
  const values = wanted.filter(isValue);
  return path
    .split("/")
    .map((segment, index) => {
      // The value in the same place first: a star in a pattern may stand for several segments.
      const own = [wanted[index] ?? ""].filter(isValue);
      return valueIn(segment, own) ?? valueIn(segment, values) ?? segment;
    })
    .join("/");
}

function valueIn(segment: string, values: readonly string[]): string | undefined {
  // Some servers take a list for each of its entries, and a star for every name that it fits (Elasticsearch).
  const entries = segment.split(/[,|]/).map((entry) => (entry === "_all" ? "*" : entry));
  for (const value of values) {
    const isPattern = value.includes("*");
    for (const entry of entries) {
      if (isPattern && matchesPattern(value, entry)) return entry;
      if (isPattern && entry.includes("*") && mayMeet(value, entry)) return value.replaceAll("*", "");
      if (!isPattern && (entry === value || mayBe(entry, value) || matchesPattern(entry, value)))
        return value;
    }
  }
  // `1,000`
  return values.find((value) => isNumber(value) && mayBe(segment, value));
}

/** Whether something may fit both patterns, as far as their beginnings and ends tell. */
function mayMeet(one: string, other: string): boolean {
  const [a, b] = [one.split("*"), other.split("*")];
  const [first, start] = [a[0] ?? "", b[0] ?? ""];
  const [last, end] = [a.at(-1) ?? "", b.at(-1) ?? ""];
  return (first.startsWith(start) || start.startsWith(first)) && (last.endsWith(end) || end.endsWith(last));
}

/**
 * Whether a server may read a text as this value. Of numbers, some read the whole text in any notation (JavaScript, Go),
 * others the digits that it begins with (PHP, Rails, `parseInt`), in any script (Java, Python), grouped (Ruby and Python
 * `1_000`, .NET `1,000`) or octal behind a zero (Ruby, Go); of UUIDs, all read the digits (RFC 9562 section 4, PostgreSQL).
 */
function mayBe(text: string, value: string): boolean {
  if (text === "" || !(isNumber(value) || isUuid(value))) return false;
  if (isUuid(value))
    return text.replace(/^urn:uuid:/, "").replace(/[{}-]/g, "") === value.replaceAll("-", "");
  const plain = text.replace(/\p{Nd}/gu, digitOf);
  const wanted = value.replace(/^0+(?=\d)/, "");
  return [plain, plain.replaceAll("_", ""), plain.replaceAll(",", "")].some((read) => {
    const [, digits = ""] = /^[\s"'([+]*0*(\d+)/.exec(read) ?? [];
    const octal = /^\+?0[0-7]+$/.test(read) ? parseInt(read, 8) : NaN;
    return digits === wanted || Number(read) === Number(value) || octal === Number(value);
  });
}

/** Decimal digits of a script follow each other. */
function digitOf(char: string): string {
  const code = char.codePointAt(0)!;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

/** @param path as it is sent, or the template of an operation */
function readingsOf(path: string): string[] {
  const segments = path.slice(1).split("/").map(decode);
  const readings = pathReadings(segments);
  // Not parameters of a segment, but a list.
  if (path.includes(";") || segments.some((segment) => segment.includes(";")))
    readings.push(...pathReadings(segments.map((segment) => segment.replaceAll(";", ","))));
  return readings.map((read) => `/${read.join("/")}`);
}

/** A missing member fits everything; a list fits if one of its entries does. */
function oneOf<Value extends string>(given: Value | Value[] | undefined, test: (value: Value) => boolean) {
  return given === undefined || [given].flat().some((value) => test(value as Value));
}
