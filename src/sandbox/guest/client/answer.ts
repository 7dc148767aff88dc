/**
 * The body of an answer as data: JSON parsed, text as text, lines and events as arrays, everything else as bytes.
 * What never ends is read up to a limit and says so.
 */
import { isLines } from "../../../request/media.ts";
import { isJson } from "../../../spec/read/required.ts";

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

/** Streams are read until one of these is reached; the rest is left. */
const maxEvents = 1_000;
const maxStreamMs = 10_000;

export interface Data {
  /** Parsed; null for an empty body. */
  data: unknown;
  /** False if a stream was left before its end. */
  complete: boolean;
}

export async function readData(response: Response): Promise<Data> {
  const type = response.headers.get("content-type") ?? "";
  const mediaType = (type.split(";", 1)[0] ?? "").trim().toLowerCase();
  const { body } = response;
  if (mediaType === "text/event-stream" && body)
    return readPieces(body, /\r?\n\r?\n|\r\r/, maxEvents, parseEvent);
  if (isLines(mediaType) && body) return readPieces(body, /\r?\n/, Infinity, parseLine);
  return { data: await readWhole(response, type, mediaType), complete: true };
}

async function readWhole(response: Response, type: string, mediaType: string): Promise<unknown> {
  const bytes = new Bytes(await response.arrayBuffer());
  if (bytes.byteLength === 0) return null;
  if (isJson(mediaType)) return jsonOr(decode(bytes, type));
  if (isText(mediaType)) return decode(bytes, type);
  if (mediaType === "") {
    try {
      return jsonOr(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
    } catch {
      // Not text.
    }
  }
  bytes.contentType = mediaType || "application/octet-stream";
  return bytes;
}

function isText(mediaType: string): boolean {
  return (
    mediaType.startsWith("text/") ||
    /^application\/(?:xml|yaml|x-yaml|javascript|graphql|toml|sql|x-www-form-urlencoded|.*\+(?:xml|yaml))$/.test(
      mediaType,
    )
  );
}

/** RFC 7464 puts a record separator before each text. */
function parseLine(line: string): unknown {
  const text = line.replaceAll("\u001e", "").trim();
  return text === "" ? undefined : jsonOr(text);
}

/** WHATWG HTML, section 9.2.6. */
function parseEvent(block: string): unknown {
  const data: string[] = [];
  const event: Record<string, string> = {};
  for (const line of block.split(/\r\n|\r|\n/)) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event" || field === "id") event[field] = value;
  }
  return data.length === 0 ? undefined : { ...event, data: jsonOr(data.join("\n")) };
}

/** What `parse` makes of the pieces between separators, for as long as a stream may be read. */
async function readPieces(
  body: ReadableStream<Uint8Array>,
  separator: RegExp,
  maxPieces: number,
  parse: (piece: string) => unknown,
): Promise<Data> {
  const data: unknown[] = [];
  const until = Date.now() + maxStreamMs;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let complete = false;
  try {
    while (!complete) {
      // A stream that breaks off is as incomplete as one that was left.
      const read = await withinTime(reader.read(), until - Date.now()).catch(() => undefined);
      if (!read) break;
      rest += decoder.decode(read.value, { stream: !read.done });
      const pieces = rest.split(separator);
      if (!read.done) rest = pieces.pop() ?? "";
      for (const piece of pieces) {
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), leftMs);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

function jsonOr(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** A number, not a text, of more digits than JavaScript's numbers hold for sure. */
const largeInteger = /[:,[]\s*-?\d{16,}\s*[,\]}]/;

/**
 * Integers too large for a JavaScript number are given as text, digit for digit: an id that was rounded is the id of
 * something else.
 */
function parseJson(text: string): unknown {
  return JSON.parse(
    text,
    largeInteger.test(text) ? (exactly as (key: string, value: unknown) => unknown) : undefined,
  );
}

function exactly(_key: string, value: unknown, { source }: { source?: string }): unknown {
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? "");
  return isRounded ? source : value;
}

function decode(bytes: Uint8Array, contentType: string): string {
  const charset = /charset="?([^";\s]+)/.exec(contentType)?.[1];
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
