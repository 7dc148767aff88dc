/**
 * Which operation a call means: by its id, by the template of the document, by a concrete path (with or without the
 * base path and a query), or by a whole URL. Uses the matcher of the gateway, so that all see the same operation.
 */
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { canonicalUrl, hrefOf } from "./canonical.ts";
import type { Known } from "./known.ts";
import { mayHoldSlash, type Location } from "./match.ts";
import { buildRoutes, fitting, fittingAcross, type RouteTable } from "./routes.ts";
import { baseUrls } from "./servers.ts";

/** An operation that a path means, and what of its arguments stands in the path already. */
export interface Found {
  operation: OperationSummary;
  /** Values of path parameters, as they are written. */
  given: ReadonlyMap<string, string>;
  query: PathQuery;
  /** The same as it is written, without `?`. */
  search: string;
  /**
   * The path as the code wrote it, in its one spelling: its delimiters say which values are lists, so that it is not
   * written anew. Placeholders may stand in it still. Undefined: the template.
   */
  written?: string;
}

/** Names and values of a query. */
export type PathQuery = ReadonlyMap<string, Known>;

/** Paths are matched below this made-up origin: the base URLs are settled apart. */
const anyOrigin = "https://api.invalid";

export class Operations {
  readonly catalog: OpenedCatalog;
  readonly #location: Location;
  #templates: Map<string, OperationSummary> | undefined;
  #table: RouteTable | undefined;
  #bases: string[] | undefined;

  constructor(catalog: OpenedCatalog, location: Location) {
    this.catalog = catalog;
    this.#location = location;
  }

  byId(id: string): Found | undefined {
    const operation = this.catalog.operations.find((one) => one.id === id);
    return operation && asTemplate(operation);
  }

  /**
   * @param method lower case
   * @returns none if the path is no operation; several if the document does not tell them apart. `problem`: why a
   *   path is in no spelling that is sent
   */
  byPath(method: string, asked: string): { found: Found[]; problem?: string } {
    const exact = this.#exact(method, asked);
    if (exact) return { found: [asTemplate(exact)] };
    let problem: string | undefined;
    for (const path of this.#below(asked)) {
      const template = this.#exact(method, path);
      if (template) return { found: [asTemplate(template)] };
      const canonical = canonicalUrl(anyOrigin + path);
      if (!canonical.ok) problem ??= canonical.problem;
      else {
        const found = this.#concrete(method, canonical.url);
        if (found.length > 0) return { found };
      }
    }
    return { found: [], ...(problem !== undefined && { problem }) };
  }

  /** Whether a parameter of the path may hold slashes: a path in a repository. */
  spans(operation: OperationSummary, name: string): boolean {
    return mayHoldSlash(this.catalog, this.#location, operation, name, "raw");
  }

  /** Base URLs of the whole API, without a slash at the end, the longest first. */
  get bases(): readonly string[] {
    if (this.#bases) return this.#bases;
    const found = new Set<string>();
    for (const servers of new Set(this.catalog.operations.map(this.catalog.servers)))
      for (const base of baseUrls(servers)) found.add(base);
    return (this.#bases = [...found].sort((one, other) => other.length - one.length));
  }

  /** Their paths, which documentation often shows before the template. */
  get basePaths(): string[] {
    const paths = this.bases.map((base) => new URL(base).pathname.replace(/\/+$/, ""));
    return [...new Set(paths.filter((path) => path !== ""))];
  }

  #exact(method: string, path: string): OperationSummary | undefined {
    this.#templates ??= new Map(
      this.catalog.operations.map((operation) => [`${operation.method} ${operation.path}`, operation]),
    );
    const found = this.#templates.get(`${method} ${path}`);
    return found ?? (method === "head" ? this.#templates.get(`get ${path}`) : undefined);
  }

  #concrete(method: string, url: Parameters<typeof fitting>[1]): Found[] {
    this.#table ??= buildRoutes(this.catalog.operations, () => [anyOrigin]);
    let fits = fitting(this.#table, url, method);
    if (fits.length === 0)
      fits = fittingAcross(this.#table, url, method, (operation, name) => this.spans(operation, name));
    return fits.map(({ operation, values }) => ({
      operation,
      // What is still a placeholder of the template is to be filled from the arguments.
      given: new Map(Object.entries(values).filter(([name, value]) => value !== `{${name}}`)),
      query: withoutOwn(queryOf(url.search), operation.path),
      search: url.search.slice(1),
      written: `/${url.sent.join("/")}`,
    }));
  }

  /** The path below the base URL, in every way to write it. */
  #below(asked: string): string[] {
    if (/^[a-z][a-z0-9+.-]*:/i.test(asked) || asked.startsWith("//")) {
      const canonical = canonicalUrl(asked);
      const href = canonical.ok ? hrefOf(canonical.url) : asked;
      return this.bases
        .filter((base) => href === base || href.startsWith(`${base}/`) || href.startsWith(`${base}?`))
        .map((base) => slashed(href.slice(base.length).replaceAll("%7B", "{").replaceAll("%7D", "}")));
    }
    const path = slashed(asked);
    const below = this.basePaths.filter((base) => path.startsWith(`${base}/`));
    return [path, ...below.map((base) => path.slice(base.length))];
  }
}

function asTemplate(operation: OperationSummary): Found {
  return { operation, given: new Map(), query: new Map(), search: "" };
}

const slashed = (path: string) => (path.startsWith("/") ? path : `/${path}`);

function queryOf(search: string): PathQuery {
  const query = new Map<string, Known>();
  for (const [name, value] of new URLSearchParams(search)) addTo(query, name, { kind: "literal", value });
  return query;
}

/** Adds a value of a query; a name that comes again makes a list. */
export function addTo(query: Map<string, Known>, name: string, value: Known): void {
  const before = query.get(name);
  const items = before?.kind === "array" ? before.items : before ? [before] : [];
  query.set(name, before ? { kind: "array", items: [...items, value], open: false } : value);
}

/** Without the names that the document itself has in the query of a path: `/threads?beta=true`. */
export function withoutOwn(query: PathQuery, path: string): PathQuery {
  const mark = path.indexOf("?");
  if (mark < 0) return query;
  const own = new Set(new URLSearchParams(path.slice(mark + 1)).keys());
  return new Map([...query].filter(([name]) => !own.has(name)));
}
