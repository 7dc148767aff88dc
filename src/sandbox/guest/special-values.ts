/**
 * Objects that are more than their own members: what each stands for in a result. Kinds are told by what only a
 * real one can do (its brand), not by names that code could give to anything. An object without the kind's prototype is
 * not asked: to be told no costs an error each time.
 */
import { minAttachedBytes } from "../limits.ts";
import type { Attachments } from "./attachments.ts";
import { messageOf } from "./message-of.ts";
import * as own from "./primordials.ts";

export type Special = { note?: string } & (
  | { kind: "text"; text: string }
  | { kind: "value"; value: unknown }
  | { kind: "list"; list: unknown[] }
  | { kind: "members"; names: string[]; values: unknown[] }
);

/** An iterator may never end; what is in it is only taken this far. */
const maxIterated = 100_000;

export interface Reading {
  /** Maps each response and blob that was read to what was in it. */
  bodies: unknown;
  attachments: Attachments | undefined;
  /** Called for each error that is thrown: they are what takes time. */
  onThrow(): void;
}

type Reader = (value: object, reading: Reading) => Special | undefined;

/** Asked in this order, with the prototype of its kind where one tells; a reader that throws says that the value is not of it. */
const readers: { of?: object; read: Reader }[] = [
  { of: own.baseDate, read: readDate },
  { of: own.baseMap, read: readMap },
  { of: own.baseSet, read: readSet },
  { of: own.baseNumber, read: unboxed(own.numberValue) },
  { of: own.baseString, read: unboxed(own.stringValue) },
  { of: own.baseBoolean, read: unboxed(own.booleanValue) },
  { of: own.baseBigInt, read: unboxed(own.bigintValue) },
  { of: own.baseBuffer, read: readBuffer },
  { read: readView },
  { of: own.NativePromise.prototype, read: readPromise },
  { read: readPlatform },
  // Before errors: what the client throws says itself what of it is told.
  { read: readToJson },
  { of: own.NativeError.prototype, read: readError },
  { of: own.baseRegExp, read: readRegExp },
  { read: readIterator },
];

/** What a value stands for, or undefined if its own members are all there is. */
export function readSpecial(value: object, reading: Reading): Special | undefined {
  for (let index = 0; index < readers.length; index++) {
    const { of, read } = readers[index] as (typeof readers)[number];
    try {
      const special = of === undefined || own.isInstance(of, value) ? read(value, reading) : undefined;
      if (special) return special;
    } catch {
      reading.onThrow();
    }
  }
  return undefined;
}

const textual = (text: string, note?: string): Special => ({ kind: "text", text, ...(note && { note }) });

function readDate(value: object): Special {
  const valid = !own.isNotANumber(own.dateTime(value));
  return valid ? textual(own.dateIso(value)) : { kind: "value", value: null };
}

/** A map with texts as keys reads as an object, any other one as pairs. */
function readMap(value: object): Special {
  own.mapSize(value);
  const names: string[] = [];
  const values: unknown[] = [];
  const list: unknown[] = [];
  own.mapForEach(value, ((entry: unknown, key: unknown) => {
    own.append(list, [key, entry]);
    if (typeof key === "string") own.append(names, key);
    own.append(values, entry);
  }) as never);
  return names.length === list.length ? { kind: "members", names, values } : { kind: "list", list };
}

function readSet(value: object): Special {
  own.setSize(value);
  const list: unknown[] = [];
  own.setForEach(value, ((entry: unknown) => own.append(list, entry)) as never);
  return { kind: "list", list };
}

/** The value in a box. */
function unboxed(unbox: (self: unknown) => unknown): Reader {
  return (value) => ({ kind: "value", value: unbox(value) });
}

function readBuffer(value: object, { attachments }: Reading): Special {
  own.bufferBytes(value);
  return bytes("ArrayBuffer", own.bytesOf(value), undefined, attachments);
}

function readView(value: object, { attachments }: Reading): Special | undefined {
  if (!own.isView(value)) return undefined;
  const tag = own.viewTag(value);
  if (tag === undefined) return textual("[DataView]");
  // Other kinds are numbers, not bytes.
  const handed = tag === "Uint8Array" || tag === "Uint8ClampedArray" ? attachments : undefined;
  return bytes(tag, own.bytesOf(value), contentTypeOf(value), handed);
}

/** What the client noted of an answer's bytes. */
function contentTypeOf(value: object): string | undefined {
  const { contentType } = value as { contentType?: unknown };
  return typeof contentType === "string" ? own.sliceText(contentType, 0, 200) : undefined;
}

function bytes(
  name: string,
  view: Uint8Array,
  type: string | undefined,
  attachments: Attachments | undefined,
): Special {
  const length = `${own.formatNumber(own.viewBytes(view), "en")} bytes`;
  const attached = attachments?.add(view, type);
  if (attached !== undefined) return textual(`[attachment ${attached}: ${type ?? name}, ${length}]`);
  const plain = `[${name} of ${length}]`;
  if (!attachments || own.viewBytes(view) < minAttachedBytes) return textual(plain);
  return textual(
    plain,
    "Not all bytes of the result were handed over. Make files of them: await file(bytes, name).",
  );
}

function readPromise(): Special {
  return textual(
    "[a promise that was not awaited]",
    "The result holds a promise that was not awaited: use await, or await Promise.all(list) for a list.",
  );
}

function readPlatform(value: object, { bodies, attachments }: Reading): Special | undefined {
  const is = (type: { prototype: object } | undefined) =>
    type !== undefined && own.isInstance(type.prototype, value);
  const { Response, Request, Headers, FormData, URLSearchParams, Blob, ReadableStream } = own.platform;
  if (is(Response)) return responseMembers(value as Response, bodies);
  if (is(Request)) {
    const { method, url, headers } = value as Request;
    return { kind: "members", names: ["method", "url", "headers"], values: [method, url, headers] };
  }
  if (is(Headers) || is(FormData) || is(URLSearchParams)) return entries(value as Headers);
  if (is(Blob)) {
    const { type, size } = value as Blob;
    const read = (bodies && own.mapGet(bodies, value as never)) as Uint8Array | undefined;
    const name = type === "" ? "Blob" : `Blob ${type}`;
    if (read) return bytes(name, read, type === "" ? undefined : type, attachments);
    return textual(`[${name} of ${own.formatNumber(size, "en")} bytes]`);
  }
  return is(ReadableStream) ? textual("[ReadableStream]", `The result holds a stream ${unread}`) : undefined;
}

const unread = "that was not read: use await response.text() or .json().";

function responseMembers(response: Response, bodies: unknown): Special {
  const { status, headers } = response;
  const read = own.mapHas(bodies, response as never);
  const data = read ? own.mapGet(bodies, response as never) : "[a body that was not read]";
  return {
    kind: "members",
    names: ["status", "headers", "data"],
    values: [status, headers, data],
    ...(!read && { note: `The result holds a response ${unread}` }),
  };
}

function entries(value: Headers): Special {
  const names: string[] = [];
  const values: unknown[] = [];
  value.forEach((entry: unknown, name: string) => {
    own.append(names, name);
    own.append(values, entry);
  });
  return { kind: "members", names, values };
}

function readError(value: object): Special {
  const error = value as Record<string, unknown>;
  const keys = own.ownKeys(error);
  const names: string[] = [];
  const values: unknown[] = [];
  const add = (name: string) => {
    own.append(names, name);
    own.append(values, error[name]);
  };
  add("name");
  add("message");
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    if (key !== "name" && key !== "message" && key !== "stack") add(key);
  }
  if (own.hasOwn(error, "cause")) add("cause");
  if (own.hasOwn(error, "errors")) add("errors");
  return { kind: "members", names, values };
}

function readRegExp(value: object): Special {
  return textual(`/${own.regExpSource(value)}/${own.regExpFlags(value)}`);
}

/** A `toJSON` of the object or its class. One on the prototype of all objects was put there to change results. */
function readToJson(value: object, { onThrow }: Reading): Special | undefined {
  let at: object | null = value;
  for (let level = 0; at !== null && level < 10; level++) {
    if (at === own.baseObject || at === own.baseArray || at === own.baseFunction) return undefined;
    if (own.hasOwn(at, "toJSON")) break;
    at = own.getPrototypeOf(at) as object | null;
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== "function") return undefined;
  try {
    const converted = (value as { toJSON(key: string): unknown }).toJSON("");
    // One that answers with its own object would never end.
    return converted === value ? undefined : { kind: "value", value: converted };
  } catch (error) {
    onThrow();
    return textual(`[toJSON threw: ${messageOf(error)}]`);
  }
}

/** Iterators that can be read at once are read; for others the note says how. */
function readIterator(value: object): Special | undefined {
  const iterator = value as Partial<Iterator<unknown>> & { [Symbol.asyncIterator]?: unknown };
  if (typeof iterator[Symbol.asyncIterator] === "function")
    return textual(
      "[an async iterator that was not read]",
      "The result holds an async iterator: use for await (… of …), or await Array.fromAsync(…).",
    );
  if (
    typeof (value as Iterable<unknown>)[Symbol.iterator] !== "function" ||
    typeof iterator.next !== "function"
  )
    return undefined;
  const list: unknown[] = [];
  for (let step = iterator.next(); !step.done && list.length < maxIterated; step = iterator.next())
    own.append(list, step.value);
  return { kind: "list", list };
}
