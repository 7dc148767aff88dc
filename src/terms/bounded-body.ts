/** Bodies that somebody else sends, read up to a bound: one that is longer is given up, whatever it says of its length. */

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
  if (Number(from.headers.get("content-length") ?? "0") > maxBytes) {
    await body.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
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
