/** The body of a catalog: a table, then chunks of UTF-8 JSON without separators. */

/**
 * The table at the start of a body: its own length in bytes, then the place of each chunk. It is little-endian, like
 * every machine that V8 runs on, so it can be read in place.
 */
export class ChunkTable {
  readonly #body: Uint8Array;
  readonly #numbers: Uint32Array;

  constructor(body: ArrayBuffer) {
    const [bytes] = new Uint32Array(body, 0, 1);
    this.#body = new Uint8Array(body);
    this.#numbers = new Uint32Array(body, 0, (bytes as number) / 4);
  }

  /** The JSON of a chunk. */
  bytes(chunk: number): Uint8Array {
    const start = this.#numbers[1 + 2 * chunk] as number;
    return this.#body.subarray(start, start + this.length(chunk));
  }

  length(chunk: number): number {
    return (this.#numbers[2 + 2 * chunk] as number) >>> 1;
  }

  holdsReference(chunk: number): boolean {
    return ((this.#numbers[2 + 2 * chunk] as number) & 1) === 1;
  }
}

/** @returns table and chunks. Equal chunks are stored once. */
export function writeBody(chunks: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  const table = new Uint32Array(1 + 2 * chunks.length);
  table[0] = table.byteLength;
  const parts: Uint8Array[] = [new Uint8Array(table.buffer)];
  const written = new Map<string, number>();
  let offset = table.byteLength;
  for (const [number, json] of chunks.entries()) {
    const same = written.get(json);
    if (same !== undefined) {
      table.copyWithin(1 + 2 * number, 1 + 2 * same, 3 + 2 * same);
      continue;
    }
    written.set(json, number);
    const bytes = encoder.encode(json);
    parts.push(bytes);
    table[1 + 2 * number] = offset;
    table[2 + 2 * number] = bytes.length * 2 + (holdsReference(json) ? 1 : 0);
    offset += bytes.length;
  }
  return joined(parts);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Whether a chunk refers to a unit. Inside a JSON string, the quotes would be escaped. */
function holdsReference(json: string): boolean {
  return /"\$ref":\d/.test(json);
}
