/**
 * How far an answer that is still coming may be passed on. Guarantee: that depends on nothing but the answer. If it
 * depended on what could be the beginning of a secret, code that has its guesses sent back would see by the ends of the
 * chunks which of them are one, and read out the secret letter by letter. Pure.
 */

/** More than a secret has in any spelling, but the longest. Fewer bytes are passed on only at the end of a line. */
export const lagBytes = 64 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Of base64, and of the ways to escape its signs: only these stand before a line break within a spelling. */
const mayBreakAfter = (byte: number) =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  "+/_=-;".includes(String.fromCharCode(byte));

export class Lag {
  /** Bytes that came. */
  #seen = 0;
  #passable = 0;
  /** The last two bytes. */
  #before: readonly number[] = [];

  /** Takes what came. @returns how many bytes of all that came may be passed on */
  after(chunk: Uint8Array): number {
    const line = this.#endOfLine(chunk);
    const start = this.#seen;
    this.#seen += chunk.length;
    this.#before = [...this.#before, ...chunk.subarray(-2)].slice(-2);
    this.#passable = Math.max(this.#passable, this.#seen - lagBytes, line < 0 ? 0 : start + line + 1);
    return this.#passable;
  }

  get seen(): number {
    return this.#seen;
  }

  /** The last line feed that no spelling of a secret goes on after, as at the end of an event or of a line of JSON. */
  #endOfLine(chunk: Uint8Array): number {
    const at = (index: number) => (index < 0 ? this.#before.at(index) : chunk[index]);
    let found = chunk.lastIndexOf(lineFeed);
    for (; found >= 0; found = found === 0 ? -1 : chunk.lastIndexOf(lineFeed, found - 1)) {
      const before = at(found - 1) === carriageReturn ? at(found - 2) : at(found - 1);
      if (before === undefined || !mayBreakAfter(before)) return found;
    }
    return -1;
  }
}
