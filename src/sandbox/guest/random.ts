/**
 * Random numbers that are the same each time a lasting run goes on, and that nobody can tell from real ones without its
 * seed: ChaCha20 (RFC 8439, 2.3) over a counter. Pure.
 */

/** @param seed 64 hex digits @returns gives the next bytes */
export function random(seed: string): (count: number) => Uint8Array<ArrayBuffer> {
  const key = Array.from({ length: 8 }, (_, at) => Number.parseInt(seed.slice(at * 8, at * 8 + 8), 16));
  let counter = 0;
  let block = new Uint8Array(0);
  let used = 0;
  return (count) => {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at++) {
      if (used === block.length) {
        block = chacha(key, counter++);
        used = 0;
      }
      bytes[at] = block[used++] as number;
    }
    return bytes;
  };
}

const quarters = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

export function chacha(
  key: readonly number[],
  counter: number,
  nonce: readonly number[] = [0, 0, 0],
): Uint8Array<ArrayBuffer> {
  const begun = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, ...key, counter, ...nonce);
  const x = begun.slice();
  const mix = (a: number, b: number, d: number, left: number): void => {
    x[a] = x[a]! + x[b]!;
    const turned = x[d]! ^ x[a]!;
    x[d] = (turned << left) | (turned >>> (32 - left));
  };
  for (let round = 0; round < 10; round++)
    for (const [a, b, c, d] of quarters) {
      mix(a, b, d, 16);
      mix(c, d, b, 12);
      mix(a, b, d, 8);
      mix(c, d, b, 7);
    }
  const bytes = new DataView(new ArrayBuffer(64));
  for (let at = 0; at < 16; at++) bytes.setUint32(at * 4, x[at]! + begun[at]!, true);
  return new Uint8Array(bytes.buffer);
}
