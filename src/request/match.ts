/**
 * Finds the operation of the document that a request is, by the whole URL: scheme, host, port, base path, method and
 * template. What the gateway decides later, it decides on this operation, and what it sends is the canonical URL
 * that was matched. Pure.
 */
import type { OperationObject, ParameterObject } from "../spec/openapi.ts";
import type { Access, ApiFile } from "../terms/api-file.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { hrefOf, type CanonicalUrl } from "./canonical.ts";
import { matchesPattern } from "./pattern.ts";
import { canonicalOf } from "./plain-url.ts";
import { alsoReadAs, routedByQuery, tellingPairs } from "./other-readings.ts";
import { searchReadIn, type Pairs } from "./readings.ts";
import { buildRoutes, fittingRoutes, RouteFit, type Fit, type RouteTable } from "./routes.ts";
import type { Spans } from "./spanning.ts";
import { baseUrls } from "./servers.ts";
import { parametersOf } from "../spec/read/required.ts";

/** The part of an API file that matching depends on. */
export type Location = Pick<ApiFile, "slashes" | "headers">;

export interface Matched {
  /** The URL to send. */
  href: string;
  url: CanonicalUrl;
  /**
   * At least one: first what it fits as written (several if the document does not tell them apart), then what some
   * server may take it for.
   */
  fits: Fit[];
  /** What tells operations of this path apart by its query: a server may also find it in the body. */
  telling: Pairs;
}

export type Match =
  | { kind: "matched"; matched: Matched }
  /** The URL itself is not acceptable. `problem` follows "because". */
  | { kind: "refused"; problem: string; next: string }
  /**
   * A fine URL that is no operation of the document. `knownOrigin` tells whether its origin is one of the API's,
   * `readAs` what some server may take it for.
   */
  | { kind: "outside"; url: CanonicalUrl; href: string; knownOrigin: boolean; readAs: OperationSummary[] };

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
  const href = hrefOf(url);
  const routes = routesOf(catalog).get(url.origin);
  if (!routes) return { kind: "outside", url, href, knownOrigin: false, readAs: [] };
  const spans: Spans = (operation, name) => mayHoldSlash(catalog, location, operation, name, "raw");
  const fitting = fittingRoutes(routes, url, method, spans);
  const direct = fitting.map((route) => new RouteFit(route, url.segments, spans));
  const refused = slashProblem(catalog, location, direct, url);
  if (refused) return refused;
  const isDeclared = (name: string) =>
    fitting.some(({ operation }) => isQueryParameter(catalog.operationObject(operation), name));
  const routed = routedByQuery(routes, searchReadIn(url), method, isDeclared);
  if (!routed) return tooManyPaths;
  const others = [
    ...alsoReadAs(routes, url, method, spans, fitting).map(
      (route) => new RouteFit(route, url.segments, spans, { isWritten: false }),
    ),
    ...routed
      .filter(({ route }) => !fitting.includes(route))
      .map(({ route, segments }) => new RouteFit(route, segments, spans, { readIn: "query" })),
  ];
  if (fitting.length > 0) {
    const telling = tellingPairs(routes, url);
    return { kind: "matched", matched: { href, url, fits: [...direct, ...others], telling } };
  }
  return { kind: "outside", url, href, knownOrigin: true, readAs: others.map(({ operation }) => operation) };
}

const tooManyPaths: Match = {
  kind: "refused",
  problem: "its query holds more than 50 paths, each of which a server may take for an operation's",
  next: "Send fewer of them in one request.",
};

/** An encoded slash passes only in a parameter that the document or the API file marks for it. */
function slashProblem(
  catalog: OpenedCatalog,
  location: Location,
  fits: readonly Fit[],
  url: CanonicalUrl,
): Match | undefined {
  const [first] = fits;
  if (!first || url.slashed.length === 0 || fits.every((fit) => slashAllowed(catalog, location, fit, url)))
    return undefined;
  const { method, path } = first.operation;
  return {
    kind: "refused",
    problem: `a path parameter of ${method.toUpperCase()} ${path} holds an encoded slash`,
    next:
      "A value with a slash could reach another operation. Use the id instead of the path, or ask the operator " +
      `to add { "path": "${path}", "as": "encoded" } to "slashes" in the API file.`,
  };
}

/** Whether the document has such a parameter in the query of an operation. */
export function isQueryParameter(object: OperationObject, name: string): boolean {
  return parametersOf(object).some(
    (one) => one.in === "querystring" || (one.in === "query" && one.name === name.split("[", 1)[0]),
  );
}

/** Access of an operation: what the API file says, else what the document's method says. */
export function accessOf(operation: OperationSummary, overrides: ApiFile["access"]): Access {
  // A document may call an operation like a member that every object has.
  const named = (key: string) => (overrides && Object.hasOwn(overrides, key) ? overrides[key] : undefined);
  const title = `${operation.method.toUpperCase()} ${operation.path}`;
  return named(operation.id) ?? named(title) ?? operation.access;
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
  return parameters.some((parameter: ParameterObject) => {
    if (parameter["in"] !== "path" || parameter["name"] !== name) return false;
    return parameter["allowReserved"] === true || parameter["x-multi-segment"] === true;
  });
}

function slashAllowed(catalog: OpenedCatalog, location: Location, fit: Fit, url: CanonicalUrl): boolean {
  if (!url.slashed.every((position) => fit.parameterSegments.has(position))) return false;
  // By position: a document may use a name twice.
  return url.slashed
    .flatMap((position) => fit.valuesAt(position))
    .filter(([, value]) => value.includes("/"))
    .every(([name]) => mayHoldSlash(catalog, location, fit.operation, name, "encoded"));
}
