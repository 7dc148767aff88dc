/**
 * Which operations a path can mean: the template of the document, a concrete path, a whole URL, or a text with holes
 * such as `/zones/${id}/dns_records`. Sees what the client in the isolate will see, with the gateway's own matcher.
 */
import { canonicalUrl } from "../../request/canonical.ts";
import type { Location } from "../../request/match.ts";
import { mayHoldSlash } from "../../request/match.ts";
import { baseUrls } from "../../request/servers.ts";
import { buildRoutes, fitting, fittingAcross, type RouteTable } from "../../request/routes.ts";
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { BoundedMap } from "../../terms/bounded-map.ts";
import { literal, unknown, type Value } from "../values/value.ts";
import { fitsSegments, fitsSpanning, type HoleFit, segmentsOf } from "./template-fit.ts";

export interface Candidate {
  operation: OperationSummary;
  /** Names of the path parameters that stand in the path itself. */
  given: ReadonlySet<string>;
  /** What stands in the query of the path; undefined if it cannot be told. */
  query: PathQuery | undefined;
}

export type PathQuery = ReadonlyMap<string, Value>;

/** No parameter stands in the path itself. */
export const bare = { given: new Set<string>(), query: new Map<string, Value>() };

export class Operations {
  readonly catalog: OpenedCatalog;
  readonly #location: Location;
  readonly #byTemplate = new Map<string, OperationSummary>();
  readonly #byId = new Map<string, OperationSummary>();
  #table: RouteTable | undefined;
  #bases: string[] | undefined;
  readonly #split = new Map<string, string[]>();
  /** The same texts come again and again: in loops, and in code that is sent once more. */
  readonly #texts = new BoundedMap<string, Candidate[]>(200);

  constructor(catalog: OpenedCatalog, location: Location) {
    this.catalog = catalog;
    this.#location = location;
    for (const operation of catalog.operations) {
      this.#byTemplate.set(`${operation.method} ${operation.path}`, operation);
      this.#byId.set(operation.id, operation);
    }
  }

  byId(id: string): OperationSummary | undefined {
    return this.#byId.get(id);
  }

  /** What a text without holes means; empty if it is no operation. */
  byPath(method: string, asked: string): Candidate[] {
    const exact = this.#exact(method, asked);
    if (exact) return [{ operation: exact, ...bare }];
    for (const path of this.#below(asked)) {
      const template = this.#exact(method, path);
      if (template) return [{ operation: template, ...bare }];
      const found = this.#concrete(method, path);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** What a text with holes can mean, those first in whose places for parameters the holes stand. */
  byText(method: string, parts: readonly (string | undefined)[]): Candidate[] {
    return this.#texts.take(JSON.stringify([method, parts]), () => this.#byText(method, parts));
  }

  #byText(method: string, parts: readonly (string | undefined)[]): Candidate[] {
    const query = queryIn(parts);
    const path = beforeQuery(parts);
    const segments = segmentsOf(path);
    const prefixes = this.#prefixes(path);
    const narrow = (template: string) => fitsSegments(segments, this.#segments(template));
    const wide = (template: string, operation: OperationSummary) =>
      fitsSpanning(path, template, () => this.#spans(operation));
    const found = this.#fitting(method, prefixes, narrow);
    const sure = found.some(({ fit }) => !fit.doubtful);
    const all = sure ? found : [...found, ...this.#fitting(method, prefixes, wide)];
    return all.map(({ operation, fit }) => ({
      operation,
      given: fit.given,
      query: withoutOwn(query, operation.path),
    }));
  }

  /** Those that fit best, of the operations with this method. */
  #fitting(
    method: string,
    prefixes: readonly string[],
    fits: (template: string, operation: OperationSummary) => HoleFit | undefined,
  ): { operation: OperationSummary; fit: HoleFit }[] {
    const found: { operation: OperationSummary; fit: HoleFit }[] = [];
    for (const operation of this.catalog.operations) {
      if (operation.method !== method && !(method === "head" && operation.method === "get")) continue;
      const fit = prefixes
        .map((prefix) => fits(prefix + withoutQuery(operation.path), operation))
        .find(Boolean);
      if (fit) found.push({ operation, fit });
    }
    const best = Math.max(...found.map(({ fit }) => fit.quality));
    const good = found.filter(({ fit }) => fit.quality === best);
    // A fixed word is more likely meant than a parameter that could be the same word.
    return good.some(({ fit }) => !fit.doubtful) ? good.filter(({ fit }) => !fit.doubtful) : good;
  }

  /** Whether a parameter of the path may hold slashes: a path in a repository. */
  #spans(operation: OperationSummary): boolean {
    return [...operation.path.matchAll(/\{([^{}]*)\}/g)].some(([, name]) =>
      mayHoldSlash(this.catalog, this.#location, operation, name ?? "", "raw"),
    );
  }

  #segments(template: string): string[] {
    let segments = this.#split.get(template);
    if (!segments) this.#split.set(template, (segments = template.replace(/^\//, "").split("/")));
    return segments;
  }

  #exact(method: string, path: string): OperationSummary | undefined {
    const found = this.#byTemplate.get(`${method} ${path}`);
    return found ?? (method === "head" ? this.#byTemplate.get(`get ${path}`) : undefined);
  }

  #concrete(method: string, path: string): Candidate[] {
    const canonical = canonicalUrl(anyOrigin + path);
    if (!canonical.ok) return [];
    this.#table ??= buildRoutes(this.catalog.operations, () => [anyOrigin]);
    const { url } = canonical;
    const spans = (operation: OperationSummary, name: string) =>
      mayHoldSlash(this.catalog, this.#location, operation, name, "raw");
    let fits = fitting(this.#table, url, method);
    if (fits.length === 0) fits = fittingAcross(this.#table, url, method, spans);
    const query = queryIn([url.search]);
    return fits.map(({ operation, values }) => {
      // `/zones/{id}` where the document says `/zones/{zone_id}`: the braces were meant to be filled in.
      const given = Object.keys(values).filter((name) => !/^\{[^{}]*\}$/.test(values[name] ?? ""));
      return { operation, given: new Set(given), query: withoutOwn(query, operation.path) };
    });
  }

  /** The path below the base URL, in every way to write it. */
  #below(asked: string): string[] {
    if (/^[a-z][a-z0-9+.-]*:/i.test(asked) || asked.startsWith("//"))
      return this.#baseUrls()
        .filter((base) => asked === base || asked.startsWith(`${base}/`) || asked.startsWith(`${base}?`))
        .map((base) => slashed(asked.slice(base.length)));
    const path = slashed(asked);
    const below = this.#basePaths().filter((base) => path.startsWith(`${base}/`));
    return [path, ...below.map((base) => path.slice(base.length))];
  }

  /** What may stand before the template in a text with holes. */
  #prefixes(path: readonly (string | undefined)[]): string[] {
    const first = path[0];
    if (first === undefined) return [""];
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(first)) return this.#baseUrls();
    return ["", ...this.#basePaths()];
  }

  #basePaths(): string[] {
    const paths = this.#baseUrls().map((base) => new URL(base).pathname.replace(/\/+$/, ""));
    return [...new Set(paths.filter((path) => path !== ""))];
  }

  /** Whether an address, or its beginning, lies within the API. */
  holds(start: string): boolean {
    const origin = URL.canParse(start) ? new URL(start).origin : undefined;
    return this.#baseUrls().some((base) => new URL(base).origin === origin);
  }

  /** The base URL of its first operation; undefined if the document names no place. */
  get base(): string | undefined {
    const [first] = this.catalog.operations;
    return first && baseUrls(this.catalog.servers(first))[0];
  }

  /** Base URLs of the whole API, the longest first. */
  #baseUrls(): string[] {
    if (this.#bases) return this.#bases;
    const found = new Set<string>();
    for (const servers of new Set(this.catalog.operations.map(this.catalog.servers)))
      for (const base of baseUrls(servers)) found.add(base);
    return (this.#bases = [...found].sort((one, other) => other.length - one.length));
  }
}

/** Paths are matched below this made-up origin: the base URLs are settled apart. */
const anyOrigin = "https://api.invalid";

const slashed = (path: string) => (path.startsWith("/") ? path : `/${path}`);

function withoutQuery(path: string): string {
  return path.split(/[?#]/, 1)[0] ?? path;
}

function beforeQuery(parts: readonly (string | undefined)[]): (string | undefined)[] {
  const before: (string | undefined)[] = [];
  for (const part of parts) {
    const mark = part?.indexOf("?") ?? -1;
    if (mark < 0) before.push(part);
    else return [...before, part?.slice(0, mark)];
  }
  return before;
}

const hole = "\u0000";

/** The query of a text with holes. A hole at its end may hold a query of its own. */
function queryIn(parts: readonly (string | undefined)[]): PathQuery | undefined {
  const at = parts.findIndex((part) => part?.includes("?"));
  if (at < 0) return parts.at(-1) === undefined ? undefined : new Map();
  const rest = parts.slice(at).map((part) => part ?? hole);
  const query = new Map<string, Value>();
  for (const [name, value] of new URLSearchParams(rest.join("").split("?").slice(1).join("?"))) {
    if (name.includes(hole)) return undefined;
    const item = value.includes(hole) ? unknown : literal(value);
    const before = query.get(name);
    const items = before?.kind === "array" ? before.items : before ? [before] : [];
    query.set(name, before ? { kind: "array", items: [...items, item], open: false } : item);
  }
  return query;
}

/** Without the names that the document itself has in the query of a path: `/threads?beta=true`. */
function withoutOwn(query: PathQuery | undefined, path: string): PathQuery | undefined {
  const own = new Set(new URLSearchParams(path.split("?")[1] ?? "").keys());
  return own.size === 0 ? query : query && new Map([...query].filter(([name]) => !own.has(name)));
}
