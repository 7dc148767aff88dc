/**
 * The operations that some server may take a request for, besides those that it fits as written: by another reading of
 * its path or query (`readings.ts`), by a parameter that takes several segments, or by a path in its query.
 */
import { once } from "../terms/once.ts";
import type { CanonicalUrl } from "./canonical.ts";
import { foldSegment, foldText } from "./fold.ts";
import { mayHoldQuery, surelyHoldsQuery } from "./query-match.ts";
import { mayHoldPath, pathsIn } from "./query-paths.ts";
import {
  methodsReadIn,
  pathReadings,
  queryReadings,
  scriptsIn,
  searchReadIn,
  type Pairs,
} from "./readings.ts";
import { beats, equallyLiteral, isOf, type OriginRoutes, type Route } from "./routes.ts";
import { SegmentTrie } from "./segment-trie.ts";
import { SpanningTemplates, type Spans } from "./spanning.ts";
import type { TemplateSegment } from "./template.ts";

/** An origin's routes as lenient servers read their templates. */
interface Folded {
  trie: SegmentTrie<Route>;
  /** Paths whose last parameter is followed by a format, without it: `/calls/{sid}` for `/calls/{sid}.json`. */
  bare: SegmentTrie<Route>;
  spanning: SpanningTemplates<Route>;
  /** Base paths of the origin, each once. */
  bases: string[][];
  /** Some path key has a query. */
  hasQueries: boolean;
  /** Paths of one segment, by it, without parameters: what a single word can be the path of. */
  words: Map<string, Route[]>;
}

const foldedOf = new WeakMap<OriginRoutes, Folded>();

/**
 * @param fitting the routes that it fits as written. What they are more literal than is not meant.
 * @returns none of `fitting`
 */
export function alsoReadAs(
  routes: OriginRoutes,
  url: CanonicalUrl,
  method: string,
  spans: Spans,
  fitting: readonly Route[],
): Route[] {
  const { trie, bare, spanning } = foldedRoutes(routes);
  // A document that has both `/calls/{sid}` and `/calls/{sid}.json` tells them apart.
  const tries = fitting.length === 0 ? [trie, bare] : [trie];
  const methods = methodsReadIn(method);
  const found = new Set<Route>();
  for (const path of pathReadings(url.segments)) {
    for (const route of tries.flatMap((one) => one.find(path)))
      if (methods.includes(route.operation.method)) found.add(route);
    for (const route of spanning.find(path, methods, spans)) found.add(route);
    // A script of the document, and no value with such a name, is run whatever stands behind it.
    for (const at of scriptsIn(path))
      for (const route of trie.find(path.slice(0, at + 1)))
        if (methods.includes(route.operation.method) && route.segments.at(-1)?.names.length === 0)
          found.add(route);
  }
  for (const route of fitting) found.delete(route);
  const pairs = once(() => queryReadings(searchReadIn(url)));
  // A query that some server reads differently may lead it to any other operation, with a less literal path too.
  const isMeant = (one: Route, other: Route) =>
    isOf(other, one.operation.method) &&
    (one.query.length === 0 || surelyHoldsQuery(pairs(), one.query)) &&
    beats(one, other, one.query.length > 0);
  const alike = equallyLiteral(fitting);
  return [...found].filter(
    (route) =>
      !alike.some(([one]) => isMeant(one, route)) &&
      (route.query.length === 0 || mayHoldQuery(pairs(), route.query)),
  );
}

/** The queries of all path keys that the path of a request may be: servers that read names in a body too tell by them there. */
export function tellingPairs(routes: OriginRoutes, url: CanonicalUrl): Pairs {
  const { trie, hasQueries } = foldedRoutes(routes);
  if (!hasQueries) return [];
  return pathReadings(url.segments).flatMap((path) => trie.find(path).flatMap(({ query }) => query));
}

/** Paths in one query are looked at up to this many: each costs a search. */
const maxPaths = 50;

/**
 * Routes by paths that stand in the query, as WordPress (`?rest_route=`), Yii (`?r=`), Drupal (`?q=admin`), CodeIgniter
 * (`?/users/me`) and many front controllers take them. A word without a slash is the path of one segment, if the document
 * has that path; no parameter takes it, for nearly every value would be one.
 * @param isDeclared whether the document declares a query parameter: then it is a value and no route
 * @returns undefined if there are too many to look at
 */
export function routedByQuery(
  routes: OriginRoutes,
  search: string,
  method: string,
  isDeclared: (name: string) => boolean,
): { route: Route; segments: string[] }[] | undefined {
  const paths = new Set<string>();
  const words = new Set<string>();
  const folded = foldedRoutes(routes);
  if (!mayHoldPath(search) && folded.words.size === 0) return [];
  for (const [name, value] of queryReadings(search).flat()) {
    if (isDeclared(name)) continue;
    for (const path of [name, value].flatMap(pathsIn))
      if (path.includes("/")) paths.add(path);
      else words.add(foldSegment(path));
    if (paths.size > maxPaths) return undefined;
  }
  const methods = methodsReadIn(method);
  const isMeant = ({ operation }: Route) => methods.includes(operation.method);
  const readings = new Map(
    [...paths]
      .flatMap((path) => [[], ...folded.bases].map((base) => [...base, ...path.split("/")]))
      .flatMap((segments) => pathReadings(segments))
      .map((segments) => [segments.join("\n"), segments]),
  );
  return [
    ...[...readings.values()].flatMap((segments) =>
      folded.trie.find(segments).map((route) => ({ route, segments: [...segments] })),
    ),
    ...[...words].flatMap((word) =>
      (folded.words.get(word) ?? []).map((route) => ({ route, segments: literalsOf(route.segments) })),
    ),
  ].filter(({ route }) => isMeant(route));
}

function foldedRoutes(routes: OriginRoutes): Folded {
  let folded = foldedOf.get(routes);
  if (!folded) {
    const bases = new Map<string, string[]>();
    folded = {
      trie: new SegmentTrie(),
      bare: new SegmentTrie(),
      spanning: new SpanningTemplates(),
      bases: [],
      hasQueries: routes.all.some(({ query }) => query.length > 0),
      words: new Map(),
    };
    for (const route of routes.all) {
      const template = foldedTemplate(route.segments);
      folded.spanning.insert(route, template);
      folded.trie.insert(template, route);
      const bare = withoutFormat(template);
      for (const word of new Set([template, bare].flatMap((one) => wordOf(one?.slice(route.baseLength)))))
        folded.words.set(word, [...(folded.words.get(word) ?? []), route]);
      if (bare) (bare.at(-1)?.names.length === 0 ? folded.trie : folded.bare).insert(bare, route);
      if (route.baseLength === 0) continue;
      const base = literalsOf(route.segments.slice(0, route.baseLength));
      bases.set(base.join("/"), base);
    }
    folded.bases.push(...bases.values());
    foldedOf.set(routes, folded);
  }
  return folded;
}

/** Of segments without parameters. */
function literalsOf(segments: readonly TemplateSegment[]): string[] {
  return segments.map(({ literals }) => literals[0] ?? "");
}

/** @returns the word that the path is, at most one */
function wordOf(path: readonly TemplateSegment[] | undefined): string[] {
  const [segment, ...more] = path ?? [];
  return segment?.names.length === 0 && more.length === 0 ? literalsOf([segment]) : [];
}

function foldedTemplate(segments: readonly TemplateSegment[]): TemplateSegment[] {
  return segments.flatMap(({ literals, names }) => {
    if (names.length > 0) return { literals: literals.map(foldText), names };
    const literal = foldSegment(literals[0] ?? "");
    return literal === "" ? [] : { literals: [literal], names };
  });
}

/** Where a document has the format in its paths (`/calls.json`), a server may do without. */
function withoutFormat(template: readonly TemplateSegment[]): TemplateSegment[] | undefined {
  const last = template.at(-1);
  const literal = last?.literals.at(-1) ?? "";
  const bare = literal.replace(/\.(?:json|xml|html?|txt|csv|ya?ml|rss|atom|js)$/, "");
  if (!last || bare === literal || (bare === "" && last.names.length === 0)) return undefined;
  return [...template.slice(0, -1), { ...last, literals: [...last.literals.slice(0, -1), bare] }];
}
