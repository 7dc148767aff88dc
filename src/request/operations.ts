/**
 * Which operation a call means: by its id, by the template of the document, by a concrete path (with or without the
 * base path and a query), or by a whole URL. Uses the matcher of the gateway, so that all see the same operation.
 */
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { plainPath } from "../spec/plain-path.ts";
import { once } from "../terms/once.ts";
import { canonicalUrl, hrefOf, type CanonicalUrl } from "./canonical.ts";
import type { Known } from "./known.ts";
import { mayHoldSlash, type Location } from "./match.ts";
import { buildRoutes, fittingRoutes, isOf, RouteFit } from "./routes.ts";
import { baseUrls } from "./servers.ts";
import { trimEndOf } from "../terms/trim-end.ts";

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
   * written again. It may still hold placeholders. Undefined: the template.
   */
  written?: string;
}

/** Names and values of a query. */
export type PathQuery = ReadonlyMap<string, Known>;

/** Paths are matched below this made-up origin: the base URLs are settled apart. */
const anyOrigin = "https://api.invalid";

export type Operations = ReturnType<typeof operationsOf>;

export function operationsOf(catalog: OpenedCatalog, location: Location) {
  const templates = once(
    () =>
      new Map(catalog.operations.map((operation) => [`${operation.method} ${operation.path}`, operation])),
  );
  // Of several with one id, the first one counts.
  const ids = once(
    () => new Map(catalog.operations.toReversed().map((operation) => [operation.id, operation])),
  );
  const table = once(() => buildRoutes(catalog.operations, () => [anyOrigin]));
  /** Base URLs of the whole API, without a slash at the end, the longest first. */
  const bases = once((): readonly string[] => {
    const lists = new Set(catalog.operations.map(catalog.servers));
    return [...new Set([...lists].flatMap(baseUrls))].sort((one, other) => other.length - one.length);
  });
  /** Their paths, which documentation often shows before the template. */
  const basePaths = () =>
    [...new Set(bases().map((base) => trimEndOf(new URL(base).pathname, /\//)))].filter(Boolean);
  /** Whether a parameter of the path may hold slashes: a path in a repository. */
  const spans = (operation: OperationSummary, name: string) =>
    mayHoldSlash(catalog, location, operation, name, "raw");

  function exact(method: string, path: string): Found | undefined {
    const verbs = method === "head" ? ["head", "get"] : [method];
    const found = verbs.map((verb) => templates().get(`${verb} ${path}`)).find(Boolean);
    return found && asTemplate(found);
  }

  function concrete(method: string, url: CanonicalUrl): Found[] {
    const routes = table().get(anyOrigin);
    const fitting = routes ? fittingRoutes(routes, url, method, spans) : [];
    // A HEAD is one operation: its own, or that of GET.
    const own = fitting.filter((route) => isOf(route, fitting[0]?.operation.method ?? method));
    return own.map((route) => {
      const { operation, values } = new RouteFit(route, url.segments, spans);
      return {
        operation,
        // A placeholder of the template is still to be filled from the arguments.
        given: new Map(Object.entries(values).filter(([name, value]) => value !== `{${name}}`)),
        query: withoutOwn(queryOf(url.search), operation.path),
        search: url.search.slice(1),
        written: `/${url.sent.join("/")}`,
      };
    });
  }

  /** The path below the base URL, in every way to write it. */
  function below(asked: string): string[] {
    if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(asked)) {
      const canonical = canonicalUrl(asked);
      const href = canonical.ok ? hrefOf(canonical.url) : asked;
      return bases()
        .filter((base) => href === base || href.startsWith(`${base}/`) || href.startsWith(`${base}?`))
        .map((base) => slashed(href.slice(base.length).replaceAll("%7B", "{").replaceAll("%7D", "}")));
    }
    const path = slashed(asked);
    const held = basePaths().filter((base) => path.startsWith(`${base}/`));
    return [path, ...held.map((base) => path.slice(base.length))];
  }

  return {
    catalog,
    bases,
    basePaths,
    spans,
    byId(id: string): Found | undefined {
      const operation = ids().get(id);
      return operation && asTemplate(operation);
    },
    /**
     * @param method lower case
     * @returns none if the path is no operation; several if the document does not tell them apart. `problem`: why a
     *   path has no spelling that is sent
     */
    byPath(method: string, asked: string): { found: Found[]; problem?: string } {
      const asIs = exact(method, asked) ?? exact(method, plainPath(asked).path);
      if (asIs) return { found: [asIs] };
      let problem: string | undefined;
      const paths = below(asked);
      for (const path of [...paths, ...paths.map(otherSlash)]) {
        const template = exact(method, path);
        if (template) return { found: [template] };
        const canonical = canonicalUrl(anyOrigin + path);
        if (!canonical.ok) problem ??= canonical.problem;
        else {
          const found = concrete(method, canonical.url);
          if (found.length > 0) return { found };
        }
      }
      return { found: [], ...(problem !== undefined && { problem }) };
    },
  };
}

function asTemplate(operation: OperationSummary): Found {
  return { operation, given: new Map(), query: new Map(), search: "" };
}

/** With a slash at the end of its path, or without the one that it has. */
const otherSlash = (path: string) =>
  path.replace(/^([^?#]*?)(\/?)(?=[?#]|$)/, (_, before: string, slash: string) =>
    slash ? before : `${before}/`,
  );

const slashed = (path: string) => (path.startsWith("/") ? path : `/${path}`);

function queryOf(search: string): PathQuery {
  const query = new Map<string, Known>();
  for (const [name, value] of new URLSearchParams(search)) addTo(query, name, { kind: "literal", value });
  return query;
}

/** Lists that `addTo` has made, and so may add to: a copy for each of 100,000 values would take minutes. */
const ownLists = new WeakSet<readonly Known[]>();

/** Adds a value of a query; a name that comes again makes a list. */
export function addTo(query: Map<string, Known>, name: string, value: Known): void {
  const before = query.get(name);
  if (!before) {
    query.set(name, value);
    return;
  }
  if (before.kind === "array" && ownLists.has(before.items)) {
    (before.items as Known[]).push(value);
    return;
  }
  const items = before.kind === "array" ? [...before.items, value] : [before, value];
  ownLists.add(items);
  query.set(name, { kind: "array", items, open: false });
}

/** Without the names that the document itself has in the query of a path: `/threads?beta=true`. */
export function withoutOwn(query: PathQuery, path: string): PathQuery {
  const mark = path.indexOf("?");
  if (mark < 0) return query;
  const own = new Set(new URLSearchParams(path.slice(mark + 1)).keys());
  return new Map([...query].filter(([name]) => !own.has(name)));
}
