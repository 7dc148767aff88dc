/** What a JSON value costs in tokens, counted part by part so that counting can stop early. */
import { estimateTokens } from "./token-estimate.ts";

/** Tokens of the signs around one member of an object, and around one item of a list. */
export const memberSigns = 2;
export const itemSigns = 1;

/** What is nested deeper counts as endless: nobody reads it, and stacks have an end. */
const maxDepth = 100;

/** Tokens of a value, part by part; no further than `enough`. */
export function measure(value: unknown, enough: number, depth = 0): number {
  if (typeof value === "string") return textTokens(value, enough);
  if (typeof value !== "object" || value === null) return estimateTokens(String(value));
  if (depth > maxDepth) return Infinity;
  let tokens = 1;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (tokens > enough) return tokens;
      tokens += itemSigns + measure(item, enough - tokens, depth + 1);
    }
    return tokens;
  }
  for (const name in value) {
    if (tokens > enough) return tokens;
    tokens += memberSigns + textTokens(name, enough - tokens);
    tokens += measure((value as Record<string, unknown>)[name], enough - tokens, depth + 1);
  }
  return tokens;
}

/** No text is cheaper than one token for 64 of its characters, so most of a huge one need not be looked at. */
function textTokens(text: string, enough: number): number {
  const head = text.length > enough * 64 ? text.slice(0, Math.max(64, enough * 64)) : text;
  return estimateTokens(JSON.stringify(head), enough);
}
