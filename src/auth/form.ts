/** Small forms, of people and of the token endpoint: of a larger body no more is read than the bound. */
import { readBounded } from "../terms/bounded-body.ts";

/** @returns undefined if the body is larger than `maxBytes` */
export function readFormBytes(
  request: Request,
  maxBytes = 64 * 1024,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return readBounded(request, maxBytes);
}

export function fieldsOf(bytes: Uint8Array): URLSearchParams {
  return new URLSearchParams(new TextDecoder().decode(bytes));
}

/** The fields of a form, or the status that refuses it: of another type (415), or larger than `maxBytes` (413). */
export async function readFields(request: Request, maxBytes?: number): Promise<URLSearchParams | 413 | 415> {
  const type = request.headers.get("Content-Type")?.split(";")[0]?.trim();
  if (type !== "application/x-www-form-urlencoded") return 415;
  const bytes = await readFormBytes(request, maxBytes);
  return bytes ? fieldsOf(bytes) : 413;
}
