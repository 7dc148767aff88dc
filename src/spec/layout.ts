/**
 * How a catalog's two buffers are laid out: written by `compile`, read by `open`, opaque to everyone else.
 *
 * The index is ASCII text of three sections of lines, each read only when it is needed. The list of operations:
 *   1. the layout: JSON;
 *   2. the paths, separated by tabs;
 *   3. the rows: a JSON array of numbers: per path how many operations it has, then for each its kind and its tags;
 *   4. the ids of the operations, separated by tabs, in the order of the rows;
 *   5. their summaries, likewise.
 * What is needed besides to build `spec`:
 *   6. the outline: JSON;
 *   7. the shapes of the operations: JSON of each `Shape`, separated by tabs: few of many are read;
 *   8. the short descriptions of the operations, separated by tabs;
 *   9. the members of each path item that are no operations, likewise: JSON of `PathMembers`, or nothing;
 *  10. the places: JSON of where the units are in the document;
 *  11. the names of the components, separated by tabs.
 * What `find` looks into:
 *  12. the terms, sorted, separated by spaces;
 *  13. their postings, in the same order, separated by spaces.
 * Columns of text, because to split one costs a twentieth of what JSON.parse takes for the same texts, and what comes
 * out shares the memory of the index.
 *
 * The body is chunks of JSON behind a table of their places (`chunks.ts`): first for each operation a light one
 * (parameters, descriptions) and a heavy one (request body, responses), then the units, which are the members of the
 * root, the components, and whatever else a `$ref` points at.
 *
 * In a chunk, `{ "$ref": 12 }` with a number stands for unit 12; other members beside it are put over its own.
 * A `$ref` with a string is one that leads nowhere, as the document has it.
 */
import type { OperationSummary } from "./catalog.ts";

/** What many operations have in common, so that it is written once. */
export interface OperationKind extends Pick<OperationSummary, "method" | "access" | "deprecated"> {
  /** Position in `Layout.servers`. */
  servers: number;
}

/** Raised with every change of the layout: a catalog of another version is compiled anew. */
export const version = 2;

export interface Layout {
  /** Comes first: the beginning of an index tells whether it can be read. */
  version: typeof version;
  kinds: OperationKind[];
  /** Lists of tags. */
  tags: string[][];
  /** Lists of effective servers; the first is the root's. */
  servers: unknown[][];
  /** How many paths there are. */
  paths: number;
  /** Texts that a column cannot hold, by their position in it. */
  irregular: { paths: Irregular; ids: Irregular; summaries: Irregular };
}

/** Which members the operation objects of one shape have, so that it is written once. */
export interface Shape {
  /** Key in the path item, as it is written; `additional` if it is one of `additionalOperations`. */
  key: string;
  additional?: true;
  /** Whether the columns hold its `summary` and its `description`. */
  summary?: true;
  description?: true;
  /** There are no parameters: an empty list each. */
  bare?: true;
  /** Members of the light chunk and of the heavy one. */
  light: string[];
  heavy: string[];
  /** Position in `Outline.security`. */
  security: number;
}

/** The components of one kind: the unit of each by its name. */
export interface ComponentGroup {
  kind: string;
  names: string[];
  units: number[];
}

export interface Outline {
  /** The shape of each operation. */
  shapeOf: number[];
  /** Lists of effective security requirements; the first is the root's. */
  security: unknown[][];
  /** The unit of what stands at a path and is no path item, by the position of the path. */
  extensions: Record<number, number>;
  /** Members of `spec` in their order, each with its unit or with what is built at run time. */
  root: [key: string, unit: number | "paths" | "components" | "servers" | "security"][];
  irregular: { descriptions: Irregular };
}

/** Where units are in the document. */
export interface Places {
  /** Kinds of components, with how many of them there are, in the order of their names. */
  components: [kind: string, count: number][];
  /** The unit of each component. */
  units: number[];
  /** Pointers of units that are no components. */
  others: Record<number, string>;
  irregular: { names: Irregular };
}

/** Members of a path item that are no operations: small ones as they are, others by their unit. */
export type PathMembers = [key: string, unit: number, value?: unknown][];

type Irregular = Record<number, string>;

/** The sections of an index. */
export interface IndexSections {
  operations: string;
  /** Needed with the body only. */
  outline: string;
  search: string;
}

/** Whether this code can read an index: another version may have compiled it. */
export function isReadable(index: string): boolean {
  return index.startsWith(`{"version":${version},`);
}

const linesOf = { operations: 5, outline: 6 };

export function splitIndex(index: string): IndexSections {
  const after = (lines: number, from: number) => {
    let end = from;
    for (let line = 0; line < lines; line++) end = index.indexOf("\n", end) + 1;
    return end;
  };
  const outline = after(linesOf.operations, 0);
  const search = after(linesOf.outline, outline);
  return {
    operations: index.slice(0, outline - 1),
    outline: index.slice(outline, search - 1),
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

/** How many entries of the rows one operation takes. */
export const rowLength = 2;

/** @param count how many texts it holds; an empty line is none or one */
export function readColumn(line: string, count: number, irregular: Irregular): string[] {
  const texts = count === 0 ? [] : line.split(columnSeparator);
  for (const position in irregular) texts[position] = irregular[position] as string;
  return texts;
}
