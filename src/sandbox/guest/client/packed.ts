/**
 * The arguments of a call on their way to the host: one text, and beside it what files and buffers hold. The host makes
 * values of the same kinds of it (src/sandbox/unpacking.ts).
 */
import { isBinary } from "../../../terms/binary.ts";

export interface Packed {
  text: string;
  /** What files, buffers and streams hold, by number. */
  bytes: ArrayBuffer[];
}

/** The one member of what stands for a value that JSON does not have: its kind, and what it is made of. */
export const mark = "$";

/** A class of its own, so that it is never taken for an object of the code. */
class Mark {
  declare [mark]: unknown[];
  constructor(...made: unknown[]) {
    this[mark] = made;
  }
}

/** The host reads no longer ones: the time that it takes grows faster than they do. */
export const maxDigits = 4_000;

function digitsOf(given: bigint): string {
  const digits = String(given);
  if (digits.length <= maxDigits) return digits;
  throw new TypeError(`a whole number of ${digits.length} digits is longer than any that is sent`);
}

/**
 * @param whole what stays where it is: the host only has to know that it is there
 * @throws TypeError for what cannot be written: a value that holds itself
 */
export async function pack(value: unknown, whole?: unknown): Promise<Packed> {
  const held = new Map<unknown, number>();
  const text = JSON.stringify(value, function (this: Record<string, unknown>, name, shown: unknown) {
    const given = this[name];
    if (given !== undefined) return packed(given, shown);
    return new Mark(Object.hasOwn(this, name) ? "undefined" : "hole");
  });
  const bytes = await Promise.all([...held.keys()].map((one) => new Response(one as Blob).arrayBuffer()));
  return { text, bytes };

  /** @param shown what its `toJSON` gave */
  function packed(given: unknown, shown: unknown): unknown {
    if (typeof given === "bigint") return new Mark("bigint", digitsOf(given));
    if (typeof given === "number") return Number.isFinite(given) ? given : new Mark("number", String(given));
    if (typeof given === "function" || typeof given === "symbol") return new Mark(typeof given);
    if (typeof given !== "object" || given === null || given instanceof Mark || Array.isArray(given))
      return given;
    const prototype: unknown = Object.getPrototypeOf(given);
    if (prototype === Object.prototype || prototype === null) {
      if (isRaw(given)) return new Mark("raw", given.rawJSON);
      return Object.hasOwn(given, mark) ? new Mark("object", Object.entries(given)) : given;
    }
    if (given instanceof Date) return new Mark("date", given.getTime());
    if (given instanceof Promise) return new Mark("promise");
    for (const type of [Map, URLSearchParams, Headers, FormData, Set] as const)
      if (given instanceof type) return new Mark(type.name, [...given]);
    if (isBinary(given)) return binary(given);
    for (const type of [String, Number, Boolean, BigInt])
      if (given instanceof type) return new Mark("boxed", given.valueOf());
    const { constructor } = prototype as { constructor?: { name?: unknown } };
    const hasOwnText = typeof (given as { toJSON?: unknown }).toJSON === "function";
    return new Mark(
      "instance",
      String(constructor?.name ?? "without a name"),
      Object.entries(given),
      ...(hasOwnText ? [shown] : []),
    );
  }

  function binary(given: ArrayBuffer | ArrayBufferView | Blob | ReadableStream): Mark {
    const kind =
      given instanceof ReadableStream
        ? "stream"
        : given instanceof Blob
          ? "blob"
          : given instanceof ArrayBuffer
            ? "buffer"
            : "view";
    const about =
      given instanceof Blob
        ? [given.type, ...(given instanceof File ? [given.name] : [])]
        : ArrayBuffer.isView(given)
          ? [(given as Uint8Array)[Symbol.toStringTag]]
          : [];
    if (given === whole) return new Mark(kind, null, ...about);
    if (!held.has(given)) held.set(given, held.size);
    return new Mark(kind, held.get(given), ...about);
  }
}

const { isRawJSON: isRaw } = JSON as typeof JSON & {
  isRawJSON(value: unknown): value is { rawJSON: string };
};
