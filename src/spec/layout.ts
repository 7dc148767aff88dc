/**
 * The format of a catalog's two buffers. `compile` writes it and `read` reads it.
 *
 * The index is ASCII text. Its lines form three sections, each read only when needed. The list of operations:
 *   1. the layout: JSON;
 *   2. the paths, separated by tabs;
 *   3. the rows, a JSON array of numbers: for each path the number of its operations, then the kind and tags of each;
 *   4. the ids of the operations, separated by tabs, in the order of the rows;
 *   5. their summaries, likewise.
 * The rest of `spec`:
 *   6. the outline: JSON;
 *   7. the shapes of the operations: JSON of each `Shape`, separated by tabs, because only a few are read;
 *   8. the short descriptions of the operations, separated by tabs;
 *   9. the other members of each path item, likewise: JSON of `PathMembers`, or empty;
 *  10. the places of the units in the document: JSON;
 *  11. the names of the components, separated by tabs.
 * The index for `find`:
 *  12. the sorted terms, separated by spaces;
 *  13. their postings, in the same order, separated by spaces.
 * Splitting a column of text costs a twentieth of JSON.parse for the same texts, and the parts share its memory.
 *
 * The body consists of JSON chunks behind a table of their places (`chunks.ts`): for each operation a light one
 * (parameters, descriptions) and a heavy one (request body, responses), then the units: the members of the root, the
 * components, and every other target of a `$ref`.
 *
 * In a chunk, `{ "$ref": 12 }` with a number is a reference to unit 12; its other members override the unit's.
 * A `$ref` with a string is an unresolved one of the document.
 */
import type { OperationSummary } from "./catalog.ts";

/** Written once for all operations that share it. */
export interface OperationKind extends Pick<OperationSummary, "method" | "access" | "deprecated"> {
  /** Position in `Layout.servers`. */
  servers: number;
}

/** Raise it with every change of the format: catalogs of another version are compiled again. */
export const version = 3;

export interface Layout {
  /** The first member, for `isReadable`. */
  version: typeof version;
  kinds: OperationKind[];
  /** Lists of tags. */
  tags: string[][];
  /** Lists of effective servers; the first is the root's. */
  servers: unknown[][];
  /** The number of paths. */
  paths: number;
  /** Texts that a column cannot hold, by position. */
  irregular: { paths: Irregular; ids: Irregular; summaries: Irregular };
}

/** The members of an operation object. Written once for all operations that share it. */
export interface Shape {
  /** Key in the path item, or in its `additionalOperations`. */
  key: string;
  additional?: true;
  /** Whether the columns hold its `summary` and its `description`. */
  summary?: true;
  description?: true;
  /** Without parameters. */
  bare?: true;
  /** Members of the light chunk and of the heavy one. */
  light: string[];
  heavy: string[];
  /** Position in `Outline.security`. */
  security: number;
}

/** The components of one kind, with their units. */
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
  /** Neither the document nor the API file says what any operation needs. */
  silent?: true;
  /** The unit of a path whose value is not a path item, by the position of the path. */
  extensions: Record<number, number>;
  /** Members of `spec` in their order, each with its unit or built at run time. */
  root: [key: string, unit: number | "paths" | "components" | "servers" | "security"][];
  irregular: { descriptions: Irregular };
}

/** Where units are in the document. */
export interface Places {
  /** The kinds of components with their counts, in the order of the names. */
  components: [kind: string, count: number][];
  /** The unit of each component. */
  units: number[];
  /** Pointers of the other units. */
  others: Record<number, string>;
  irregular: { names: Irregular };
}

/** Members of a path item besides operations: short texts as `value` with unit -1, others by their unit. */
export type PathMembers = [key: string, unit: number, value?: unknown][];

type Irregular = Record<number, string>;

/** The sections of an index. */
export interface IndexSections {
  operations: string;
  /** Needed only with the body. */
  outline: string;
  search: string;
}

/** Whether this version of the code compiled the index. */
export function isReadable(index: string): boolean {
  return index.startsWith(`{"version":${version},`);
}

export function splitIndex(index: string): IndexSections {
  const after = (lines: number, from: number) => {
    let end = from;
    for (let line = 0; line < lines; line++) end = index.indexOf("\n", end) + 1;
    return end;
  };
  const outline = after(5, 0);
  const search = after(6, outline);
  return {
    operations: index.slice(0, outline - 1),
    outline: index.slice(outline, search - 1),
    search: index.slice(search),
  };
}

export const columnSeparator = "\t";

/** JSON or words in ASCII: a string of one byte per character is half as long and quicker to parse. */
export function ascii(text: string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Texts as one column of the index. */
export function writeColumn(texts: readonly string[]): { line: string; irregular: Irregular } {
  const irregular: Irregular = {};
  const line = texts.map((text, position) => {
    if (/^[\x20-\x7e]*$/.test(text)) return text;
    irregular[position] = text;
    return "";
  });
  return { line: line.join(columnSeparator), irregular };
}

/** How many entries of the rows an operation takes. */
export const rowLength = 2;

/** @param count of texts: an empty line may hold none or one */
export function readColumn(line: string, count: number, irregular: Irregular): string[] {
  const texts = count === 0 ? [] : line.split(columnSeparator);
  for (const position in irregular) texts[position] = irregular[position] as string;
  return texts;
}
