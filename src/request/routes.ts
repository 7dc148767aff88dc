/**
 * The operations of one API by their paths, one table for each origin, and the search in it. A request fits an
 * operation if origin, base path, method, every segment and the query of the path key fit. Of several that fit, the
 * more literal one wins (OpenAPI 3.1, Paths Object); where none is more literal than the other, all are returned and
 * the strictest decision over them counts.
 */
import type { OperationSummary } from "../spec/catalog.ts";
import { encodeSegment, type CanonicalUrl } from "./canonical.ts";
import { holdsQuery } from "./query-match.ts";
import { methodsReadIn } from "./readings.ts";
import { SegmentTrie } from "./segment-trie.ts";
import { fitSpanning, SpanningTemplates, type Spans } from "./spanning.ts";
import { fitSegment, literalness, parseTemplate, type TemplateSegment } from "./template.ts";
import { trimEndOf } from "../terms/trim-end.ts";

export interface Route {
  operation: OperationSummary;
  /** Base path and template together. */
  segments: TemplateSegment[];
  /** How many of them are the base path. */
  baseLength: number;
  query: [name: string, value: string][];
}

export interface Fit {
  readonly operation: OperationSummary;
  /** The path as it is sent, without the base path. */
  readonly path: string;
  /** Where that path stands: some servers take one in the query for the operation's. */
  readonly readIn: "path" | "query";
  /** Whether the path is the operation's as it is written, and not only as some server reads it. */
  readonly isWritten: boolean;
  /** Decoded values of the path parameters, by name. */
  readonly values: Record<string, string>;
  /** Positions of the URL's segments that hold a parameter. */
  readonly parameterSegments: ReadonlySet<number>;
  /** The parameters in one of the URL's segments, with their decoded values, in a template without spanning ones. */
  valuesAt(position: number): [name: string, value: string][];
}

/** What is below one origin. */
export interface OriginRoutes {
  trie: SegmentTrie<Route>;
  spanning: SpanningTemplates<Route>;
  all: Route[];
}

export type RouteTable = ReadonlyMap<string, OriginRoutes>;

/** @param basesOf absolute base URLs of an operation, as `baseUrls` returns them */
export function buildRoutes(
  operations: readonly OperationSummary[],
  basesOf: (operation: OperationSummary) => readonly string[],
): RouteTable {
  const table = new Map<string, OriginRoutes>();
  const bases = new Map<string, { origin: string; segments: TemplateSegment[] }>();
  for (const operation of operations) {
    const template = parseTemplate(operation.path);
    for (const text of basesOf(operation)) {
      let base = bases.get(text);
      if (!base) bases.set(text, (base = parseBase(text)));
      let routes = table.get(base.origin);
      if (!routes) table.set(base.origin, (routes = emptyRoutes()));
      const segments = [...base.segments, ...template.segments];
      const route = { operation, segments, baseLength: base.segments.length, query: template.query };
      routes.trie.insert(segments, route);
      routes.spanning.insert(route, segments);
      routes.all.push(route);
    }
  }
  return table;
}

/**
 * The routes that a request fits as it is written, the more literal before all others; empty if there are none. Those
 * with a parameter that takes several segments count only if nothing else fits.
 */
export function fittingRoutes(
  { trie, spanning }: OriginRoutes,
  url: CanonicalUrl,
  method: string,
  spans: Spans,
): Route[] {
  const ended = trie.find(url.segments);
  const methods = methodsReadIn(method);
  const direct = methods.flatMap((wanted) =>
    mostLiteral(ended.filter((route) => isOf(route, wanted) && holdsQuery(url.search, route.query))),
  );
  if (direct.length > 0 || url.slashed.length > 0) return direct;
  const weight = ({ segments }: Route) =>
    segments.flatMap(({ literals }) => literals).reduce((sum, { length }) => sum + length, 0);
  return spanning
    .find(url.segments, methods, spans)
    .filter((route) => holdsQuery(url.search, route.query))
    .sort((one, other) => weight(other) - weight(one));
}

const emptyRoutes = (): OriginRoutes => ({
  trie: new SegmentTrie(),
  spanning: new SpanningTemplates(),
  all: [],
});

export const isOf = ({ operation }: Route, method: string): boolean => operation.method === method;

/** The fit of a route as the gateway and the client use it. Worked out when asked for: of most requests nobody asks. */
export class RouteFit implements Fit {
  readonly #route: Route;
  readonly #segments: readonly string[];
  readonly #spans: Spans;
  readonly readIn: Fit["readIn"];
  readonly isWritten: boolean;

  constructor(
    route: Route,
    segments: readonly string[],
    spans: Spans,
    { readIn = "path", isWritten = true }: Partial<Pick<Fit, "readIn" | "isWritten">> = {},
  ) {
    this.#route = route;
    this.#segments = segments;
    this.#spans = spans;
    this.readIn = readIn;
    this.isWritten = isWritten;
  }

  get operation(): OperationSummary {
    return this.#route.operation;
  }

  get path(): string {
    return `/${this.#segments.slice(this.#route.baseLength).map(encodeSegment).join("/")}`;
  }

  get values(): Record<string, string> {
    const { segments, operation } = this.#route;
    if (segments.length !== this.#segments.length)
      return fitSpanning(segments, this.#segments, (name) => this.#spans(operation, name)) ?? {};
    return Object.fromEntries(segments.flatMap((_, index) => this.valuesAt(index)));
  }

  valuesAt(position: number): [name: string, value: string][] {
    const segment = this.#route.segments[position];
    if (!segment) return [];
    const found = fitSegment(segment, this.#segments[position] ?? "") ?? [];
    return segment.names.map((name, at) => [name, found[at] ?? ""]);
  }

  get parameterSegments(): ReadonlySet<number> {
    if (this.#route.segments.length !== this.#segments.length) return new Set();
    return new Set(this.#route.segments.flatMap(({ names }, index) => (names.length === 0 ? [] : [index])));
  }
}

function parseBase(text: string): { origin: string; segments: TemplateSegment[] } {
  const { origin, pathname } = new URL(text);
  const path = trimEndOf(pathname, /\//);
  return { origin, segments: path === "" ? [] : parseTemplate(path).segments };
}

function mostLiteral(routes: Route[]): Route[] {
  if (routes.length < 2) return routes;
  const alike = equallyLiteral(routes);
  if (alike.length === 1) return routes;
  const kept = new Set(alike.filter(([one]) => !alike.some(([other]) => beats(other, one))).flat());
  return routes.filter((route) => kept.has(route));
}

/**
 * Routes of which each beats the same others. A document may have thousands (`/a/{x}`, `/a/{y}`), which would take
 * seconds to compare each with each.
 */
export function equallyLiteral(routes: readonly Route[]): [Route, ...Route[]][] {
  const key = (route: Route) =>
    JSON.stringify([route.operation.method, route.query, weightsOf(route, true).map(String)]);
  return [...Map.groupBy(routes, key).values()] as [Route, ...Route[]][];
}

/**
 * Whether a route is more literal than another of the same length.
 * @param countsQuery whether the query of its path key makes it so
 */
export function beats(one: Route, other: Route, countsQuery = true): boolean {
  if (one.segments.length !== other.segments.length) return false;
  const weights = weightsOf(one, countsQuery);
  const others = weightsOf(other, countsQuery);
  return (
    weights.every((weight, index) => weight >= (others[index] ?? 0)) &&
    weights.some((weight, index) => weight > (others[index] ?? 0))
  );
}

function weightsOf({ segments, query }: Route, countsQuery: boolean): number[] {
  return [...segments.map(literalness), countsQuery ? query.length : 0];
}
