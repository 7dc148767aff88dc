/**
 * The harness's own copies of what JavaScript brings along, taken before any other code runs. Code in the run may
 * change or break every global and prototype afterwards: what is exported here stays what it was.
 *
 * Rules for the files that build the outcome: no method call on a value (`list.push`), no `for … of`, no spread,
 * nothing that looks up a prototype; strings are added up, lists grow by `append`.
 */

type AnyFunction = (...args: never[]) => unknown;
type Uncurried<F extends AnyFunction> = (self: unknown, ...args: Parameters<F>) => ReturnType<F>;

const { bind, call } = Function.prototype;

/** A method as a function of its `this`. */
function uncurry<F extends AnyFunction>(method: F): Uncurried<F> {
  return bind.call(call, method) as Uncurried<F>;
}

function getter(prototype: object, key: PropertyKey): (self: unknown) => unknown {
  const get = Object.getOwnPropertyDescriptor(prototype, key)?.get;
  if (!get) throw new Error(`No getter ${String(key)}`);
  return uncurry(get) as (self: unknown) => unknown;
}

export const {
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  keys: ownKeys,
  create,
} = Object;
export const { apply, deleteProperty } = Reflect;
export const { isArray } = Array;
export const { isView } = ArrayBuffer;
export const { now } = Date;
export const { min, max } = Math;
export const toText = String;
export const { isNaN: isNotANumber, isFinite: isFiniteNumber, isSafeInteger } = Number;
export const parseJson = JSON.parse;
const { stringify } = JSON;

export const baseObject = Object.prototype;
export const baseArray = Array.prototype;
export const baseFunction = Function.prototype;
export const baseBuffer = ArrayBuffer.prototype;
export const baseDate = Date.prototype;
export const baseMap = Map.prototype;
export const baseSet = Set.prototype;
export const baseNumber = Number.prototype;
export const baseString = String.prototype;
export const baseBoolean = Boolean.prototype;
export const baseBigInt = BigInt.prototype;
export const baseRegExp = RegExp.prototype;

export const isInstance = uncurry(Object.prototype.isPrototypeOf as (value: object) => boolean);
export const setTimer: (callback: () => void, delayMs: number) => unknown = globalThis.setTimeout;
export const setRepeating: (callback: () => void, everyMs: number) => unknown = globalThis.setInterval;
export const clearRepeating = globalThis.clearInterval as (timer: unknown) => void;
export const clearTimer = globalThis.clearTimeout as (timer: unknown) => void;
export const NativePromise = Promise;
export const NativeError = Error;
export const NativeTypeError = TypeError;
export const NativeReferenceError = ReferenceError;
export const NativeProxy = Proxy;
export const NativeWeakRef = WeakRef;
export const dereference = uncurry(WeakRef.prototype.deref as () => unknown);
export const thenOf = uncurry(Promise.prototype.then);

/**
 * A promise that `await` takes as it is. Without a `constructor` of its own it would be asked for the one on its
 * prototype, and if that were another one, for its `then`: code may have replaced both.
 */
export function shielded<T>(promise: T): T {
  if (isInstance(NativePromise.prototype, promise as object))
    defineProperty(promise as object, "constructor", {
      __proto__: null,
      value: NativePromise,
    } as PropertyDescriptor);
  return promise;
}

/** One thread may run the programs of all. With the timer that code cannot replace, which in a lasting run is a sleep. */
export const othersTurn = (): Promise<void> =>
  shielded(new NativePromise<void>((resolve) => setTimer(resolve, 0)));

export const sliceText = uncurry(String.prototype.slice);
export const replaceAllText = uncurry(String.prototype.replaceAll as (from: string, to: string) => string);
export const indexOfText = uncurry(String.prototype.indexOf);
export const charCode = uncurry(String.prototype.charCodeAt);

/** The same text in one stretch of memory: the engine puts it together when a character of it is read. */
export const flatten = (text: string): string => (charCode(text, 0) === 0 ? sliceText(text, 0) : text);
export const startsWith = uncurry(String.prototype.startsWith);
export const execRegExp = uncurry(RegExp.prototype.exec);
export const formatNumber = uncurry(Number.prototype.toLocaleString as (locale: string) => string);
export const describeSymbol = uncurry(Symbol.prototype.toString);

export const newMap = <K, V>(): Map<K, V> => new OwnMap<K, V>();
const OwnMap = Map;
export const mapGet = uncurry(Map.prototype.get);
export const mapSet = uncurry(Map.prototype.set);
export const mapHas = uncurry(Map.prototype.has);
export const mapDelete = uncurry(Map.prototype.delete);
export const mapForEach = uncurry(Map.prototype.forEach);
export const mapSize = getter(Map.prototype, "size") as (self: unknown) => number;
export const setForEach = uncurry(Set.prototype.forEach);
export const setSize = getter(Set.prototype, "size") as (self: unknown) => number;

export const dateTime = uncurry(Date.prototype.getTime);
export const dateIso = uncurry(Date.prototype.toISOString);
export const regExpSource = getter(RegExp.prototype, "source") as (self: unknown) => string;
export const regExpFlags = getter(RegExp.prototype, "flags") as (self: unknown) => string;
export const numberValue = uncurry(Number.prototype.valueOf);
export const stringValue = uncurry(String.prototype.valueOf);
export const booleanValue = uncurry(Boolean.prototype.valueOf);
export const bigintValue = uncurry(BigInt.prototype.valueOf);
export const bufferBytes = getter(ArrayBuffer.prototype, "byteLength") as (self: unknown) => number;
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
export const viewTag = getter(typedArray, Symbol.toStringTag) as (self: unknown) => string | undefined;
export const viewBytes = getter(typedArray, "byteLength") as (self: unknown) => number;

export const toBase64 = uncurry((Uint8Array.prototype as unknown as { toBase64(): string }).toBase64);
/** The bytes of a view or a buffer, whatever the code did to them. */
const viewBuffer = getter(typedArray, "buffer") as (self: unknown) => ArrayBuffer;
const viewOffset = getter(typedArray, "byteOffset") as (self: unknown) => number;
const OwnBytes = Uint8Array;
export const bytesOf = (value: object): Uint8Array =>
  isView(value)
    ? new OwnBytes(viewBuffer(value), viewOffset(value), viewBytes(value))
    : new OwnBytes(value as ArrayBuffer);

/** Classes of the platform that can stand in a result. */
export const platform = {
  Response,
  Request,
  Headers,
  FormData,
  URLSearchParams,
  Blob,
  ReadableStream,
};

/** JSON text of a string; a lone surrogate becomes an escape, so the text is always well-formed. */
export const quote = stringify as (text: string) => string;

/** Adds to a list that no setter on `Array.prototype` can see. */
export function append<T>(list: T[], value: T): void {
  const descriptor = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
  defineProperty(list, list.length, descriptor as PropertyDescriptor);
}
