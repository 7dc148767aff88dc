/**
 * How a catalog's two buffers are laid out: written by `compile`, read by `open`, opaque to everyone else.
 *
 * The index is ASCII text of six lines, each read only when it is needed:
 *   1. the rows: one flat JSON array: per path its name, how many operations it has, 0 or the
 *      number of its other members, and the entries of each operation's row. Objects are made from it by code: for JSON.parse
 *      an object with a thousand different keys is three times slower;
 *   2. the layout: JSON of what is needed to build `spec`;
 *   3. the other members of path items: JSON, a list of `PathMembers`, counted from 1;
 *   4. the names: JSON of where the units are in the document;
 *   5. the terms of the search index, sorted, separated by spaces;
 *   6. their postings, in the same order, separated by spaces.
 *
 * The body is UTF-8 JSON, chunk after chunk without a separator: for each operation, in the order of the
 * rows, a light one (parameters, descriptions) and a heavy one (request body, responses), then the units: the
 * members of the root, the components, and whatever else a `$ref` points at.
 *
 * In a chunk, `{ "$ref": 12 }` with a number stands for unit 12; other members beside it are put over its own.
 * A `$ref` with a string is one that leads nowhere, as the document has it.
 */

/** What operations have in common, so that it is written once. */
export interface Shape {
  /** Members of the light chunk and of the heavy one. */
  light: string[];
  heavy: string[];
  /** Positions in `Layout.security` and `Layout.servers`; -1 if the operation's own is in a chunk. */
  security: number;
  servers: number;
  deprecated?: true;
  /** There are no parameters: an empty list each. */
  bare?: true;
}

export interface Layout {
  shapes: Shape[];
  /** Methods as they stand in path items; those of `additionalOperations` with a `+` before them. */
  methods: string[];
  /** Lists of tags. */
  tags: string[][];
  /** Effective security and servers; the first of each is the root's. */
  security: unknown[][];
  servers: unknown[][];
  /** Per operation one letter: r(ead), w(rite), d(elete). */
  access: string;
  /** Per operation that has no `summary`: the first words of its description. */
  summaries: Record<string, string>;
  /**
   * Bytes of each chunk: two per operation, then one per unit. Negative if it holds no reference; from `repeated`
   * on, the number of the chunk whose bytes it has too.
   */
  lengths: number[];
  /** Members of `spec` in their order, with the unit of each; negative for what is built at run time. */
  root: [key: string, unit: number][];
}

export interface UnitNames {
  components: Record<string, { names: string[]; units: number[] }>;
  /** Where a unit that is no component came from, for `pointerOf`. */
  origins: Record<string, string>;
}

/** Unit numbers of `root` that stand for something built at run time. */
export const pathsUnit = -1;
export const componentsUnit = -2;
export const serversUnit = -3;
export const securityUnit = -4;

export const repeated = 1e9;

/** Members of a path item that are no operations: small ones as they are, others by their unit. */
export type PathMembers = [key: string, unit: number, value?: unknown][];

/** One operation in the rows: numbers are positions in the layout's lists, 0 stands for a text that is missing. */
export type Row = [
  method: number,
  shape: number,
  id: string,
  summary: string | 0,
  tags: number,
  description: string | 0,
];

/** How many entries of the rows one operation takes. */
export const rowLength = 6;

/**
 * Walks over the rows, path by path.
 * @param onPath the path, how many operations it has, where the row of the first one starts, and its number among
 * all operations
 */
export function readPaths(
  rows: unknown[],
  onPath: (path: string, count: number, start: number, first: number, members: number) => void,
): void {
  let first = 0;
  for (let at = 0; at < rows.length;) {
    const count = rows[at + 1] as number;
    onPath(rows[at] as string, count, at + 3, first, rows[at + 2] as number);
    first += count;
    at += 3 + count * rowLength;
  }
}
