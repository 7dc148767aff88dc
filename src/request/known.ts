/**
 * A value as the judge of calls sees it: all of it, in the isolate, or what can be told of it before the run. What a
 * program holds is lifted as it is looked at, so that a value that nobody looks into costs nothing.
 */

export type Primitive = string | number | boolean | bigint | null;

export interface Member {
  value: Known;
  /** False for a member that may also not be there. */
  sure: boolean;
}

export type Known =
  /** Nothing is known of it, or nothing that matters here: a client, a global. */
  | { kind: "unknown" | "global" | "client" | "method" }
  /** Not given: the same as `undefined`. */
  | { kind: "absent" }
  | { kind: "literal"; value: Primitive }
  /** A text of which only parts are known. */
  | { kind: "text" }
  /** `open`: it may hold members that are not listed. */
  | { kind: "object"; members: ReadonlyMap<string, Member>; open: boolean }
  | { kind: "array"; items: readonly Known[]; open: boolean }
  /** One of these, and which one is not known. */
  | { kind: "choice"; of: readonly Known[] }
  /** Only its type is known, or only that matters. */
  | { kind: "some"; type: "number" | "boolean" | "falsy" | "date" | "instance" | "form-data" | "url-params" }
  | { kind: "some"; type: "bytes"; mediaType?: string }
  /** `json`: what the text is the JSON of. */
  | { kind: "some"; type: "string"; json?: Known }
  | { kind: "function" }
  /** JavaScript would send nonsense for it without a word: `{}` for a promise, null for an invalid date. */
  | { kind: "nonsense"; what: Nonsense };

export type Nonsense = "symbol" | "promise" | "date" | "map" | "set";
export type KnownObject = Extract<Known, { kind: "object" }>;

export const nothing: KnownObject = { kind: "object", members: new Map(), open: false };
const absent: Known = { kind: "absent" };

/** @param value anything that a program can hold */
export function lift(value: unknown): Known {
  switch (typeof value) {
    case "undefined":
      return absent;
    case "function":
      return { kind: "function" };
    case "symbol":
      return { kind: "nonsense", what: "symbol" };
    case "object":
      return value === null ? { kind: "literal", value: null } : liftObject(value);
    default:
      return { kind: "literal", value: value as Primitive };
  }
}

function liftObject(value: object): Known {
  if (Array.isArray(value)) return new LiftedArray(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return new LiftedObject(value);
  if (value instanceof Date)
    return Number.isNaN(value.getTime())
      ? { kind: "nonsense", what: "date" }
      : { kind: "some", type: "date" };
  if (value instanceof Promise) return { kind: "nonsense", what: "promise" };
  if (value instanceof Map) return { kind: "nonsense", what: "map" };
  if (value instanceof Set) return { kind: "nonsense", what: "set" };
  if (value instanceof FormData) return { kind: "some", type: "form-data" };
  if (value instanceof URLSearchParams) return { kind: "some", type: "url-params" };
  if (!isBinary(value)) return { kind: "some", type: "instance" };
  return { kind: "some", type: "bytes", ...(value instanceof Blob && { mediaType: value.type }) };
}

/** Shown as one of many kinds, its members come into being when they are asked for. */
class LiftedObject {
  readonly kind = "object";
  readonly open = false;
  readonly #value: object;
  #members: Map<string, Member> | undefined;

  constructor(value: object) {
    this.#value = value;
  }

  get members(): ReadonlyMap<string, Member> {
    if (this.#members) return this.#members;
    this.#members = new Map();
    for (const [name, member] of Object.entries(this.#value))
      this.#members.set(name, { value: lift(member), sure: true });
    return this.#members;
  }
}

class LiftedArray {
  readonly kind = "array";
  readonly open = false;
  readonly #value: readonly unknown[];
  #items: Known[] | undefined;

  constructor(value: readonly unknown[]) {
    this.#value = value;
  }

  get items(): readonly Known[] {
    return (this.#items ??= this.#value.map(lift));
  }
}

export function isBinary(value: unknown): value is ArrayBuffer | ArrayBufferView | Blob | ReadableStream {
  return (
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    value instanceof Blob ||
    value instanceof ReadableStream
  );
}

/** Every value that it may be. */
export function alternatives(value: Known): readonly Known[] {
  return value.kind === "choice" ? value.of : [value];
}

/** Certain not to be there: not written, or undefined in every way. */
export function isMissing(member: Member | undefined): boolean {
  return !member || alternatives(member.value).every(({ kind }) => kind === "absent");
}

/** The same for a parameter, for which null is nothing as well. */
export function isNothing(member: Member | undefined): boolean {
  return (
    !member ||
    alternatives(member.value).every(
      (value) => value.kind === "absent" || (value.kind === "literal" && value.value === null),
    )
  );
}

/** A text that holds JSON, as what it holds; undefined if it holds none, or if that cannot be told. */
export function jsonIn(value: Known): Known | undefined {
  if (value.kind === "some" && value.type === "string") return value.json;
  if (value.kind !== "literal" || typeof value.value !== "string" || !/^\s*[[{"]/.test(value.value))
    return undefined;
  try {
    return lift(JSON.parse(value.value));
  } catch {
    return undefined;
  }
}
