/**
 * Makes and combines what is known of the values of expressions without running them. Everything else is `unknown`, which
 * is always safe: the check blocks only what is certain.
 */
import type { AnyNode } from "acorn";
import { alternatives, type Known, literal, type Member, unknown } from "../../request/known.ts";
import type { Scopes } from "../scopes.ts";

/** What built-ins.ts and mutation.ts need from the evaluator, which imports them. */
export interface Evaluation {
  readonly scopes: Scopes;
  evaluate(node: AnyNode): Known;
  /** Counts what is looked at beside. @returns whether that was too much for one program: nothing more is known */
  isSpent(looks: number): boolean;
  /** Calls `work` with the values of the frame in force. */
  within<T>(frame: Frame, work: () => T): T;
}

/** Values in one turn of a loop or one call of a function: the item for the loop, the arguments for the function. */
export type Frame = ReadonlyMap<AnyNode, readonly Known[]>;

/** One of several values; unknown if there are too many to look at. */
export function choice(values: readonly Known[]): Known {
  const flat = values.flatMap((value) => (value.kind === "choice" ? value.of : [value]));
  if (flat.length === 1) return flat[0] as Known;
  return flat.length === 0 || flat.length > 40 ? unknown : { kind: "choice", of: flat };
}

export function promiseOf(value: Known): Known {
  return { kind: "nonsense", what: "promise", of: awaited(value) };
}

/** What `await` makes of it. */
export function awaited(value: Known): Known {
  const given = (one: Known) =>
    one.kind === "nonsense" && one.what === "promise" ? (one.of ?? unknown) : one;
  return choice(alternatives(value).map(given));
}

/** A longer text is unknown: a few characters of code can make one of any length. In characters and pieces. */
export const maxTextChars = 16 * 1024;

/** @param parts pieces of the text, undefined for a hole */
export function text(parts: readonly (string | undefined)[]): Known {
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
export function textParts(value: Known): readonly (string | undefined)[] {
  if (value.kind === "literal") return [String(value.value)];
  return value.kind === "text" ? value.parts : [undefined];
}

/** Whether it counts as true in a condition; undefined if that is not known. */
export function truthOf(value: Known): boolean | undefined {
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
export function isGiven(value: Known): boolean | undefined {
  if (value.kind === "absent" || (value.kind === "literal" && value.value === null)) return false;
  if (value.kind === "some" && value.type === "falsy") return undefined;
  return !["unknown", "global", "method", "choice"].includes(value.kind) || undefined;
}

/**
 * Adds what `{ ...value }` spreads to the members of an object, in place.
 * @returns whether the object may have other members too
 */
export function spreadInto(members: Map<string, Member>, value: Known): boolean {
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
