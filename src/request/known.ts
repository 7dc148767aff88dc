/**
 * A value as the judge of calls sees it: all of it, in the isolate, or what can be told of it before the run. What a
 * program holds is lifted as it is looked at, so that a value that nobody looks into costs nothing.
 */
import { isBinary } from "../terms/binary.ts";
import { once } from "../terms/once.ts";
import type { FunctionNode } from "../terms/program.ts";

export type Primitive = string | number | boolean | bigint | null;

export interface Member {
  value: Known;
  /** False for a member that may also not be there. */
  sure: boolean;
}

export type Known =
  | { kind: "unknown" }
  /** Not given: the same as `undefined`. */
  | { kind: "absent" }
  | { kind: "literal"; value: Primitive }
  /** A text with holes; at least one part is a hole. */
  | { kind: "text"; parts: readonly (string | undefined)[] }
  /** `open`: it may hold members that are not listed. */
  | { kind: "object"; members: ReadonlyMap<string, Member>; open: boolean }
  | { kind: "array"; items: readonly Known[]; open: boolean }
  /** One of these, and which one is not known. */
  | { kind: "choice"; of: readonly Known[] }
  /** Only its type is known, or only that matters. */
  | { kind: "some"; type: "number" | "boolean" | "falsy" | "date" }
  /** `entries`: what it holds; a name that stands more than once has a list. */
  | { kind: "some"; type: "form-data" | "url-params"; entries?: KnownObject }
  /** Of a class whose members say nothing here. */
  | { kind: "some"; type: "instance"; name: string }
  | { kind: "some"; type: "bytes"; mediaType?: string }
  /** `json`: what the text is the JSON of. */
  | { kind: "some"; type: "string"; json?: Known }
  | { kind: "function"; fn: FunctionNode }
  /** JavaScript would send nonsense for it without a word: `{}` for a promise (of `of`), null for an invalid date. */
  | { kind: "nonsense"; what: Nonsense; of?: Known }
  /** A global of the run: `api`, `apis`, `spec` … */
  | { kind: "global"; name: string }
  /** The client of an API; the name is undefined for `api`. `as`: what was given to choose the account. */
  | { kind: "client"; api: string | undefined; as?: Known }
  /** A method taken off a client. */
  | { kind: "method"; api: string | undefined; name: string; as?: Known };

export type Nonsense =
  | "function"
  | "symbol"
  | "promise"
  | "date"
  | "map"
  | "set"
  | "NaN"
  | "Infinity"
  | "-Infinity"
  | `an object of the class ${string}`;
export type KnownObject = Extract<Known, { kind: "object" }>;

export const unknown: Known = { kind: "unknown" };
export const absent: Known = { kind: "absent" };

export function literal(value: Primitive): Known {
  return { kind: "literal", value };
}

export const nothing: KnownObject = { kind: "object", members: new Map(), open: false };

/**
 * @param value anything that a program can hold
 * @param lifted of each object what it became: one that is in many places, or in itself, stays one
 */
export function lift(value: unknown, lifted = new Map<object, Known>()): Known {
  if (value === undefined) return absent;
  if (typeof value === "function" || typeof value === "symbol")
    return { kind: "nonsense", what: typeof value as "function" };
  if (typeof value === "number" && !Number.isFinite(value))
    return { kind: "nonsense", what: String(value) as Nonsense };
  if (typeof value !== "object" || value === null) return literal(value as Primitive);
  let known = lifted.get(value);
  if (!known) lifted.set(value, (known = liftObject(value, lifted)));
  return known;
}

function liftObject(value: object, lifted: Map<object, Known>): Known {
  if (Array.isArray(value)) {
    const items = once(() => Array.from(value, (item) => lift(item, lifted)));
    return { kind: "array", open: false, get items() { return items(); } }; // prettier-ignore
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    const member = ([name, given]: [string, unknown]) =>
      [name, { value: lift(given, lifted), sure: true }] as const;
    const members = once(() => new Map(Object.entries(value).map(member)));
    return { kind: "object", open: false, get members() { return members(); } }; // prettier-ignore
  }
  if (value instanceof Date && !Number.isNaN(value.getTime())) return { kind: "some", type: "date" };
  for (const type of [Date, Promise, Map, Set])
    if (value instanceof type) return { kind: "nonsense", what: type.name.toLowerCase() as Nonsense };
  if (value instanceof FormData || value instanceof URLSearchParams) {
    const type = value instanceof FormData ? "form-data" : "url-params";
    const entries = once(() => lift(entriesIn(value as Iterable<[string, unknown]>)) as KnownObject);
    return { kind: "some", type, get entries() { return entries(); } }; // prettier-ignore
  }
  if (!isBinary(value)) {
    const name = nameOfClass(prototype);
    // A Response, an Error, a generator: JSON and forms would have nothing of it.
    const isEmpty = Object.keys(value).length === 0 && typeof (value as Writable).toJSON !== "function";
    if (isEmpty) return { kind: "nonsense", what: `an object of the class ${name}` };
    return { kind: "some", type: "instance", name };
  }
  return { kind: "some", type: "bytes", ...(value instanceof Blob && { mediaType: value.type }) };
}

interface Writable {
  toJSON?: unknown;
}

/** Of a form, of headers or a map; a name that stands more than once has a list. */
export function entriesIn(given: Iterable<[string, unknown]>): Record<string, unknown> {
  const found = Object.create(null) as Record<string, unknown>;
  /** Those that are lists of ours: one name may have 100,000 values. */
  const lists = new Map<string, unknown[]>();
  for (const [name, value] of given) {
    const list = lists.get(name);
    if (list) for (const one of [value].flat()) list.push(one);
    else if (Object.hasOwn(found, name)) {
      const both = [found[name], value].flat();
      lists.set(name, both);
      found[name] = both;
    } else found[name] = value;
  }
  return found;
}

const nameOfClass = (prototype: unknown) =>
  String((prototype as { constructor?: { name?: unknown } }).constructor?.name ?? "without a name");

/** Every value that it may be. */
export function alternatives(value: Known): readonly Known[] {
  return value.kind === "choice" ? value.of : [value];
}

/** What a value holds: members, items, or the values that it may be. */
export function partsOf(value: Known): readonly Known[] {
  if (value.kind === "object") return [...value.members.values()].map((member) => member.value);
  return value.kind === "array" ? value.items : value.kind === "choice" ? value.of : [];
}

/** Certain not to be there: not written, or undefined in every way. */
export function isMissing(member: Member | undefined): boolean {
  return !member || alternatives(member.value).every(({ kind }) => kind === "absent");
}

/** What a member can be, `absent` where it may not be there. */
export function valueOf({ value, sure }: Member): Known {
  return sure ? value : { kind: "choice", of: [...alternatives(value), absent] };
}

/** Certain to be there, as far as its value can be told. */
export function isSure(member: Member | undefined): boolean {
  return !!member && alternatives(valueOf(member)).every(({ kind }) => kind !== "absent");
}

/** The same as `isMissing` for a parameter, for which null is nothing as well. */
export function isNothing(value: Known = absent): boolean {
  return alternatives(value).every(
    (one) => one.kind === "absent" || (one.kind === "literal" && one.value === null),
  );
}

/** Longer JSON is not looked into: parsing cannot be left for a moment, and others would wait. */
const maxJsonChars = 2_000_000;

/** A text that holds JSON, as what it holds; undefined if it holds none, or if that cannot be told. */
export function jsonIn(value: Known): Known | undefined {
  if (value.kind === "some" && value.type === "string") return value.json;
  if (value.kind !== "literal" || typeof value.value !== "string" || !/^\s*[[{"]/.test(value.value))
    return undefined;
  if (value.value.length > maxJsonChars) return unknown;
  try {
    return lift(JSON.parse(value.value));
  } catch {
    return undefined;
  }
}
