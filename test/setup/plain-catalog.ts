/**
 * An OpenedCatalog over a document that needs no compiling: 3.x shaped, without `$ref`. For tests of what is built
 * on catalogs; the real one has its own.
 */
import type { Access } from "../../src/terms/api-file.ts";
import type { OpenedCatalog, OperationSummary } from "../../src/spec/catalog.ts";

interface Operation {
  operationId?: string;
  tags?: string[];
  servers?: unknown;
  security?: unknown;
  parameters?: unknown[];
  requestBody?: unknown;
  responses?: unknown;
}

export interface PlainDocument {
  servers?: unknown[];
  security?: unknown[];
  components?: Record<string, unknown>;
  paths: Record<string, Record<string, Operation>>;
}

const accessOfMethod = (method: string): Access => {
  if (["get", "head", "options"].includes(method)) return "read";
  return method === "delete" ? "delete" : "write";
};

export function plainCatalog(document: PlainDocument): OpenedCatalog {
  const operations: OperationSummary[] = [];
  const objects = new Map<string, Record<string, unknown>>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const id = operation.operationId ?? `${method} ${path}`;
      operations.push({
        id,
        method,
        path,
        summary: "",
        tags: operation.tags ?? [],
        access: accessOfMethod(method),
        deprecated: false,
      });
      objects.set(id, { servers: document.servers, security: document.security, ...operation });
    }
  }
  return {
    spec: document as unknown as Record<string, unknown>,
    operations,
    inOrder: operations,
    find: () => [],
    describe: (asked) => `description of ${(asked as { id?: string }).id ?? String(asked)}`,
    signature: ({ id }) => `signature of ${id}`,
    operationObject: (operation) => objects.get(operation.id) ?? {},
    statesSecurity: true,
    servers: (operation) => (objects.get(operation.id)?.["servers"] ?? []) as unknown[],
  };
}
