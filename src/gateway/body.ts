/** Reads the body of a request as a whole, up to a limit: it is needed again for a retry and for an approval. */

/** @returns the bytes, undefined if there is no body, or `"too-large"` as soon as `limitBytes` is exceeded */
export async function readBody(
  request: Request,
  limitBytes: number,
): Promise<Uint8Array | undefined | "too-large"> {
  if (!request.body) return undefined;
  const announced = Number(request.headers.get("content-length") ?? Number.NaN);
  if (announced > limitBytes) {
    await request.body.cancel();
    return "too-large";
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request.body) {
    total += chunk.byteLength;
    if (total > limitBytes) return "too-large";
    chunks.push(chunk);
  }
  // A runtime may announce a body where there is none; `fetch` takes not even an empty one for a GET.
  if (total === 0) return undefined;
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}
