/** Bytes to text: gzip is unpacked, within a bound; UTF-8 and UTF-16 are read, nothing else. */
import { DocumentError, tooLarge } from "../document.ts";

/** Unpacks gzip (RFC 1952) if the bytes are that. Stops as soon as `maxBytes` are exceeded: a small file can hold gigabytes. */
export async function unpack(bytes: Uint8Array, maxBytes: number, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  try {
    return await collect(stream, maxBytes, name);
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError("not-text", `${name} is a broken gzip file. Pack it again, or name it unpacked.`);
  }
}

/** All bytes of a stream, up to a bound. */
export async function collect(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
  name: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(name, maxBytes);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Text of a file by its byte order mark, UTF-8 without one. */
export function decodeText(bytes: Uint8Array, name: string): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
    if (!text.slice(0, 1_000).includes("\0")) return text;
  } catch {
    // Said below: binary files and old encodings look the same from here.
  }
  const archive = archiveOf(bytes);
  if (archive)
    throw new DocumentError(
      "not-text",
      `${name} is ${archive}. Unpack it, and name the OpenAPI document in it.`,
    );
  throw new DocumentError(
    "not-text",
    `${name} is not text in UTF-8. Name a JSON or YAML file, or one of them packed with gzip.`,
  );
}

/** What people download instead of the one file in it. */
function archiveOf(bytes: Uint8Array): string | undefined {
  const letters = (start: number, end: number) => String.fromCharCode(...bytes.subarray(start, end));
  if (letters(257, 262) === "ustar") return "a tar archive";
  return letters(0, 4) === "PK\u0003\u0004" ? "a zip archive" : undefined;
}
