/**
 * One message in a request, as the protocol has it since 2025-06-18: a list of a hundred calls would have one turn, and one
 * place in everybody's ceilings.
 */

/** JSON's white space, and the mark that may stand before a text in UTF-8. */
const before = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
const list = "[".charCodeAt(0);

/** Reads a copy up to the first byte that tells; the request can still be read. */
export async function isList(request: Request): Promise<boolean> {
  for await (const chunk of request.clone().body ?? [])
    for (const byte of chunk) if (!before.has(byte)) return byte === list;
  return false;
}
