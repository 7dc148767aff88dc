/**
 * Finds the operation of the document that a request is, by the whole URL: scheme, host, port, base path, method and
 * template. What the gateway decides later, it decides on this operation, and what it sends is the canonical URL
 * that was matched. Pure.
 */
import type { Access, ApiFile } from "../terms/api-file.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { hrefOf, type CanonicalUrl } from "./canonical.ts";
import { matchesPattern } from "./pattern.ts";
import { canonicalOf } from "./plain-url.ts";
import { buildRoutes, fitting, fittingAcross, type Fit, type RouteTable } from "./routes.ts";
import { baseUrls } from "./servers.ts";

/** The part of an API file that matching depends on. */
export type Location = Pick<ApiFile, "slashes">;

export interface Matched {
  /** The URL to send. */
  href: string;
  url: CanonicalUrl;
  /** At least one. More than one only if the document itself does not tell them apart. */
  fits: Fit[];
}

export type Match =
  | { kind: "matched"; matched: Matched }
  /** The URL itself is not acceptable. `problem` follows "because". */
  | { kind: "refused"; problem: string; next: string }
  /** A fine URL that is no operation of the document. `known` tells whether its origin is one of the API's. */
  | { kind: "outside"; url: CanonicalUrl; href: string; knownOrigin: boolean };

const tables = new WeakMap<OpenedCatalog, RouteTable>();

/** The route table of a catalog, built once. */
export function routesOf(catalog: OpenedCatalog): RouteTable {
  let table = tables.get(catalog);
  if (!table) {
    // Most operations share one list of servers: it is worked out once.
    const known = new Map<unknown, string[]>();
    table = buildRoutes(catalog.operations, (operation) => {
      const servers = catalog.servers(operation);
      let bases = known.get(servers);
      if (!bases) known.set(servers, (bases = baseUrls(servers)));
      return bases;
    });
    tables.set(catalog, table);
  }
  return table;
}

/**
 * @param method any case
 * @param input absolute URL as the code sent it
 */
export function match(catalog: OpenedCatalog, location: Location, method: string, input: string): Match {
  const canonical = canonicalOf(input);
  if (!canonical.ok) {
    return {
      kind: "refused",
      problem: canonical.problem,
      next: "Pass values as arguments, api.get(template, { path, query }), and leave the encoding to the client.",
    };
  }
  const { url } = canonical;
  const table = routesOf(catalog);
  const spans = (operation: OperationSummary, name: string) =>
    mayHoldSlash(catalog, location, operation, name, "raw");
  let fits = fitting(table, url, method);
  if (fits.length === 0 && url.slashed.length === 0) fits = fittingAcross(table, url, method, spans);
  if (fits.length === 0) {
    return { kind: "outside", url, href: hrefOf(url), knownOrigin: table.roots.has(url.origin) };
  }
  if (url.slashed.length > 0 && !fits.every((fit) => slashAllowed(catalog, location, fit, url))) {
    const { method: verb, path } = (fits[0] as Fit).operation;
    return {
      kind: "refused",
      problem: `a path parameter of ${verb.toUpperCase()} ${path} holds an encoded slash`,
      next:
        "A value with a slash could reach another operation. Use the id instead of the path, or ask the operator " +
        `to add { "path": "${path}", "as": "encoded" } to "slashes" in the API file.`,
    };
  }
  return { kind: "matched", matched: { href: hrefOf(url), url, fits } };
}

/** Access of an operation: what the API file says, else what the document's method says. */
export function accessOf(operation: OperationSummary, overrides: ApiFile["access"]): Access {
  const named =
    overrides?.[operation.id] ?? overrides?.[`${operation.method.toUpperCase()} ${operation.path}`];
  return named ?? operation.access;
}

/**
 * Whether a path parameter may hold slashes: the document marks it (OpenAPI 3.2 `allowReserved`, GitHub's
 * `x-multi-segment`) or the API file lists its template.
 * @param as left out: in either way
 */
export function mayHoldSlash(
  catalog: OpenedCatalog,
  location: Location,
  operation: OperationSummary,
  name: string,
  as?: "raw" | "encoded",
): boolean {
  const listed = location.slashes?.some(
    (rule) => (!as || rule.as === as) && matchesPattern(rule.path, operation.path),
  );
  if (listed) return true;
  const parameters = catalog.operationObject(operation)["parameters"];
  if (!Array.isArray(parameters)) return false;
  return parameters.some((parameter: Record<string, unknown>) => {
    if (parameter["in"] !== "path" || parameter["name"] !== name) return false;
    return parameter["allowReserved"] === true || parameter["x-multi-segment"] === true;
  });
}

function slashAllowed(catalog: OpenedCatalog, location: Location, fit: Fit, url: CanonicalUrl): boolean {
  if (!url.slashed.every((position) => fit.parameterSegments.has(position))) return false;
  return Object.entries(fit.values)
    .filter(([, value]) => value.includes("/"))
    .every(([name]) => mayHoldSlash(catalog, location, fit.operation, name, "encoded"));
}
