import * as own from "./primordials.ts";

/** A short text of what was thrown; never throws itself. */
export function messageOf(error: unknown): string {
  try {
    if (typeof error === "string") return own.sliceText(error, 0, 500);
    if (typeof error === "symbol") return own.describeSymbol(error);
    if (typeof error !== "object" || error === null) return own.toText(error);
    const { message } = error as { message?: unknown };
    return typeof message === "string" ? own.sliceText(message, 0, 500) : "an object that is no error";
  } catch {
    return "an error that cannot be read";
  }
}
