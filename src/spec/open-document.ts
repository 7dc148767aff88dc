/**
 * Opens the document of a compiled catalog: in an isolate for the model's code, in the Worker, in Node. Costs nothing
 * until something of it is touched. Shipped into every isolate that looks at the document: keep it small.
 */
import type { OpenedCatalog, OpenedDocument, OperationSummary, Search } from "./catalog.ts";
import { readColumn, type IndexSections, type Layout, type OperationKind } from "./layout.ts";
import { kindsOf, listOperations } from "./runtime/operations.ts";
import { UnitPlaces } from "./runtime/places.ts";
import { Skeleton } from "./runtime/skeleton.ts";
import { Units } from "./runtime/units.ts";

export interface DocumentOptions {
  /** `spec.paths` is only asked for paths by their name, and never listed: see `Skeleton`. */
  pathsByName?: boolean;
}

/**
 * @param index the sections that are at hand: the places are needed with the body only
 * @param body without it `operations` and `servers` work, `spec` throws
 */
export function openDocument(
  index: Pick<IndexSections, "operations" | "places">,
  body: ArrayBuffer | undefined,
  { pathsByName = false }: DocumentOptions = {},
): OpenedDocument {
  const lines = index.operations.split("\n", 5) as [string, string, string, string, string];
  const layout = once(() => JSON.parse(lines[0]) as Layout);
  const paths = once(() => readColumn(lines[1], layout().chunks.paths, layout().irregular.paths));
  const rows = once(() => JSON.parse(lines[2]) as number[]);
  const operations = once(() => {
    const { kinds, irregular } = layout();
    const count = rows().length - paths().length;
    const ids = readColumn(lines[3], count, irregular.ids);
    const summaries = readColumn(lines[4], count, irregular.summaries);
    return listOperations({ paths: paths(), rows: rows(), ids, summaries }, kinds);
  });
  const skeleton = once(() => {
    if (!body) throw new Error("This catalog was opened without its body: `spec` and `describe` need it.");
    const places = once(() => new UnitPlaces(index.places));
    const units = new Units(body, layout(), places);
    return new Skeleton({ paths: paths(), layout: layout(), units, byName: pathsByName });
  });
  const spec = once(() => skeleton().spec());
  const positions = once(() => new Map(operations().map(({ id }, position) => [id, position])));
  const kinds = once(() => kindsOf(rows()));
  const position = ({ id }: OperationSummary): number => {
    const known = positions().get(id);
    if (known === undefined) throw new Error(`There is no operation "${id}".`);
    return known;
  };
  return {
    get spec() {
      return spec();
    },
    get operations() {
      return operations();
    },
    operationObject: (asked) => skeleton().operation(operations()[position(asked)] as OperationSummary),
    servers: (asked) => {
      const kind = layout().kinds[kinds()[position(asked)] as number] as OperationKind;
      return layout().servers[kind.servers] as unknown[];
    },
  };
}

/** A document that can be searched as well. */
export function withSearch(document: OpenedDocument, search: () => Search): OpenedCatalog {
  return {
    get spec() {
      return document.spec;
    },
    get operations() {
      return document.operations;
    },
    operationObject: document.operationObject,
    servers: document.servers,
    find: (text, options) => search().find(text, options),
    describe: (operation) => search().describe(operation),
  };
}

export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
