/**
 * What can be said of the value of an expression without running it. Whatever cannot be told is `unknown`, which
 * is never wrong: the check blocks only what is certain.
 */
import type { FunctionNode } from "../walk.ts";

export type Primitive = string | number | boolean | null | bigint;

export interface Member {
  value: Value;
  /** False for a member that may also not be there. */
  sure: boolean;
}

export type Value =
  | { kind: "unknown" }
  /** `undefined`: as an argument or member the same as not given. */
  | { kind: "absent" }
  | { kind: "literal"; value: Primitive }
  /** A text with holes; at least one part is a hole. */
  | { kind: "text"; parts: (string | undefined)[] }
  /** `open`: it may hold members that are not listed. */
  | { kind: "object"; members: ReadonlyMap<string, Member>; open: boolean }
  /** `open`: there may be items that are not listed. */
  | { kind: "array"; items: readonly Value[]; open: boolean }
  /** One of these, and which one is not known. */
  | { kind: "choice"; of: readonly Value[] }
  /** Computed, but of this type: `typeof`, or what it is sent as. */
  | { kind: "some"; type: "number" | "boolean" | "falsy" | "bytes" | "date" }
  /** `json`: what the text is the JSON of. */
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

/** One of several values, flat and without more of them than are worth looking at. */
export function choice(values: readonly Value[]): Value {
  const flat = values.flatMap((value) => (value.kind === "choice" ? value.of : [value]));
  if (flat.length === 1) return flat[0] as Value;
  return flat.length === 0 || flat.length > 40 ? unknown : { kind: "choice", of: flat };
}

/** Every value that it may be. */
export function alternatives(value: Value): readonly Value[] {
  return value.kind === "choice" ? value.of : [value];
}

/** A text out of pieces, undefined standing for a hole. */
export function text(parts: readonly (string | undefined)[]): Value {
  const merged: (string | undefined)[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (part !== undefined && merged.length > 0 && last !== undefined)
      merged[merged.length - 1] = last + part;
    else if (part !== undefined || merged.length === 0 || last !== undefined) merged.push(part);
  }
  if (merged.length === 0) return literal("");
  if (merged.length === 1 && merged[0] !== undefined) return literal(merged[0]);
  return { kind: "text", parts: merged };
}

/** The pieces of a value as a text; undefined if there are several ways. */
export function textParts(value: Value): (string | undefined)[] {
  if (value.kind === "literal") return [String(value.value)];
  return value.kind === "text" ? value.parts : [undefined];
}
