/** Forms of people and of the token endpoint. They are small: anything else is refused before it is read. */

const maxFormBytes = 64 * 1024;

/** @returns undefined if there is more than any form holds */
export async function readFormBytes(request: Request): Promise<ArrayBuffer | undefined> {
  if (Number(request.headers.get("Content-Length") ?? "0") > maxFormBytes) return undefined;
  const bytes = await request.arrayBuffer();
  return bytes.byteLength > maxFormBytes ? undefined : bytes;
}

export function fieldsOf(bytes: ArrayBuffer): URLSearchParams {
  return new URLSearchParams(new TextDecoder().decode(bytes));
}
