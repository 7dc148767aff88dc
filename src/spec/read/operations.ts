/** Lists the operations, from the index alone. */
import type { OperationSummary } from "../catalog.ts";
import { rowLength, type Layout, type OperationKind } from "../layout.ts";

/** The columns of the index for the list. */
export interface Columns {
  paths: string[];
  rows: number[];
  ids: string[];
  summaries: string[];
}

/**
 * Runs cold in every isolate, over thousands of rows: uses no iterators and no destructuring. What it and `openSkeleton`
 * allocate decides whether V8 collects garbage before a search over GitHub's document has ended.
 * @returns the operations in the order of the document
 */
export function listOperations(
  columns: Columns,
  { kinds, tags }: Pick<Layout, "kinds" | "tags">,
): OperationSummary[] {
  const { paths, rows, ids, summaries } = columns;
  // Made at its full length: a list that grows leaves behind a third more than it holds.
  const operations = Array<OperationSummary>(ids.length);
  let number = 0;
  let at = 0;
  for (let position = 0; position < paths.length; position++) {
    const path = paths[position] as string;
    for (let left = rows[at++] as number; left > 0; left--) {
      const kind = kinds[rows[at] as number] as OperationKind;
      operations[number] = {
        id: ids[number] as string,
        method: kind.method,
        path,
        summary: summaries[number] as string,
        tags: (tags[rows[at + 1] as number] as string[]).slice(),
        access: kind.access,
        deprecated: kind.deprecated,
      };
      number++;
      at += rowLength;
    }
  }
  return operations;
}

/** @returns the position in `Layout.kinds` of every operation, in the order of the document */
export function kindsOf(rows: readonly number[]): number[] {
  const kinds: number[] = [];
  for (let at = 0; at < rows.length;) {
    const end = at + 1 + rowLength * (rows[at] as number);
    for (at++; at < end; at += rowLength) kinds.push(rows[at] as number);
  }
  return kinds;
}
