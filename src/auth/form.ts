/** Small forms, of people and of the token endpoint: a larger body is refused, without being read where it says so. */

/** @returns undefined if the body is larger than `maxBytes` */
export async function readFormBytes(
  request: Request,
  maxBytes = 64 * 1024,
): Promise<ArrayBuffer | undefined> {
  if (Number(request.headers.get("Content-Length") ?? "0") > maxBytes) return undefined;
  const bytes = await request.arrayBuffer();
  return bytes.byteLength > maxBytes ? undefined : bytes;
}

export function fieldsOf(bytes: ArrayBuffer): URLSearchParams {
  return new URLSearchParams(new TextDecoder().decode(bytes));
}

/** The fields of a form, or the status that refuses it: of another type (415), or larger than `maxBytes` (413). */
export async function readFields(request: Request, maxBytes?: number): Promise<URLSearchParams | 413 | 415> {
  const type = request.headers.get("Content-Type")?.split(";")[0]?.trim();
  if (type !== "application/x-www-form-urlencoded") return 415;
  const bytes = await readFormBytes(request, maxBytes);
  return bytes ? fieldsOf(bytes) : 413;
}
