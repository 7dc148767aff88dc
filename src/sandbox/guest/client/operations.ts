/** The operation that a call means, and where it is sent; or why there is none. */
import type { OperationObject } from "../../../spec/openapi.ts";
import type { ClientConfig } from "../../../terms/client-config.ts";
import { nearestById, nearestOperations, titleOf } from "../../../request/nearest.ts";
import { operationsOf, type Found } from "../../../request/operations.ts";
import { baseUrls } from "../../../request/servers.ts";
import type { OpenedCatalog, OperationSummary } from "../../../spec/catalog.ts";
import { ApiError } from "./errors.ts";

/** A call whose operation is known. */
export interface Resolved extends Found {
  /** The operation object of the document. */
  object: OperationObject;
  /** Absolute base URL without trailing slash. */
  base: string;
}

export type Resolver = ReturnType<typeof resolverOf>;

/** The first argument of a call. @param wanted what it should be */
function given(value: unknown, wanted: string): string {
  if (typeof value === "string") return value;
  const what =
    value === null || value === undefined
      ? String(value)
      : `that is given by a value of type ${typeof value}`;
  throw new ApiError({
    kind: "unknown-operation",
    asked: `${what}: the first argument has to be ${wanted}`,
    nearest: [],
  });
}

/** Both ways throw an `ApiError` where there is no such operation, whatever the code gave. */
export function resolverOf(catalog: OpenedCatalog, config: ClientConfig) {
  const operations = operationsOf(catalog, config);
  /** What is the same for every call of an operation. */
  const located = new Map<OperationSummary, Pick<Resolved, "object" | "base">>();
  const locate = (operation: OperationSummary): Pick<Resolved, "object" | "base"> => {
    const [base] = baseUrls(catalog.servers(operation));
    if (base !== undefined) return { object: catalog.operationObject(operation), base };
    throw new ApiError({
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
    new ApiError({ kind: "unknown-operation", asked, nearest: nearest.map(titleOf) });
  return {
    byPath(method: string, path: unknown): Resolved {
      const asked = given(path, 'a path such as "/users/{id}"');
      const { found, problem } = operations.byPath(method, asked);
      const [first] = found;
      if (first) return resolved(first);
      if (problem !== undefined) {
        const message = `The request was not sent because ${problem}. Pass values as { path: { … } }.`;
        throw new ApiError({ kind: "denied", rule: "one spelling for every URL", message });
      }
      throw unknown(`${method.toUpperCase()} ${asked}`, nearestOperations(catalog.operations, method, asked));
    },
    /** @param operation its id, or one that `find` gave */
    byId(operation: unknown): Resolved {
      const id = given(
        (operation as { id?: unknown } | undefined)?.id ?? operation,
        "the id of an operation",
      );
      const found = operations.byId(id);
      if (found) return resolved(found);
      throw unknown(JSON.stringify(id), nearestById(catalog.operations, id));
    },
  };
}
