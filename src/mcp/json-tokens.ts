/** Counts the tokens of a JSON value part by part, so that counting can stop early. */
import { BoundedMap } from "../terms/bounded-map.ts";
import { estimateTokens } from "./token-estimate.ts";
import { visibleJson } from "../terms/visible.ts";

/** Tokens of the signs around one member of an object, and around one item of a list. */
export const memberSigns = 2;
export const itemSigns = 1;

/** Deeper values count as infinite: nobody reads them, and the stack is limited. */
const maxDepth = 100;

/** Earlier counts: each level of a result is measured again by the level above it. Results never change. */
const counted = new WeakMap<object, { tokens: number; whole: boolean }>();

/** Tokens of a value. @param enough stop counting there: the answer is then only known to be more */
export function jsonTokens(value: unknown, enough: number, depth = 0): number {
  if (typeof value === "string") return textTokens(value, enough);
  if (typeof value !== "object" || value === null) return estimateTokens(String(value));
  if (depth > maxDepth) return Infinity;
  const before = counted.get(value);
  if (before && (before.whole || before.tokens > enough)) return before.tokens;
  const tokens = Array.isArray(value)
    ? itemsTokens(value, enough, depth)
    : membersTokens(value as Record<string, unknown>, enough, depth);
  counted.set(value, { tokens, whole: tokens <= enough });
  return tokens;
}

function itemsTokens(list: unknown[], enough: number, depth: number): number {
  let tokens = 1;
  for (const item of list) {
    if (tokens > enough) return tokens;
    tokens += itemSigns + jsonTokens(item, enough - tokens, depth + 1);
  }
  return tokens;
}

function membersTokens(object: Record<string, unknown>, enough: number, depth: number): number {
  let tokens = 1;
  for (const name of namesOf(object)) {
    if (tokens > enough) return tokens;
    tokens += memberSigns + textTokens(name, enough - tokens);
    tokens += jsonTokens(object[name], enough - tokens, depth + 1);
  }
  return tokens;
}

/** Names of members that were listed before, if there are many: to list 300,000 takes as long as to shorten a result. */
const listed = new WeakMap<object, string[]>();
const fewNames = 1_000;

/** The names of an object from JSON. */
export function namesOf(object: object): string[] {
  const before = listed.get(object);
  if (before) return before;
  const names = Object.keys(object);
  if (names.length > fewNames) listed.set(object, names);
  return names;
}

/** The same names and values come again, in one result and in its rounds of fitting. */
const countedTexts = new BoundedMap<string, number>(5_000);
const maxCountedChars = 500;

/** A token covers at most 64 characters, so only the beginning of a huge text needs counting. */
function textTokens(text: string, enough: number): number {
  if (text.length > maxCountedChars) {
    const head = text.length > enough * 64 ? text.slice(0, Math.max(64, enough * 64)) : text;
    return estimateTokens(visibleJson(JSON.stringify(head)), enough);
  }
  return countedTexts.take(text, () => estimateTokens(visibleJson(JSON.stringify(text))));
}
