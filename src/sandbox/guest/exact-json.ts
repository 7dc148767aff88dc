/**
 * JSON of an answer, in which integers that are too large for a JavaScript number are text, digit for digit: an id that
 * was rounded is the id of something else.
 */
import * as own from "./primordials.ts";

/** A number, not a text, of more digits than JavaScript's numbers hold for sure. */
const largeInteger = /(?:^|[:,[])\s*-?\d{16,}\s*(?:[,\]}]|$)/;

/** Throws as `JSON.parse` does. */
export function exactJson(text: string): unknown {
  return own.parseJson(
    text,
    own.execRegExp(largeInteger, text) ? (exactly as (key: string, value: unknown) => unknown) : undefined,
  );
}

function exactly(_key: string, value: unknown, { source }: { source?: string }): unknown {
  const isRounded =
    typeof value === "number" &&
    !own.isSafeInteger(value) &&
    own.execRegExp(/^-?\d+$/, source ?? "") !== null;
  return isRounded ? source : value;
}
