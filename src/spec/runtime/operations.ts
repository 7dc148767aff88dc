/** The flat list of operations, from the index alone. */
import type { Access } from "../../deployment/api-file.ts";
import type { OperationSummary } from "../catalog.ts";
import { readPaths, readRow, rowLength, type Layout, type Shape } from "../layout.ts";

const access: Record<string, Access> = { r: "read", w: "write", d: "delete" };

export function listOperations(rows: unknown[], layout: Layout): OperationSummary[] {
  const { methods: keys, tags, shapes, summaries } = layout;
  const methods = keys.map((key) => key.replace("+", "").toLowerCase());
  const operations: OperationSummary[] = [];
  readPaths(rows, (path, count, start, first) => {
    for (let index = first; index < first + count; index++) {
      const [method, shape, id, summary, tagList] = readRow(rows, start + (index - first) * rowLength);
      operations.push({
        id,
        method: methods[method] as string,
        path,
        summary: summary === 0 ? (summaries[index] ?? "") : summary,
        tags: (tags[tagList] as string[]).slice(),
        access: access[layout.access[index] as string] as Access,
        deprecated: (shapes[shape] as Shape).deprecated === true,
      });
    }
  });
  return operations;
}
