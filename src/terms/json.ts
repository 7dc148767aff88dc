/** JSON from outside. */

/** @returns undefined for what is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The same, but a number that is no safe integer is the text that stands for it: two ids of 64 bits must not become one.
 */
export function parseJsonOfIds(text: string): unknown {
  const asWritten = (_key: string, value: unknown, context?: { source: string }): unknown =>
    typeof value === "number" && !Number.isSafeInteger(value) ? context?.source : value;
  try {
    return JSON.parse(text, asWritten) as unknown;
  } catch {
    return undefined;
  }
}
