/** Which way a condition goes, where that is certain. Pure. */
import type { Value } from "./value.ts";

/** Whether it counts as true; undefined if that is not known. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.kind) {
    case "absent":
      return false;
    case "literal":
      return Boolean(value.value);
    case "some":
      return value.type === "falsy"
        ? false
        : value.type === "bytes" || value.type === "date"
          ? true
          : undefined;
    case "object":
    case "array":
    case "function":
    case "client":
      return true;
    case "text":
      return value.parts.some((part) => part !== undefined && part !== "") ? true : undefined;
    default:
      return undefined;
  }
}

/** Whether it is neither null nor undefined. */
export function isGiven(value: Value): boolean | undefined {
  if (value.kind === "absent" || (value.kind === "literal" && value.value === null)) return false;
  return value.kind === "unknown" ||
    value.kind === "global" ||
    value.kind === "method" ||
    value.kind === "choice"
    ? undefined
    : value.kind === "some" && value.type === "falsy"
      ? undefined
      : true;
}
