/**
 * Finds the operation that a call means: by the template of the document, by a concrete path (with or without the
 * base path and a query), or by a full URL. The same matcher as the gateway's, so both see the same operation.
 */
import type { ClientConfig } from "../../../terms/client-config.ts";
import { canonicalUrl, hrefOf } from "../../../request/canonical.ts";
import { mayHoldSlash } from "../../../request/match.ts";
import { nearestNames, nearestOperations } from "../../../request/nearest.ts";
import { buildRoutes, fitting, fittingAcross, type RouteTable } from "../../../request/routes.ts";
import { baseUrls } from "../../../request/servers.ts";
import type { OpenedCatalog, OperationSummary } from "../../../spec/catalog.ts";
import { RequestError } from "./errors.ts";

/** A call whose operation is known. */
export interface Resolved {
  operation: OperationSummary;
  /** The operation object of the document. */
  object: Record<string, unknown>;
  /** Absolute base URL without trailing slash. */
  base: string;
  /** Values of path parameters that stand in the path already. */
  given: Record<string, string>;
  /** Query that stands in the path already, without `?`. */
  search: string;
  /**
   * The path as the code wrote it, in its one spelling: its delimiters say which values are lists, so that it is not
   * written anew. Placeholders may stand in it still. Undefined: the template.
   */
  written?: string;
}

export interface Operations {
  byPath(method: string, path: string): Resolved;
  byId(id: string): Resolved;
}

/** Paths are matched below this made-up origin: the base URLs are settled separately. */
const anyOrigin = "https://api.invalid";

export function operationsOf(catalog: OpenedCatalog, config: ClientConfig): Operations {
  let templates: Map<string, OperationSummary> | undefined;
  let table: RouteTable | undefined;
  const byTemplate = (method: string, path: string) => {
    templates ??= new Map(
      catalog.operations.map((operation) => [`${operation.method} ${operation.path}`, operation]),
    );
    return (
      templates.get(`${method} ${path}`) ?? (method === "head" ? templates.get(`get ${path}`) : undefined)
    );
  };
  /** What is the same for every call of an operation. */
  const located = new Map<OperationSummary, Pick<Resolved, "object" | "base">>();
  const locate = (operation: OperationSummary): Pick<Resolved, "object" | "base"> => {
    const object = catalog.operationObject(operation);
    const [base] = baseUrls(catalog.servers(operation));
    if (base === undefined) {
      throw new RequestError({
        kind: "misconfigured",
        message: `The document of ${config.api} does not say where the API is.`,
        next: `Tell the operator to set "server" in the API's file.`,
      });
    }
    return { object, base };
  };
  const resolved = (operation: OperationSummary, given = {}, search = ""): Resolved => {
    let place = located.get(operation);
    if (!place) located.set(operation, (place = locate(operation)));
    return { operation, ...place, given, search };
  };
  const byConcretePath = (method: string, path: string): Resolved | undefined => {
    const canonical = canonicalUrl(anyOrigin + path);
    if (!canonical.ok) {
      const rule = "one spelling for every URL";
      const message = `The request was not sent because ${canonical.problem}. Pass values as { path: { … } }.`;
      throw new RequestError({ kind: "denied", rule, message });
    }
    table ??= buildRoutes(catalog.operations, () => [anyOrigin]);
    const { url } = canonical;
    const spans = (operation: OperationSummary, name: string) =>
      mayHoldSlash(catalog, config, operation, name, "raw");
    const [fit] = [...fitting(table, url, method), ...fittingAcross(table, url, method, spans)];
    if (!fit) return undefined;
    const given = Object.entries(fit.values).filter(([name, value]) => value !== `{${name}}`);
    const found = resolved(fit.operation, Object.fromEntries(given), url.search.slice(1));
    return { ...found, written: `/${url.sent.join("/")}` };
  };

  return {
    byPath(method, asked) {
      const exact = byTemplate(method, asked);
      if (exact) return resolved(exact);
      const path = pathIn(asked, method, catalog);
      const found = byTemplate(method, path) ?? undefined;
      if (found) return resolved(found);
      const concrete = byConcretePath(method, path) ?? belowBase(path, method);
      if (concrete) return concrete;
      throw unknownOperation(
        `${method.toUpperCase()} ${asked}`,
        nearestOperations(catalog.operations, method, path),
      );
    },
    byId(id) {
      const found = catalog.operations.find((operation) => operation.id === id);
      if (found) return resolved(found);
      const ids = catalog.operations.map((operation) => operation.id);
      throw unknownOperation(JSON.stringify(id), nearestNames(ids, id));
    },
  };

  /** A path that begins with the base path, as documentation often shows it. */
  function belowBase(path: string, method: string): Resolved | undefined {
    for (const base of basesOf(catalog)) {
      const prefix = new URL(base).pathname.replace(/\/+$/, "");
      if (prefix === "" || !path.startsWith(`${prefix}/`)) continue;
      const below = path.slice(prefix.length);
      const exact = byTemplate(method, below);
      const found = exact ? resolved(exact) : byConcretePath(method, below);
      if (found) return found;
    }
    return undefined;
  }
}

function pathIn(asked: string, method: string, catalog: OpenedCatalog): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(asked) && !asked.startsWith("//")) {
    return asked.startsWith("/") ? asked : `/${asked}`;
  }
  const canonical = canonicalUrl(asked);
  const href = canonical.ok ? hrefOf(canonical.url) : asked;
  for (const base of basesOf(catalog)) {
    if (href === base || href.startsWith(`${base}/`) || href.startsWith(`${base}?`)) {
      const below = href.slice(base.length).replaceAll("%7B", "{").replaceAll("%7D", "}");
      return below.startsWith("/") ? below : `/${below}`;
    }
  }
  throw unknownOperation(`${method.toUpperCase()} ${asked}`, []);
}

/** Base URLs of the whole API, the longest first. */
function basesOf(catalog: OpenedCatalog): string[] {
  const found = new Set<string>();
  for (const servers of new Set(catalog.operations.map(catalog.servers)))
    for (const base of baseUrls(servers)) found.add(base);
  return [...found].sort((one, other) => other.length - one.length);
}

function unknownOperation(asked: string, nearest: string[]): RequestError {
  return new RequestError({ kind: "unknown-operation", asked, nearest });
}
