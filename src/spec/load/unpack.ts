/** Bytes to text: unpacks gzip within a bound and decodes UTF-8 and UTF-16, nothing else. */
import { joined } from "../chunks.ts";
import { DocumentError, tooLarge } from "../document.ts";

/** Unpacks gzip (RFC 1952), other bytes stay. Stops at `maxBytes`, because a small file can expand to gigabytes. */
export async function unpack(bytes: Uint8Array, maxBytes: number, name: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  try {
    return await collect(stream, maxBytes, name);
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(
      "not-text",
      `${name} is a broken gzip file. Pack it again, or use the unpacked file.`,
    );
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
  return joined(chunks);
}

/** Decodes a file by its byte order mark; without one it is UTF-8. */
export function decodeText(bytes: Uint8Array, name: string): string {
  const mark = `${bytes[0]} ${bytes[1]}`;
  const encoding = mark === "255 254" ? "utf-16le" : mark === "254 255" ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
    if (!text.slice(0, 1_000).includes("\0")) return text;
  } catch {
    // Binary files and old encodings look the same here.
  }
  const archive = archiveOf(bytes);
  throw new DocumentError(
    "not-text",
    archive
      ? `${name} is ${archive}. Unpack it, and use the OpenAPI document in it.`
      : `${name} is not text in UTF-8. Use a JSON or YAML file, which may be packed with gzip.`,
  );
}

function archiveOf(bytes: Uint8Array): string | undefined {
  const letters = (start: number, end: number) => String.fromCharCode(...bytes.subarray(start, end));
  if (letters(257, 262) === "ustar") return "a tar archive";
  return letters(0, 4) === "PK\u0003\u0004" ? "a zip archive" : undefined;
}
