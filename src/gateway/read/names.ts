/**
 * The names at the top of a body, one by one, as it is read: nothing is kept of what was read before. A body that some
 * server may read differently ends in the reason. Pure.
 */

/** Yields names; returns why the body cannot be read as what it says it is, in words that follow "because". */
export type Names = Generator<string, string | undefined>;

/** Bytes of a name or a value that may be of interest, without padding: an override in the longest spelling has fewer. */
export const maxNameBytes = 400;

/** Servers take 1,000 (PHP, Django, qs) to 10,000 (Tomcat). */
export const maxNames = 20_000;

/** A field of a form whose value may count: of a name for methods, with its value. What is encoded may be one. */
export function* fieldNamed(name: string, value: string, least: number): Generator<string, void> {
  if (name.length >= least) yield name;
  if (/method|verb|%/i.test(name)) yield `${name}=${value}`;
}

/**
 * @param body in a charset that has ASCII in its place
 * @param least bytes of a name: shorter ones are of no interest
 * @param isCalledForm without it, a long name need not be one: nothing says that the bytes are a form
 */
export function* formNames(body: Buffer, least: number, isCalledForm = true): Names {
  let count = 0;
  for (let from = 0; from < body.length;) {
    if ((count += 1) > maxNames) return `it has more than ${maxNames} names`;
    const end = endOfPair(body, from);
    const sign = body.subarray(from, end).indexOf("=");
    const name = unpadded(body, from, sign < 0 ? end : from + sign);
    if (!name.isWhole && isCalledForm)
      return `name ${count} in it has more than ${maxNameBytes} bytes (${body.toString("latin1", from, from + 40)}…)`;
    const value = sign < 0 ? "" : unpadded(body, from + sign + 1, end).text;
    yield* fieldNamed(name.text.replaceAll("+", " "), value, least);
    from = end + 1;
  }
  return undefined;
}

function endOfPair(body: Buffer, from: number): number {
  for (let at = from; at < body.length; at += 1) if (body[at] === 0x26 || body[at] === 0x3b) return at;
  return body.length;
}

/** Where some servers end a name: PHP at a NUL, Rack at a bracket. */
const ends = /[\0[\]]|%(?:25)*(?:00|5b|5d)/i;

/**
 * A name or a value without what some servers take away around it, however long it is: PHP blanks before a name, Rack
 * brackets around it, others blanks around a value. One blank stays for what was before it. Its beginning alone says
 * nothing: a text that is too long is what stands before an end, or nothing.
 */
export function unpadded(body: Buffer, from: number, end: number): { text: string; isWhole: boolean } {
  const start = pastPadding(body, from, end);
  let last = start;
  while (last < end && last - start <= maxNameBytes) {
    const next = pastPadding(body, last, end);
    if (next === end) break;
    last = next + 1;
  }
  const isWhole = last - start <= maxNameBytes;
  const read = body.toString("latin1", start, isWhole ? last : start + maxNameBytes);
  const text = isWhole ? read : read.slice(0, Math.max(0, read.search(ends)));
  return { text: start > from ? ` ${text}` : text, isWhole };
}

function pastPadding(body: Buffer, from: number, end: number): number {
  let at = from;
  for (let size = paddingAt(body, at, end); size > 0; size = paddingAt(body, at, end)) at += size;
  return at;
}

/** Blanks, a plus, which is one, and brackets. */
const padding = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x2b, 0x5b, 0x5d]);

/** @returns how many bytes of padding are there, 0 if there is something else; it may be encoded, also several times */
function paddingAt(body: Buffer, at: number, end: number): number {
  if (at >= end) return 0;
  if (body[at] !== 0x25) return padding.has(body[at]!) ? 1 : 0;
  let digits = at + 1;
  while (body[digits] === 0x32 && body[digits + 1] === 0x35) digits += 2;
  const isPadding = padding.has(16 * digitAt(body, digits) + digitAt(body, digits + 1));
  return isPadding && digits + 2 <= end ? digits + 2 - at : 0;
}

/** The value of a hexadecimal digit, or NaN. */
function digitAt(body: Buffer, at: number): number {
  const byte = body[at] ?? 0;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}
