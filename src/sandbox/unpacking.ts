/**
 * The arguments of a call as the host has them: values of the kinds that the code gave, and no others. Nothing in them
 * calls into the isolate, even if its code wrote the text.
 */
import { mark, maxDigits, type Packed } from "./guest/client/packed.ts";

/** Members that are read in one turn. */
const membersInTurn = 5_000;

/** A list or an object whose members are read. */
interface Reading {
  one: Record<string, unknown>;
  names: readonly string[] | undefined;
  next: number;
  /** Where it stands. */
  holder: Record<string, unknown>;
  name: string;
}

function reading(one: object, holder: object, name: string): Reading {
  const names = Array.isArray(one) ? undefined : Object.keys(one);
  return { one: one as Reading["one"], names, next: 0, holder: holder as Reading["one"], name };
}

/**
 * What was packed, in turns.
 * @returns the value, and what stands in it for what was left where it is
 * @throws Error for a text that nobody packed
 */
export function* unpacking({ text, bytes }: Packed): Generator<void, { value: unknown; whole?: unknown }> {
  let whole: unknown;
  const root = { value: JSON.parse(text) as unknown };
  const open = text.includes(`"${mark}":`) ? [reading(root, {}, "")] : [];
  for (let read = 1; open.length > 0; read++) {
    if (read % membersInTurn === 0) yield;
    const at = open.at(-1) as Reading;
    const { one, names, holder } = at;
    if (at.next < (names ?? (one as unknown as unknown[])).length) {
      const name = names ? (names[at.next] as string) : String(at.next);
      at.next += 1;
      const member = one[name];
      if (typeof member === "object" && member !== null) open.push(reading(member, one, name));
      continue;
    }
    open.pop();
    // An object of the code that has a member of this name is packed as well.
    if (!Object.hasOwn(one, mark)) continue;
    const [kind, made, ...about] = one[mark] as unknown[];
    if (kind === "hole") delete holder[at.name];
    else Object.defineProperty(holder, at.name, { ...plain, value: valueOf(String(kind), made, about) });
  }
  return { value: root.value, whole };

  function valueOf(kind: string, made: unknown, about: unknown[]): unknown {
    const make = Object.hasOwn(makers, kind) ? makers[kind] : undefined;
    if (!make) throw new TypeError("There is no such kind.");
    const content = contents.has(kind) ? contentOf(made) : made;
    const value = make(content, ...about);
    if (made === null && contents.has(kind)) whole = value;
    return value;
  }

  function contentOf(at: unknown): ArrayBuffer {
    const content = at === null ? new ArrayBuffer(0) : bytes[at as number];
    if (content instanceof ArrayBuffer) return content;
    throw new TypeError("There is no such content.");
  }
}

/** As a member that was written. */
const plain = { writable: true, enumerable: true, configurable: true };

/** Kinds that are made of what stands beside the text. */
const contents = new Set(["buffer", "view", "blob", "stream"]);

/** How each kind is made of what stands in the text. A forged one throws, or is a value like any other. */
// oxlint-disable-next-line typescript/no-explicit-any -- each takes what was packed of its own kind
const makers: Record<string, (...made: any[]) => unknown> = {
  // In a query it takes away what the path has of its name.
  undefined: () => undefined,
  function: () => () => undefined,
  symbol: () => Symbol("of the code"),
  bigint: (digits: unknown) => BigInt(String(digits).slice(0, maxDigits + 1)),
  number: (text: unknown) => Number(text),
  boxed: (value: unknown) => Object(value) as unknown,
  raw: (json: unknown) => rawJson(String(json)),
  object: (entries: [string, unknown][]) => Object.fromEntries(entries),
  date: (ms: number | null) => new Date(ms ?? Number.NaN),
  promise: () => Promise.resolve(),
  Map: (entries: [string, unknown][]) => new Map(entries),
  Set: (items: unknown[]) => new Set(items),
  URLSearchParams: (entries: [string, string][]) => new URLSearchParams(entries),
  Headers: (entries: [string, string][]) => new Headers(entries),
  FormData: (entries: [string, string][]) => {
    const form = new FormData();
    for (const [name, value] of entries) form.append(name, value);
    return form;
  },
  buffer: (content: ArrayBuffer) => content,
  view: (content: ArrayBuffer, name: unknown) => new (viewsByName[String(name)] ?? Uint8Array)(content),
  blob: (content: ArrayBuffer, type: unknown, name?: unknown) => {
    const options = { type: String(type) };
    return name === undefined ? new Blob([content], options) : new File([content], String(name), options);
  },
  stream: (content: ArrayBuffer) => new Response(content).body,
  instance: (name: unknown, entries: [string, unknown][], ...shown: unknown[]) => {
    const prototype = { constructor: { name }, ...(shown.length > 0 && { toJSON: () => shown[0] }) };
    return Object.defineProperties(
      Object.create(prototype) as object,
      Object.getOwnPropertyDescriptors(Object.fromEntries(entries)),
    );
  },
};

const viewsByName: Record<string, new (content: ArrayBuffer) => ArrayBufferView> = Object.fromEntries(
  [Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array]
    .concat([BigInt64Array, BigUint64Array, DataView] as never)
    .map((type) => [type.name, type as never]),
);

const { rawJSON: rawJson } = JSON as typeof JSON & { rawJSON(text: string): unknown };
