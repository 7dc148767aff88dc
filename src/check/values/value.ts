/**
 * What is known of the value of an expression without running it. Everything else is `unknown`, which is always safe:
 * the check blocks only what is certain.
 */
import type { Primitive } from "../../request/known.ts";
import type { FunctionNode } from "../walk.ts";

export interface Member {
  value: Value;
  /** False for a member that may be absent. */
  sure: boolean;
}

export type Value =
  | { kind: "unknown" }
  /** `undefined`: as an argument or member it counts as not given. */
  | { kind: "absent" }
  | { kind: "literal"; value: Primitive }
  /** A text with holes; at least one part is a hole. */
  | { kind: "text"; parts: (string | undefined)[] }
  /** `open`: it may have members that are not listed. */
  | { kind: "object"; members: ReadonlyMap<string, Member>; open: boolean }
  /** `open`: it may have items that are not listed. */
  | { kind: "array"; items: readonly Value[]; open: boolean }
  /** One of these, and it is not known which. */
  | { kind: "choice"; of: readonly Value[] }
  /** Computed at run time, but of this type. */
  | { kind: "some"; type: "number" | "boolean" | "falsy" | "bytes" | "date" }
  /** `json`: the value that the string is the JSON of. */
  | { kind: "some"; type: "string"; json?: Value }
  | { kind: "function"; fn: FunctionNode }
  /** A global of the run: `api`, `apis`, `spec` … */
  | { kind: "global"; name: string }
  /** The client of an API; the name is undefined for `api`. */
  | { kind: "client"; api: string | undefined }
  /** A method taken off a client. */
  | { kind: "method"; api: string | undefined; name: string };

export const unknown: Value = { kind: "unknown" };
export const absent: Value = { kind: "absent" };

export function literal(value: Primitive): Value {
  return { kind: "literal", value };
}

/** One of several values; unknown if there are too many to look at. */
export function choice(values: readonly Value[]): Value {
  const flat = values.flatMap((value) => (value.kind === "choice" ? value.of : [value]));
  if (flat.length === 1) return flat[0] as Value;
  return flat.length === 0 || flat.length > 40 ? unknown : { kind: "choice", of: flat };
}

/** Every value that it may be. */
export function alternatives(value: Value): readonly Value[] {
  return value.kind === "choice" ? value.of : [value];
}

/** A longer text is unknown: a few characters of code can make one of any length. In characters and pieces. */
export const maxTextChars = 16 * 1024;

/** @param parts pieces of the text, undefined for a hole */
export function text(parts: readonly (string | undefined)[]): Value {
  if (parts.reduce((sum, part) => sum + (part?.length ?? 0), parts.length) > maxTextChars) return unknown;
  const merged: (string | undefined)[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (part !== undefined && last !== undefined) merged[merged.length - 1] = last + part;
    else if (part !== undefined || merged.length === 0 || last !== undefined) merged.push(part);
  }
  if (merged.length === 0) return literal("");
  if (merged.length === 1 && merged[0] !== undefined) return literal(merged[0]);
  return { kind: "text", parts: merged };
}

/** The pieces of a value as a text: a single hole if it is not known. */
export function textParts(value: Value): (string | undefined)[] {
  if (value.kind === "literal") return [String(value.value)];
  return value.kind === "text" ? value.parts : [undefined];
}

/** Whether it counts as true in a condition; undefined if that is not known. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.kind) {
    case "absent":
      return false;
    case "literal":
      return Boolean(value.value);
    case "some":
      if (value.type === "falsy") return false;
      return value.type === "bytes" || value.type === "date" || undefined;
    case "object":
    case "array":
    case "function":
    case "client":
      return true;
    case "text":
      return value.parts.some(Boolean) || undefined;
    default:
      return undefined;
  }
}

/** Whether it is neither null nor undefined; undefined if that is not known. */
export function isGiven(value: Value): boolean | undefined {
  if (value.kind === "absent" || (value.kind === "literal" && value.value === null)) return false;
  if (value.kind === "some" && value.type === "falsy") return undefined;
  return !["unknown", "global", "method", "choice"].includes(value.kind) || undefined;
}

/**
 * Adds what `{ ...value }` spreads to the members of an object, in place.
 * @returns whether the object may have other members too
 */
export function spreadInto(members: Map<string, Member>, value: Value): boolean {
  let open = false;
  const options = alternatives(value);
  for (const option of options) {
    if (option.kind !== "object") {
      const empty =
        ["absent", "literal"].includes(option.kind) || (option.kind === "some" && option.type === "falsy");
      open ||= !empty;
      continue;
    }
    open ||= option.open;
    for (const [name, member] of option.members) {
      const before = members.get(name);
      // If the member may be absent, or another value may be spread, the earlier member may remain.
      const sure = member.sure && options.length === 1;
      const merged = sure || !before ? member.value : choice([before.value, member.value]);
      members.set(name, { value: merged, sure: sure || (before?.sure ?? false) });
    }
  }
  // An unknown member may have replaced any earlier one.
  if (open)
    for (const [name, member] of members)
      members.set(name, { ...member, value: choice([member.value, unknown]) });
  return open;
}
