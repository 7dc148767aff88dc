/**
 * The operations of one API as a trie over path segments, one per origin, and the search in it. A request fits an
 * operation if origin, base path, method, every segment and the query of the path key fit. Of several that fit, the
 * more literal one wins (OpenAPI 3.1, Paths Object); where none is more literal than the other, all are returned and
 * the strictest decision over them counts.
 */
import type { OperationSummary } from "../spec/catalog.ts";
import { encodeSegment, type CanonicalUrl } from "./canonical.ts";
import { foldSegment } from "./fold.ts";
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
  /** Decoded values of the path parameters, by name. */
  readonly values: Record<string, string>;
  /** Positions of the URL's segments that hold a parameter. */
  readonly parameterSegments: ReadonlySet<number>;
}

interface Node {
  literals: Map<string, Node>;
  /** The same nodes by how a lenient server may read their literal. */
  folded: Map<string, Node[]>;
  mixed: { segment: TemplateSegment; folded: TemplateSegment; node: Node }[];
  parameter: Node | undefined;
  /** Routes that end here, by lower-case method. */
  routes: Map<string, Route[]>;
}

export interface RouteTable {
  roots: Map<string, Node>;
  /** Every route by origin, for the parameters that span segments. */
  all: Map<string, Route[]>;
}

/** @param basesOf absolute base URLs of an operation, as `baseUrls` returns them */
export function buildRoutes(
  operations: readonly OperationSummary[],
  basesOf: (operation: OperationSummary) => readonly string[],
): RouteTable {
  const table: RouteTable = { roots: new Map(), all: new Map() };
  const bases = new Map<string, { origin: string; segments: TemplateSegment[] }>();
  for (const operation of operations) {
    const template = parseTemplate(operation.path);
    for (const text of basesOf(operation)) {
      let base = bases.get(text);
      if (!base) bases.set(text, (base = parseBase(text)));
      insert(table, base.origin, {
        operation,
        segments: [...base.segments, ...template.segments],
        baseLength: base.segments.length,
        query: template.query,
      });
    }
  }
  return table;
}

/** The operations that fit, the more literal before all others; empty if there is none. */
export function fitting(table: RouteTable, url: CanonicalUrl, method: string): Fit[] {
  const root = table.roots.get(url.origin);
  if (!root) return [];
  const wanted = method.toLowerCase();
  const ends: Ends = { exact: [], lenient: [] };
  walk(root, url.segments, 0, ends);
  const exact = mostLiteral(routesAt(ends.exact, wanted, url.search));
  const fits = exact.map((route) => new RouteFit(route, url.segments));
  if (exact.length === 0 || ends.lenient.length === 0) return fits;
  const others = routesAt(ends.lenient, wanted, url.search).filter(
    (route) => !exact.some((one) => one === route || beats(one, route)),
  );
  return [...fits, ...[...new Set(others)].map((route) => new RouteFit(route, url.segments))];
}

/** Worked out when asked for: of most requests nobody asks. */
class RouteFit implements Fit {
  readonly #route: Route;
  readonly #segments: string[];

  constructor(route: Route, segments: string[]) {
    this.#route = route;
    this.#segments = segments;
  }

  get operation(): OperationSummary {
    return this.#route.operation;
  }

  get path(): string {
    return pathBelow(this.#route, this.#segments);
  }

  get values(): Record<string, string> {
    const values: Record<string, string> = {};
    this.#route.segments.forEach((segment, index) => {
      Object.assign(values, named(segment.names, fitSegment(segment, this.#segments[index] ?? "") ?? []));
    });
    return values;
  }

  get parameterSegments(): ReadonlySet<number> {
    return new Set(this.#route.segments.flatMap(({ names }, index) => (names.length === 0 ? [] : [index])));
  }
}

/**
 * The operations that fit if the parameters that `spans` names may take several segments. Slower than `fitting`
 * (it looks at every operation) and only asked when nothing else fits. Which of several the API means is its own
 * matter: all are returned, the more literal before the others.
 */
export function fittingAcross(
  table: RouteTable,
  url: CanonicalUrl,
  method: string,
  spans: (operation: OperationSummary, name: string) => boolean,
): Fit[] {
  const path = url.segments.join("/");
  const wanted = method.toLowerCase();
  const fits: { fit: Fit; weight: number }[] = [];
  for (const route of table.all.get(url.origin) ?? []) {
    if (route.operation.method !== wanted && !(wanted === "head" && route.operation.method === "get"))
      continue;
    const whole = wholePath(route.segments);
    const values = fitSegment(whole, path);
    if (!values || whole.names.length === 0 || !hasQuery(url.search, route.query)) continue;
    const fine = values.every((value, index) => {
      if (!value.includes("/")) return true;
      if (value.startsWith("/") || value.includes("//")) return false;
      return spans(route.operation, whole.names[index] ?? "");
    });
    if (!fine) continue;
    fits.push({
      fit: {
        operation: route.operation,
        path: pathBelow(route, url.segments),
        values: named(whole.names, values),
        parameterSegments: new Set(),
      },
      weight: literalness(whole),
    });
  }
  return fits.sort((one, other) => other.weight - one.weight).map(({ fit }) => fit);
}

function parseBase(text: string): { origin: string; segments: TemplateSegment[] } {
  const { origin, pathname } = new URL(text);
  const path = trimEndOf(pathname, /\//);
  return { origin, segments: path === "" ? [] : parseTemplate(path).segments };
}

function emptyNode(): Node {
  return { literals: new Map(), folded: new Map(), mixed: [], parameter: undefined, routes: new Map() };
}

function insert(table: RouteTable, origin: string, route: Route): void {
  let node = table.roots.get(origin);
  if (!node) table.roots.set(origin, (node = emptyNode()));
  for (const segment of route.segments) node = childFor(node, segment);
  const method = route.operation.method.toLowerCase();
  append(node.routes, method, route);
  append(table.all, origin, route);
}

function childFor(node: Node, segment: TemplateSegment): Node {
  if (segment.names.length === 0) {
    const literal = segment.literals[0] ?? "";
    let child = node.literals.get(literal);
    if (!child) {
      node.literals.set(literal, (child = emptyNode()));
      append(node.folded, foldSegment(literal), child);
    }
    return child;
  }
  if (segment.names.length === 1 && literalness(segment) === 0) return (node.parameter ??= emptyNode());
  const key = segment.literals.join("\n");
  const known = node.mixed.find((child) => child.segment.literals.join("\n") === key);
  if (known) return known.node;
  const folded = { ...segment, literals: segment.literals.map((literal) => literal.toLowerCase()) };
  const child = { segment, folded, node: emptyNode() };
  node.mixed.push(child);
  return child.node;
}

interface Ends {
  exact: Node[];
  lenient: Node[];
}

function walk(node: Node, segments: string[], depth: number, ends: Ends, isLenient = false): void {
  if (depth === segments.length) {
    if (node.routes.size > 0) (isLenient ? ends.lenient : ends.exact).push(node);
    return;
  }
  const value = segments[depth] ?? "";
  const literal = node.literals.get(value);
  if (literal) walk(literal, segments, depth + 1, ends, isLenient);
  if (node.literals.size > 0) {
    for (const other of node.folded.get(foldSegment(value)) ?? [])
      if (other !== literal) walk(other, segments, depth + 1, ends, true);
  }
  for (const { segment, folded, node: child } of node.mixed) {
    const exactly = fitSegment(segment, value) !== undefined;
    if (exactly || fitSegment(folded, foldSegment(value)))
      walk(child, segments, depth + 1, ends, isLenient || !exactly);
  }
  if (node.parameter && value !== "") walk(node.parameter, segments, depth + 1, ends, isLenient);
}

/** A HEAD request is a GET whose body is left away (RFC 9110 section 9.3.2); documents seldom list it. */
function routesAt(ends: Node[], method: string, search: string): Route[] {
  const found: Route[] = [];
  for (const node of ends) {
    for (const route of node.routes.get(method) ?? []) if (hasQuery(search, route.query)) found.push(route);
  }
  return found.length === 0 && method === "head" ? routesAt(ends, "get", search) : found;
}

/** The query of a path key has to be in the request, once: a name given twice is read differently by each server. */
function hasQuery(search: string, query: Route["query"]): boolean {
  if (query.length === 0) return true;
  const given = new URLSearchParams(search);
  return query.every(([name, value]) => {
    const all = given.getAll(name);
    return all.length === 1 && all[0] === value;
  });
}

function mostLiteral(routes: Route[]): Route[] {
  if (routes.length < 2) return routes;
  return routes.filter((one) => !routes.some((other) => beats(other, one)));
}

/** Whether a route is more literal than another of the same length. */
function beats(one: Route, other: Route): boolean {
  return dominates(weightsOf(one), weightsOf(other));
}

function weightsOf({ segments, query }: Route): number[] {
  return [...segments.map(literalness), query.length];
}

function dominates(one: number[], other: number[]): boolean {
  return (
    one.every((weight, index) => weight >= (other[index] ?? 0)) &&
    one.some((weight, index) => weight > (other[index] ?? 0))
  );
}

function pathBelow(route: Route, segments: string[]): string {
  return `/${segments.slice(route.baseLength).map(encodeSegment).join("/")}`;
}

function named(names: string[], values: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

/** The segments of a route as one, so that a parameter in it may take several. */
function wholePath(segments: TemplateSegment[]): TemplateSegment {
  const literals = [""];
  const names: string[] = [];
  segments.forEach((segment, index) => {
    literals[literals.length - 1] += (index === 0 ? "" : "/") + (segment.literals[0] ?? "");
    literals.push(...segment.literals.slice(1));
    names.push(...segment.names);
  });
  return { literals, names };
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
