/**
 * How a catalog's two buffers are laid out: written by `compile`, read by `open`, opaque to everyone else.
 *
 * The index is ASCII text of three sections of lines, each read only when it is needed. The list of operations:
 *   1. the layout: JSON;
 *   2. the paths, separated by tabs;
 *   3. the rows: a JSON array of numbers: per path how many operations it has, then the kind of each;
 *   4. the ids of the operations, separated by tabs, in the order of the rows;
 *   5. their summaries, likewise.
 * Where the units are in the document:
 *   6. the places: JSON;
 *   7. the names of the components, separated by tabs.
 * What `find` looks into:
 *   8. the terms, sorted, separated by spaces;
 *   9. their postings, in the same order, separated by spaces.
 * Columns of text, because to split one costs a twentieth of what JSON.parse takes for the same texts, and what comes
 * out shares the memory of the index.
 *
 * The body begins with a table of its chunks, then come the chunks: UTF-8 JSON, one after the other without a
 * separator. First one for each path, its path item; then the parts, which are long members of operations; then the
 * units: the members of the root, the components, and whatever else a `$ref` points at.
 *
 * In a chunk, `{ "$ref": 12 }` with a number stands for unit 12, and `{ "$ref": -3 }` for part 2 (`~part`); other members
 * beside it are put over its own. A `$ref` with a string is one that leads nowhere, as the document has it.
 */
import type { OperationSummary } from "./catalog.ts";

/** What many operations have in common, so that it is written once. */
export interface OperationKind extends Pick<OperationSummary, "method" | "tags" | "access" | "deprecated"> {
  /** Position in `Layout.servers`. */
  servers: number;
}

export interface Layout {
  kinds: OperationKind[];
  /** Lists of effective servers; the first is the root's. */
  servers: unknown[][];
  /** Members of `spec` in their order, each with its unit or part, or with what is built at run time. */
  root: [key: string, number: number | "paths" | "components"][];
  /** How many chunks stand before those of the units. */
  chunks: { paths: number; parts: number };
  /** Texts that a column cannot hold, by their position in it. */
  irregular: { paths: Irregular; ids: Irregular; summaries: Irregular };
}

export type Irregular = Record<number, string>;

/** Where units are in the document. */
export interface Places {
  /** Kinds of components, with how many of them there are, in the order of their names. */
  kinds: [kind: string, count: number][];
  /** The unit of each component. */
  units: number[];
  /** Pointers of units that are no components. */
  others: Record<number, string>;
  irregular: Irregular;
}

/** The sections of an index. */
export interface IndexSections {
  operations: string;
  places: string;
  search: string;
}

const linesOf = { operations: 5, places: 2 };

export function splitIndex(index: string): IndexSections {
  const after = (lines: number, from: number) => {
    let end = from;
    for (let line = 0; line < lines; line++) end = index.indexOf("\n", end) + 1;
    return end;
  };
  const places = after(linesOf.operations, 0);
  const search = after(linesOf.places, places);
  return {
    operations: index.slice(0, places - 1),
    places: index.slice(places, search - 1),
    search: index.slice(search),
  };
}

export const columnSeparator = "\t";

/** Texts of one column of the index. */
export function writeColumn(texts: readonly string[]): { line: string; irregular: Irregular } {
  const irregular: Irregular = {};
  const line = texts.map((text, position) => {
    if (/^[\x20-\x7e]*$/.test(text)) return text;
    irregular[position] = text;
    return "";
  });
  return { line: line.join(columnSeparator), irregular };
}

/** @param count how many texts it holds; an empty line is none or one */
export function readColumn(line: string, count: number, irregular: Irregular): string[] {
  const texts = count === 0 ? [] : line.split(columnSeparator);
  for (const position in irregular) texts[position] = irregular[position] as string;
  return texts;
}

/**
 * The table at the beginning of a body: its own length in bytes, then the place of each chunk. Little-endian as all
 * machines are that run V8, so that it can be read where it lies.
 */
export class ChunkTable {
  readonly #numbers: Uint32Array;

  constructor(body: ArrayBuffer) {
    const [bytes] = new Uint32Array(body, 0, 1);
    this.#numbers = new Uint32Array(body, 0, (bytes as number) / 4);
  }

  start(chunk: number): number {
    return this.#numbers[1 + 2 * chunk] as number;
  }

  end(chunk: number): number {
    return this.start(chunk) + this.length(chunk);
  }

  length(chunk: number): number {
    return (this.#numbers[2 + 2 * chunk] as number) >>> 1;
  }

  holdsReference(chunk: number): boolean {
    return ((this.#numbers[2 + 2 * chunk] as number) & 1) === 1;
  }
}

/** @returns the whole body: table and chunks. Chunks of the same text are stored once. */
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
  const body = new Uint8Array(offset);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

/** Whether the JSON of a chunk holds a reference to a unit or part. In a string of JSON the quotes would be escaped. */
export function holdsReference(json: string): boolean {
  return /"\$ref":-?\d/.test(json);
}
