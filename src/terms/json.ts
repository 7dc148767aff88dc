/** JSON from outside. */

type Reviver = (key: string, value: unknown, context?: { source: string }) => unknown;

/** @returns undefined for what is not JSON */
export function parseJson(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The same, but a number that is no safe integer is the text that stands for it: two ids of 64 bits must not become one.
 */
export const parseJsonOfIds = (text: string): unknown =>
  parseJson(text, (_key, value, context) =>
    typeof value === "number" && !Number.isSafeInteger(value) ? context?.source : value,
  );
