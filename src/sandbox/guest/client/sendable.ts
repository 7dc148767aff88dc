/**
 * Values that JavaScript would turn into nonsense on the wire without a word: a promise that nobody awaited is `{}` in
 * JSON, `NaN` is null, a function is left out. They are mistakes of the code, whatever the document says. Pure.
 */
import { isObject } from "./parameters.ts";

/** Deeper than any body that a person writes. */
const maxDepth = 30;
const maxProblems = 4;

/** What is wrong with a value of a call, each with its place. */
export function nonsenseIn(value: unknown, at: string): string[] {
  const problems: string[] = [];
  look(value, at, problems, 0);
  return problems;
}

function look(value: unknown, at: string, problems: string[], depth: number): void {
  if (typeof value === "string" || value === undefined || value === null) return;
  if (depth > maxDepth || problems.length >= maxProblems) return;
  const problem = nonsense(value);
  if (problem !== undefined) problems.push(`${at}: ${problem}`);
  else if (Array.isArray(value))
    value.forEach((item, index) => look(item, `${at}[${index}]`, problems, depth + 1));
  else if (isPlain(value))
    for (const [name, item] of Object.entries(value)) look(item, `${at}.${name}`, problems, depth + 1);
}

function nonsense(value: unknown): string | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? undefined : `${value} was given, which is no number that can be sent`;
    case "function":
      return "a function was given; call it";
    case "symbol":
      return "a symbol was given";
    case "object":
      if (value instanceof Promise) return "a promise was given; await it first";
      if (value instanceof Date && Number.isNaN(value.getTime())) return "a Date was given that is no date";
      if (value instanceof Map) return "a Map was given; give Object.fromEntries(map)";
      if (value instanceof Set) return "a Set was given; give [...set]";
      return undefined;
    default:
      return undefined;
  }
}

/** Files, streams and bytes have nothing to look into. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
