/**
 * The names of a JSON object (RFC 8259), also of several values one after the other, as bulk APIs take them. Reads the
 * bytes once and holds nothing but the nesting, so that a body of any size costs the same memory. Pure.
 */
import { maxNameBytes, type Names } from "./names.ts";

/** Deeper than PHP (512) and Python go. */
const maxDepth = 1_000;

const code = (char: string) => char.charCodeAt(0);
const [quote, backslash, comma, colon] = [code('"'), code("\\"), code(","), code(":")];
const [openObject, closeObject, openArray, closeArray] = [code("{"), code("}"), code("["), code("]")];

/** What may come next. */
type Next = "value" | "value-or-end" | "name" | "name-or-end" | "colon" | "comma-or-end";

const bare = /^(?:true|false|null|-?(?:\d[\d.]*(?:[eE][+-]?\d+)?|Infinity)|NaN)$/;

/** @param body in UTF-8; names with escapes are yielded without them @param least bytes of a name that is of interest */
export function* jsonNames(body: Buffer, least: number): Names {
  // A mark of the encoding (EF BB BF) is skipped by most.
  let at = body.length >= 3 && body.readUIntBE(0, 3) === 0xef_bb_bf ? 3 : 0;
  const inObject: boolean[] = [];
  let next: Next = "value";
  const ended = (): Next => (inObject.length === 0 ? "value" : "comma-or-end");
  const broken = () => `byte ${at + 1} is not JSON`;
  for (; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    // Blanks, and the separator of RFC 7464.
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b && byte !== 0x0c)) continue;
    if (byte === 0x1e && inObject.length === 0) continue;
    if (byte === quote) {
      if (next === "colon" || next === "comma-or-end") return broken();
      const end = endOfText(body, at + 1);
      if (end < 0) return broken();
      const isName: boolean = next === "name" || next === "name-or-end";
      // Shorter ones are of no interest, whatever their spelling.
      if (isName && inObject.length === 1 && end - at > least) {
        const name = textOf(nameLiteral(body, at, end));
        if (name === undefined) return broken();
        yield name;
      }
      next = isName ? "colon" : ended();
      at = end;
    } else if (byte === colon) {
      if (next !== "colon") return broken();
      next = "value";
    } else if (byte === comma) {
      if (next !== "comma-or-end") return broken();
      next = inObject.at(-1) ? "name" : "value";
    } else if (byte === closeObject || byte === closeArray) {
      const isEmpty = next === (byte === closeObject ? "name-or-end" : "value-or-end");
      if (!isEmpty && next !== "comma-or-end") return broken();
      if (inObject.pop() !== (byte === closeObject)) return broken();
      next = ended();
    } else {
      if (next !== "value" && next !== "value-or-end") return broken();
      if (byte === openObject || byte === openArray) {
        if (inObject.length >= maxDepth) return `it is nested deeper than ${maxDepth} levels`;
        inObject.push(byte === openObject);
        next = byte === openObject ? "name-or-end" : "value-or-end";
        continue;
      }
      const end = endOfBare(body, at);
      // A number of more digits is compared by its beginning.
      if (!bare.test(body.toString("latin1", at, Math.min(end, at + maxNameBytes)))) return broken();
      next = ended();
      at = end - 1;
    }
  }
  return inObject.length === 0 ? undefined : "it ends too early";
}

/** @returns where the closing quote is, or -1 */
function endOfText(body: Buffer, from: number): number {
  for (let at = from; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === quote) return at;
    if (byte < 0x20 || isOverlong(byte, body[at + 1] ?? 0)) return -1;
    if (byte === backslash) at += 1;
  }
  return -1;
}

/** A longer spelling of a character than UTF-8 has, which some decoders take (RFC 3629 section 10). */
function isOverlong(byte: number, after: number): boolean {
  return byte === 0xc0 || byte === 0xc1 || (byte === 0xe0 && after < 0xa0) || (byte === 0xf0 && after < 0x90);
}

/** @returns the position behind a number or a word */
function endOfBare(body: Buffer, from: number): number {
  let at = from + 1;
  for (let byte = body[at] ?? 0; isOfBare(byte); byte = body[at] ?? 0) at += 1;
  return at;
}

const isOfBare = (byte: number) =>
  (byte >= 0x30 && byte <= 0x39) ||
  ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) ||
  byte === 0x2b ||
  byte === 0x2d ||
  byte === 0x2e;

/** No server shortens a name in JSON, so a long one cannot be a name of interest. Programs in C end it at a NUL. */
function nameLiteral(body: Buffer, from: number, end: number): string {
  if (end - from <= maxNameBytes) return body.toString("utf8", from, end + 1);
  const nul = body.subarray(from, from + maxNameBytes).indexOf(String.raw`\u0000`);
  return nul < 0 ? '""' : `${body.toString("utf8", from, from + nul)}"`;
}

function textOf(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}
