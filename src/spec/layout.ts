/**
 * How a catalog's two buffers are laid out: written by `compile`, read by `open`, opaque to everyone else.
 *
 * The index is ASCII text of four lines:
 *   1. the skeleton: JSON of `spec.paths` with only what is small in each operation (parsed natively: the cheapest
 *      way to make thousands of objects);
 *   2. the layout: JSON of everything else that is needed to find a chunk;
 *   3. the terms of the search index, sorted, separated by spaces;
 *   4. their postings, in the same order, separated by spaces.
 *
 * The body is UTF-8 JSON, chunk after chunk without a separator: for each operation of the skeleton, in its
 * order, a light one (parameters, descriptions) and a heavy one (request body, responses), then the units: the
 * members of the root, the components, and whatever else a `$ref` points at.
 *
 * In a chunk, `{ "$ref": 12 }` with a number stands for unit 12; other members beside it are put over its own.
 * A `$ref` with a string is one that leads nowhere, as the document has it.
 */

export interface Layout {
  /** Key lists that operations share: what is in the light chunk, and what is in the heavy one. */
  shapes: [light: string[], heavy: string[]][];
  /** Per operation, in the order of the skeleton: its shape. */
  shapeOf: number[];
  /** Per operation one letter: r(ead), w(rite), d(elete). */
  access: string;
  /** Per operation that has no `summary`: the first words of its description. */
  summaries: Record<string, string>;
  /** Effective servers and security of the operations that have none of their own in skeleton or chunk. */
  servers: unknown[];
  security: unknown[];
  /** Keys of path items that hold an operation. */
  methods: string[];
  /** Other lazy members of path items: path, key, unit. */
  pathMembers: [path: string, key: string, unit: number][];
  /** Bytes of each chunk: two per operation, then one per unit. Negative if it holds no reference. */
  lengths: number[];
  /** Members of `spec` in their order, with the unit of each; negative for what is built at run time. */
  root: [key: string, unit: number][];
  components: Record<string, { names: string[]; units: number[] }>;
  /** Where a unit that is no component came from, for `pointerOf`. */
  origins: Record<string, string>;
}

/** Unit numbers of `root` that stand for something built at run time. */
export const pathsUnit = -1;
export const componentsUnit = -2;
export const serversUnit = -3;
export const securityUnit = -4;
