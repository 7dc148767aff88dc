/** The flat list of operations, from the index alone. */
import type { Access } from "../../deployment/api-file.ts";
import type { OperationSummary } from "../catalog.ts";
import { readPaths, rowLength, type Layout, type Shape } from "../layout.ts";

const access: Record<string, Access> = { r: "read", w: "write", d: "delete" };

export function listOperations(rows: unknown[], layout: Layout): OperationSummary[] {
  const { methods: keys, tags, shapes, summaries } = layout;
  const methods = keys.map((key) => key.replace("+", "").toLowerCase());
  const operations: OperationSummary[] = [];
  readPaths(rows, (path, count, start, first) => {
    for (let index = first, at = start; index < first + count; index++, at += rowLength) {
      const summary = rows[at + 3] as string | 0;
      operations.push({
        id: rows[at + 2] as string,
        method: methods[rows[at] as number] as string,
        path,
        summary: summary === 0 ? (summaries[index] ?? "") : summary,
        tags: (tags[rows[at + 4] as number] as string[]).slice(),
        access: access[layout.access[index] as string] as Access,
        deprecated: (shapes[rows[at + 1] as number] as Shape).deprecated === true,
      });
    }
  });
  return operations;
}
