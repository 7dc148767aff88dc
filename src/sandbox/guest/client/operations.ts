/** The operation that a call means, and where it is sent; or why there is none. */
import type { ClientConfig } from "../../../terms/client-config.ts";
import { nearestById, nearestOperations, titleOf } from "../../../request/nearest.ts";
import { operationsOf, type Found } from "../../../request/operations.ts";
import { baseUrls } from "../../../request/servers.ts";
import type { OpenedCatalog, OperationSummary } from "../../../spec/catalog.ts";
import { RequestError } from "./errors.ts";

/** A call whose operation is known. */
export interface Resolved extends Found {
  /** The operation object of the document. */
  object: Record<string, unknown>;
  /** Absolute base URL without trailing slash. */
  base: string;
}

/** Both throw a `RequestError` where there is no such operation. */
export interface Resolver {
  byPath(method: string, path: string): Resolved;
  byId(id: string): Resolved;
}

export function resolverOf(catalog: OpenedCatalog, config: ClientConfig): Resolver {
  const operations = operationsOf(catalog, config);
  /** What is the same for every call of an operation. */
  const located = new Map<OperationSummary, Pick<Resolved, "object" | "base">>();
  const locate = (operation: OperationSummary): Pick<Resolved, "object" | "base"> => {
    const [base] = baseUrls(catalog.servers(operation));
    if (base !== undefined) return { object: catalog.operationObject(operation), base };
    throw new RequestError({
      kind: "misconfigured",
      message: `The document of ${config.api} does not say where the API is.`,
      next: `Tell the operator to set "server" in the API file.`,
    });
  };
  const resolved = (found: Found): Resolved => {
    let place = located.get(found.operation);
    if (!place) located.set(found.operation, (place = locate(found.operation)));
    return { ...found, ...place };
  };
  const unknown = (asked: string, nearest: OperationSummary[]) =>
    new RequestError({ kind: "unknown-operation", asked, nearest: nearest.map(titleOf) });
  return {
    byPath(method, asked) {
      const { found, problem } = operations.byPath(method, asked);
      const [first] = found;
      if (first) return resolved(first);
      if (problem !== undefined) {
        const message = `The request was not sent because ${problem}. Pass values as { path: { … } }.`;
        throw new RequestError({ kind: "denied", rule: "one spelling for every URL", message });
      }
      throw unknown(`${method.toUpperCase()} ${asked}`, nearestOperations(catalog.operations, method, asked));
    },
    byId(id) {
      const found = operations.byId(id);
      if (found) return resolved(found);
      throw unknown(JSON.stringify(id), nearestById(catalog.operations, id));
    },
  };
}
