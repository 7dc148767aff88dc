/**
 * The body of an answer as data: JSON parsed, text as text, lines and events as arrays, everything else as bytes.
 * What never ends is read up to a limit and says so.
 */
import type { BodyKind } from "../../../terms/body-kind.ts";
import { inTurns } from "../../../terms/in-turns.ts";
import { holdsMore } from "../../../terms/json-size.ts";
import { exactJson } from "../exact-json.ts";
import { clearTimer, othersTurn, setTimer } from "../primordials.ts";
import { textInPieces } from "../text-in-pieces.ts";
import { declaredIn } from "./xml-encoding.ts";

/** What a call of the client resolves to. */
export interface Answer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  data: unknown;
  /** False, and only then there, if a stream was read up to the limit and not to its end. */
  complete?: false;
}

/** Binary data. Code reads it as a Uint8Array; returned from a run it is described, not printed. */
export class Bytes extends Uint8Array<ArrayBuffer> {
  contentType = "application/octet-stream";

  /** Derived arrays (`slice`, `map`) are plain. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }

  text(): string {
    return new TextDecoder().decode(this);
  }

  toJSON(): { binary: string; bytes: number; begins: string } {
    const begins = [...this.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return { binary: this.contentType, bytes: this.byteLength, begins };
  }
}

/**
 * Lists, objects, their entries and the names of these in JSON that is parsed, which nothing can leave for a moment: so many take
 * an isolate up to half a second and 100 MB. GitHub's largest pages have some 20,000.
 */
export const maxJsonValues = 500_000;
/** How much of it is decoded before others get their turn. */
const turnBytes = 4 * 1024 * 1024;
/** Of JSON in one event or line, whose values nobody counts. */
const maxPieceChars = 2 * maxJsonValues;
/** Lines of one event. What nobody has written for a reader is not taken apart. */
const maxEventLines = 100_000;

/** Bytes in which a file of another kind shows itself. */
const maxLookedAt = 8_192;

/** Streams are read until one of these is reached; the rest is left. */
const maxEvents = 1_000;
const maxStreamMs = 10_000;

export interface Data {
  /** Parsed; null for an empty body. */
  data: unknown;
  /** False if a stream was left before its end. */
  complete: boolean;
  /** True for JSON of more than `maxJsonValues`: `data` is its text. */
  unparsed?: boolean;
  /** A charset that nobody here knows, of a text that is no UTF-8 either: `data` is its bytes. */
  unknownCharset?: string;
}

export async function readData(response: Response, kind: BodyKind): Promise<Data> {
  const { is, type, charset } = kind;
  const { body } = response;
  if (is === "events" && body) return readPieces(body, /\r?\n\r?\n|\r\r/, maxEvents, parseEvent);
  if ((is === "lines" || is === "sequence") && body)
    return readPieces(body, is === "sequence" ? "\u001e" : /\r?\n/, Infinity, parseLine, charset);
  const bytes = new Bytes(await response.arrayBuffer());
  bytes.contentType = type || "application/octet-stream";
  if (charset !== undefined && !isKnown(charset) && !isUtf8(bytes))
    return { data: bytes, complete: true, unknownCharset: charset };
  if (is === "json" && (await holdsTooMuch(bytes)))
    return { data: await decode(bytes, charset), complete: true, unparsed: true };
  return { data: await dataOf(bytes, kind), complete: true };
}

async function dataOf(bytes: Bytes, { is, charset }: BodyKind): Promise<unknown> {
  if (bytes.byteLength === 0) return null;
  if (is === "json") return jsonInTurns(await decode(bytes, charset));
  if (is === "text" || is === "xml") {
    if (isBinary(bytes, charset)) return withType(bytes, "application/octet-stream");
    return await decode(bytes, charset ?? (is === "xml" ? xmlCharset(bytes) : undefined));
  }
  if (is === "unsaid") {
    if (!isUtf8(bytes)) return bytes;
    const text = await decode(bytes, undefined);
    return (await holdsTooMuch(bytes)) ? text : jsonInTurns(text);
  }
  return bytes;
}

/** Text has no NUL, but for encodings that say themselves what they are: servers call a file text whose type they do not know. */
function isBinary(bytes: Uint8Array, charset = ""): boolean {
  const [first, second] = bytes;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return !isMarked && !/^utf-?(?:16|32)/i.test(charset) && bytes.subarray(0, maxLookedAt).includes(0);
}

function withType(bytes: Bytes, type: string): Bytes {
  bytes.contentType = type;
  return bytes;
}

const holdsTooMuch = (bytes: Uint8Array) => inTurns(holdsMore(bytes, maxJsonValues), othersTurn);

function parseLine(line: string): unknown {
  const text = line.replaceAll("\u001e", "").trim();
  return text === "" ? undefined : pieceOf(text);
}

/** WHATWG HTML, section 9.2.6. */
function parseEvent(block: string): unknown {
  const data: string[] = [];
  const event: Record<string, string> = {};
  const lines = block.split(/\r\n|\r|\n/, maxEventLines + 1);
  if (lines.length > maxEventLines) return { data: block };
  for (const line of lines) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event" || field === "id") event[field] = value;
  }
  return data.length === 0 ? undefined : { ...event, data: pieceOf(data.join("\n")) };
}

/** What `parse` makes of the pieces between separators, for as long as a stream may be read. */
async function readPieces(
  body: ReadableStream<Uint8Array>,
  separator: RegExp | string,
  maxPieces: number,
  parse: (piece: string) => unknown,
  charset?: string,
): Promise<Data> {
  const data: unknown[] = [];
  const until = Date.now() + maxStreamMs;
  const reader = body.getReader();
  const decoded = textInPieces(charset);
  /** Of the piece that has not ended: what was looked through; `rest` may begin a separator. */
  let begun: string[] = [];
  let rest = "";
  let complete = false;
  try {
    while (!complete) {
      // A stream that breaks off is as incomplete as one that was left.
      const read = await withinTime(reader.read(), until - Date.now()).catch(() => undefined);
      if (!read) break;
      const pieces = (rest + decoded(read.value, read.done)).split(separator);
      const open = pieces.pop() ?? "";
      if (pieces.length > 0) {
        pieces[0] = begun.join("") + pieces[0];
        begun = [];
      }
      // The longest separator has four characters: three of it may have come.
      begun.push(open.slice(0, -3));
      rest = open.slice(-3);
      if (read.done) pieces.push(begun.join("") + rest);
      for (const piece of pieces) {
        if (piece.length > turnBytes) await othersTurn();
        const parsed = parse(piece);
        if (parsed !== undefined) data.push(parsed);
        if (data.length >= maxPieces) return { data, complete };
      }
      complete = read.done;
    }
  } finally {
    // Not waited for: the other end may never answer.
    reader.cancel().catch(() => undefined);
  }
  return { data, complete };
}

async function withinTime<Value>(reading: Promise<Value>, leftMs: number): Promise<Value | undefined> {
  if (leftMs <= 0) return undefined;
  let timer: unknown;
  const late = new Promise<undefined>((resolve) => {
    // Not the program's own, which in a lasting run is a sleep.
    timer = setTimer(() => resolve(undefined), leftMs);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimer(timer);
  }
}

/** Parsed in a turn of its own if it is long: as text it has just kept the thread busy. */
async function jsonInTurns(text: string): Promise<unknown> {
  if (text.length > turnBytes) await othersTurn();
  return jsonOr(text);
}

const pieceOf = (text: string) => (text.length > maxPieceChars ? text : jsonOr(text));

/** Gerrit and others of Google's put this line before JSON, so that it is no script. */
const guardLine = /^\)\]\}'[^\n]*\n/;

function jsonOr(text: string): unknown {
  try {
    return exactJson(text.replace(guardLine, ""));
  } catch {
    return text;
  }
}

/** A byte order mark says more than the header (WHATWG Encoding, section 6). */
async function decode(bytes: Uint8Array, charset: string | undefined): Promise<string> {
  const [first = 0, second = 0, third = 0] = bytes;
  const marked =
    first === 0xef && second === 0xbb && third === 0xbf
      ? "utf-8"
      : first === 0xfe && second === 0xff
        ? "utf-16be"
        : first === 0xff && second === 0xfe
          ? "utf-16le"
          : undefined;
  const decoded = textInPieces(marked ?? charset);
  if (bytes.byteLength <= turnBytes) return decoded(bytes, true);
  const parts: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += turnBytes) {
    parts.push(decoded(bytes.subarray(at, at + turnBytes)));
    await othersTurn();
  }
  return parts.join("") + decoded(undefined, true);
}

function isKnown(charset: string): boolean {
  try {
    return new TextDecoder(charset).encoding !== "";
  } catch {
    return false;
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** RFC 7303 section 3.2: without a charset in the header, the one that the document says. */
function xmlCharset(bytes: Uint8Array): string | undefined {
  return declaredIn(new TextDecoder("latin1").decode(bytes.subarray(0, 200)));
}
