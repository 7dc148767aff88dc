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
import { readPaths, type ReadPath } from "./path-values.ts";
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
  /** Whether it is the operation's as it is written, and not only as some server reads it. */
  isWritten: boolean;
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
  { operation, method, path, access, isWritten }: PolicySubject,
  readings?: () => readonly ReadPath[],
): boolean {
  const { tag } = rule;
  const methods = [method.toLowerCase(), ...(readings ? [operation.method, ...methodsReadIn(method)] : [])];
  const fitsPath = (pattern: string) => {
    if (matchesPattern(pattern, operation.path)) return true;
    // What allows a value of one operation allows nothing of another one that a server finds in it, and no other value.
    if (readings ? matchesPattern(pattern, path) : isWritten && fitsEachEntry(pattern, path)) return true;
    if (!readings) return false;
    const decoded = pattern.split("/").map(decode).join("/");
    return [...new Set([decoded, inLists(decoded)].map(foldPattern))].some((folded) =>
      readings().some(
        (read) => matchesPattern(folded, read.path) || matchesPattern(folded, read.inTheValuesOf(folded)),
      ),
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

/** @param path as it is sent, or the template of an operation */
function readingsOf(path: string): ReadPath[] {
  const segments = path.slice(1).split("/").map(decode);
  const readings = pathReadings(segments);
  for (const change of [inLists, withoutWideDigits, withoutUnweighted]) {
    const changed = segments.map(change);
    if (changed.some((segment, index) => segment !== segments[index]))
      readings.push(...pathReadings(changed));
  }
  return readPaths(readings.map((read) => `/${read.join("/")}`));
}

/** What stands behind a semicolon may be values of a list, and not parameters of the segment. */
const inLists = (text: string) => text.replaceAll(";", ",");

/** To many parsers a number ends before a digit that is not ASCII: `1０` is 1 to PHP, while folding makes it 10. */
const withoutWideDigits = (text: string) =>
  text.replace(/\P{ASCII}/gu, (char) => (/\d/.test(char.normalize("NFKD")) ? "~" : char));

/** Older collations of SQL Server give no weight to characters beyond the first plane, and to those that are none. */
const withoutUnweighted = (text: string) => text.replace(/[\u{10000}-\u{10ffff}]|\p{Cn}/gu, "");

/**
 * Whether a pattern fits a path, and each value where a segment is a list of them to some server: `public-*` fits
 * `public-a`, and not `public-a,secret`. A list that the pattern spells out is one value.
 */
function fitsEachEntry(pattern: string, path: string): boolean {
  if (!matchesPattern(pattern, path)) return false;
  if (!/[,|;%]/.test(path)) return true;
  const wanted = pattern.split("/");
  const segments = path.split("/");
  return segments.every((segment, index) => {
    if (wanted[index] === segment || !/[,|;]/.test(decode(segment))) return true;
    return entriesIn(segment).every((entry) =>
      matchesPattern(pattern, segments.with(index, entry).join("/")),
    );
  });
}

/** Values between separators, encoded or not; what stands in brackets is one value: `(a=1,b=2)`. */
function entriesIn(segment: string): string[] {
  const entries = [""];
  let depth = 0;
  for (const [piece] of segment.matchAll(/%(?:2c|7c|3b|28|29)|[^]/gi)) {
    const char = decode(piece);
    depth = Math.max(0, depth + (char === "(" ? 1 : char === ")" ? -1 : 0));
    if (depth === 0 && /^[,|;]$/.test(char)) entries.push("");
    else entries.push(entries.pop() + piece);
  }
  return entries;
}

/** A missing member fits everything; a list fits if one of its entries does. */
function oneOf<Value extends string>(given: Value | Value[] | undefined, test: (value: Value) => boolean) {
  return given === undefined || [given].flat().some((value) => test(value as Value));
}
