/** The content hash of a compiled catalog: SHA-256 of both parts, lower-case hex. */
export async function catalogHash(index: Uint8Array, body: Uint8Array): Promise<string> {
  const both = new Uint8Array(index.length + 1 + body.length);
  both.set(index);
  both.set(body, index.length + 1);
  const digest = await crypto.subtle.digest("SHA-256", both);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
