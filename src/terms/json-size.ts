/** How much JSON holds, told before it is parsed: parsing cannot be left for a moment. */

/** How much of it is looked through before others get their turn. */
const turnBytes = 4 * 1024 * 1024;

/**
 * Counts what separates values and names, outside of texts.
 * @param bytes of JSON, in a charset that has ASCII in its place
 * @returns whether it has more than `most` lists, objects, entries of these and names together
 */
export function* holdsMore(bytes: Uint8Array, most: number): Generator<void, boolean> {
  // Fewer bytes cannot hold so many.
  if (bytes.byteLength <= 2 * most) return false;
  let left = most;
  let inText = false;
  let turnAt = turnBytes;
  for (let at = 0; at < bytes.byteLength && left >= 0; at += 1) {
    if (at >= turnAt) {
      turnAt += turnBytes;
      yield;
    }
    const byte = bytes[at];
    if (byte === 0x22) inText = !inText;
    else if (inText) at += byte === 0x5c ? 1 : 0;
    else if (byte === 0x2c || byte === 0x3a || byte === 0x5b || byte === 0x7b) left -= 1;
  }
  return left < 0;
}
