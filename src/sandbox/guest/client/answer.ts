/**
 * The body of an answer as data: JSON parsed, text as text, lines and events as arrays, everything else as bytes.
 * What never ends is read up to a limit and says so.
 */
import { isJson, isLines } from "../../../request/media.ts";

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

interface StreamEvent {
  event?: string;
  id?: string;
  data: unknown;
}

export interface Data {
  /** Parsed; null for an empty body. */
  data: unknown;
  /** False if a stream was left before its end. */
  complete: boolean;
}

export async function readData(response: Response): Promise<Data> {
  const mediaType = mediaTypeOf(response);
  if (mediaType === "text/event-stream" && response.body) return readEvents(response.body);
  if (isLines(mediaType) && response.body) return readLines(response.body);
  return { data: await readWhole(response, mediaType), complete: true };
}

function mediaTypeOf(response: Response): string {
  return ((response.headers.get("content-type") ?? "").split(";", 1)[0] ?? "").trim().toLowerCase();
}

async function readWhole(response: Response, mediaType: string): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  const bytes = new Bytes(await response.arrayBuffer());
  if (bytes.byteLength === 0) return null;
  if (isJson(mediaType)) return jsonOr(decode(bytes, type));
  if (isText(mediaType)) return decode(bytes, type);
  if (mediaType === "") {
    const text = utf8(bytes);
    if (text !== undefined) return jsonOr(text);
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

async function readLines(body: ReadableStream<Uint8Array>): Promise<Data> {
  const found: unknown[] = [];
  const pieces = new Pieces(body, /\r?\n/);
  for await (const line of pieces.read()) {
    // RFC 7464 puts a record separator before each text.
    const text = line.replaceAll("\u001e", "").trim();
    if (text !== "") found.push(jsonOr(text));
  }
  return { data: found, complete: pieces.complete };
}

async function readEvents(body: ReadableStream<Uint8Array>): Promise<Data> {
  const events: StreamEvent[] = [];
  const pieces = new Pieces(body, /\r?\n\r?\n|\r\r/);
  for await (const block of pieces.read()) {
    const event = parseEvent(block);
    if (event) events.push(event);
    if (events.length >= maxEvents) break;
  }
  return { data: events, complete: pieces.complete };
}

/** WHATWG HTML, section 9.2.6. */
function parseEvent(block: string): StreamEvent | undefined {
  const data: string[] = [];
  const event: Partial<StreamEvent> = {};
  for (const line of block.split(/\r\n|\r|\n/)) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event" || field === "id") event[field] = value;
  }
  return data.length === 0 ? undefined : { ...event, data: jsonOr(data.join("\n")) };
}

/** Pieces of text between separators, for as long as a stream may be read. */
class Pieces {
  /** Whether the stream was read to its end. */
  complete = false;
  readonly #body: ReadableStream<Uint8Array>;
  readonly #separator: RegExp;

  constructor(body: ReadableStream<Uint8Array>, separator: RegExp) {
    this.#body = body;
    this.#separator = separator;
  }

  async *read(): AsyncGenerator<string> {
    const until = Date.now() + maxStreamMs;
    const reader = this.#body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for (;;) {
        // A stream that breaks off is as incomplete as one that was left.
        const read = await withinTime(reader.read(), until - Date.now()).catch(() => undefined);
        if (!read) return;
        rest += read.done ? decoder.decode() : decoder.decode(read.value, { stream: true });
        const pieces = rest.split(this.#separator);
        rest = read.done ? "" : (pieces.pop() ?? "");
        for (const piece of pieces) if (piece.trim() !== "") yield piece;
        if (read.done) {
          this.complete = true;
          return;
        }
      }
    } finally {
      // Not waited for: the other end may never answer.
      reader.cancel().catch(() => undefined);
    }
  }
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
  if (!largeInteger.test(text)) return JSON.parse(text);
  return JSON.parse(text, exactly as (this: unknown, key: string, value: unknown) => unknown);
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

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}
