/** The flat list of operations, from the index alone. */
import type { Access } from "../../deployment/api-file.ts";
import type { OperationSummary } from "../catalog.ts";
import type { Layout } from "../layout.ts";
import type { Json } from "../objects.ts";

const access: Record<string, Access> = { r: "read", w: "write", d: "delete" };

export function listOperations(skeletonJson: string, layout: Layout): OperationSummary[] {
  const paths = JSON.parse(skeletonJson) as Record<string, Json>;
  const methods = new Set(layout.methods);
  const operations: OperationSummary[] = [];
  const add = (path: string, method: string, operation: Json) => {
    const index = operations.length;
    const { operationId, summary, tags, deprecated } = operation;
    operations.push({
      id: operationId as string,
      method,
      path,
      summary: typeof summary === "string" ? summary : (layout.summaries[index] ?? ""),
      tags: Array.isArray(tags) ? (tags as string[]) : [],
      access: access[layout.access[index] as string] as Access,
      deprecated: deprecated === true,
    });
  };
  for (const path in paths) {
    const item = paths[path] as Json;
    for (const key in item) {
      if (methods.has(key)) add(path, key, item[key] as Json);
      else if (key === "additionalOperations") {
        const additional = item[key] as Json;
        for (const method in additional) add(path, method.toLowerCase(), additional[method] as Json);
      }
    }
  }
  return operations;
}
