/** Reads the responses and blobs that code returned as they are: alone, in a list, or as members of an object. */
import { maxAttachedBytes, maxBodyBytes } from "../limits.ts";
import { exactJson } from "./exact-json.ts";
import * as own from "./primordials.ts";
import { textInPieces } from "./text-in-pieces.ts";

/** How many responses and blobs of one list are read. */
const maxResponses = 50;

/** Bodies that are no text. What is not known to be one of these is read as text. */
const binary = /^\s*(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:octet-stream|pdf|zip|gzip)\b)/i;

/**
 * @param bodies gets what was read, by the `Response` or `Blob`: the value of a JSON body, else its text, or bytes. It is
 * no return value, because a promise asks an object for its `then`, and code may have given one to all of them.
 */
export async function readBodies(result: unknown, bodies: Map<object, unknown>): Promise<void> {
  const found = bodiesIn(result);
  for (let index = 0; index < found.length; index++) {
    try {
      if (isBlob(found[index])) {
        const blob = found[index] as Blob;
        if (blob.size <= maxAttachedBytes)
          own.mapSet(bodies, blob as never, new Uint8Array(await blob.arrayBuffer()) as never);
        continue;
      }
      const response = found[index] as Response;
      if (!response.bodyUsed) own.mapSet(bodies, response as never, (await readBody(response)) as never);
    } catch {
      // The connection broke: the result says that the body was not read.
    }
  }
}

const isBlob = (value: unknown) => own.isInstance(own.platform.Blob.prototype, value as object);

function bodiesIn(result: unknown): unknown[] {
  const found: unknown[] = [];
  const consider = (value: unknown) => {
    if (typeof value !== "object" || value === null || found.length >= maxResponses) return;
    if (own.isInstance(own.platform.Response.prototype, value) || isBlob(value)) own.append(found, value);
  };
  try {
    consider(result);
    if (typeof result !== "object" || result === null || found.length > 0) return found;
    // Each of its bytes is a key.
    if (own.isView(result)) return found;
    const keys = own.isArray(result) ? undefined : own.ownKeys(result);
    const length = keys ? keys.length : (result as unknown[]).length;
    // Getters are left alone: the writer will call them, once.
    for (let index = 0; index < length && index < maxResponses; index++)
      consider(own.getOwnPropertyDescriptor(result, keys ? (keys[index] as string) : index)?.value);
  } catch {
    // A getter or a proxy that throws: the writer will say so.
  }
  return found;
}

async function readBody(response: Response): Promise<unknown> {
  const reader = response.body?.getReader();
  if (!reader) return null;
  const type = response.headers.get("content-type") ?? "";
  if (binary.test(type)) return readBytes(reader, type);
  const decoded = textInPieces();
  let text = "";
  let bytes = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength;
    text += decoded(chunk.value);
    if (bytes <= maxBodyBytes) continue;
    await reader.cancel();
    return `${text}… [the body is longer than ${maxBodyBytes} bytes]`;
  }
  try {
    return exactJson(text);
  } catch {
    return text;
  }
}

async function readBytes(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  contentType: string,
): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    length += chunk.value.byteLength;
    own.append(chunks, chunk.value);
    if (length <= maxAttachedBytes) continue;
    await reader.cancel();
    return `[a body of more than ${maxAttachedBytes} bytes]`;
  }
  const bytes = Object.assign(new Uint8Array(length), { contentType });
  for (let index = 0, at = 0; index < chunks.length; index++) {
    bytes.set(chunks[index] as Uint8Array, at);
    at += (chunks[index] as Uint8Array).byteLength;
  }
  return bytes;
}
