/** Bodies that somebody else sends, read up to a bound: one that is longer is given up, whatever it says of its length. */
import { othersTurn } from "./in-turns.ts";

/** How much is read before others get their turn: a long body that is there all at once never waits. */
const turnBytes = 2 * 1024 * 1024;

/**
 * @param from a request or a response; its body is consumed, or cancelled
 * @returns undefined if the body is larger than `maxBytes`
 * @throws whatever the stream fails with
 */
export async function readBounded(
  from: Pick<Request | Response, "headers" | "body">,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { body } = from;
  if (!body) return new Uint8Array(0);
  const announced = Number(from.headers.get("content-length") ?? "0");
  if (announced > maxBytes) {
    await body.cancel();
    return undefined;
  }
  let size = 0;
  return readWhole(body, announced, (bytes) => (size += bytes) <= maxBytes);
}

/**
 * A body in one piece, in turns with everybody else's work.
 * @param announced in bytes; NaN or 0 if it was not
 * @param mayTake is told the length of each piece of it that has come
 * @returns undefined as soon as a piece may not be taken; the rest is given up
 * @throws whatever the stream fails with
 */
export async function readWhole(
  body: ReadableStream<Uint8Array>,
  announced: number,
  mayTake: (bytes: number) => boolean,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let turnAt = turnBytes;
  // Leaving the loop cancels the rest.
  for await (const chunk of announced > turnBytes ? inLongPieces(body) : body) {
    if (!mayTake(chunk.byteLength)) return undefined;
    size += chunk.byteLength;
    chunks.push(chunk as Uint8Array<ArrayBuffer>);
    if (size < turnAt) continue;
    turnAt += turnBytes;
    await othersTurn();
  }
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Pieces as long as a turn, not as the stream has them: each costs a step. */
async function* inLongPieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader({ mode: "byob" });
  try {
    for (;;) {
      const { value, done } = await reader.readAtLeast(turnBytes, new Uint8Array(turnBytes));
      if (value && value.byteLength > 0) yield value;
      if (done) return;
    }
  } finally {
    await reader.cancel();
  }
}

/**
 * A body that is about as long as it was announced to be, in one piece: cheaper than chunk by chunk.
 * @param announced in bytes; so many are set aside at once
 * @returns undefined if it goes on after that; the rest is given up
 * @throws whatever the stream fails with
 */
export async function readAnnounced(
  { body }: Pick<Response, "body">,
  announced: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!body) return new Uint8Array(0);
  const reader = body.getReader({ mode: "byob" });
  const { value } = await reader.readAtLeast(announced + 1, new Uint8Array(announced + 1));
  if (value === undefined || value.byteLength <= announced) return value ?? new Uint8Array(0);
  await reader.cancel();
  return undefined;
}

/** The same as text, in UTF-8. */
export async function readBoundedText(
  from: Pick<Request | Response, "headers" | "body">,
  maxBytes: number,
): Promise<string | undefined> {
  const bytes = await readBounded(from, maxBytes);
  return bytes && new TextDecoder().decode(bytes);
}
