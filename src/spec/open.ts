/**
 * Opens a compiled catalog: in an isolate for the model's code, in the Worker, in Node. Costs nothing until
 * something of it is touched. Bundled into every isolate: keep it small, import nothing large.
 */
import type { FindOptions, OpenedCatalog, OperationSummary } from "./catalog.ts";
import { readColumn, type Layout, type OperationKind, type UnitNames } from "./layout.ts";
import { describeOperation } from "./runtime/describe.ts";
import { SearchIndex } from "./runtime/find.ts";
import { kindsOf, listOperations } from "./runtime/operations.ts";
import { Skeleton } from "./runtime/skeleton.ts";
import { Units } from "./runtime/units.ts";

export { pointerOf } from "./runtime/units.ts";

/** What `describe` says of answers that the document says nothing of: their type, as it was seen. */
export type SeenTypes = (operationId: string) => string | undefined;

type IndexLines = [string, string, string, string, string, string, string, string];

export interface OpenOptions {
  /** What `describe` adds. */
  seen?: SeenTypes | undefined;
  /** `spec.paths` is only asked for paths by their name, and never listed: see `Skeleton`. */
  pathsByName?: boolean;
}

/**
 * Opens a compiled catalog.
 * @param index the index, as compiled
 * @param body the body; without it `operations`, `servers` and `find` work, `spec` and `describe` throw
 */
export function openCatalog(index: string, body?: ArrayBuffer, options: OpenOptions = {}): OpenedCatalog {
  const lines = index.split("\n", 8) as IndexLines;
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
  const names = once(() => JSON.parse(lines[5]) as UnitNames);
  const search = once(() => new SearchIndex(lines[6], lines[7]));
  const skeleton = once(() => {
    if (!body) throw new Error("This catalog was opened without its body: `spec` and `describe` need it.");
    const units = new Units(body, layout(), names);
    const { pathsByName: byName = false } = options;
    return new Skeleton({ paths: paths(), layout: layout(), units, names, byName });
  });
  const spec = once(() => skeleton().spec());
  const byId = once(() => new Map(operations().map((operation, position) => [operation.id, position])));
  const kinds = once(() => kindsOf(rows()));

  const position = (asked: OperationSummary | string): number => {
    const known = byId().get(typeof asked === "string" ? asked : asked.id);
    if (known !== undefined) return known;
    throw new Error(unknownOperation(asked, catalog));
  };
  const catalog: OpenedCatalog = {
    get spec() {
      return spec();
    },
    get operations() {
      return operations();
    },
    find: (text: string, options?: FindOptions) => search().find(text, operations(), options),
    describe: (asked) => {
      const at = position(resolve(asked, operations()));
      const operation = operations()[at] as OperationSummary;
      const text = describeOperation(operation, skeleton().operation(operation));
      const type = options.seen?.(operation.id);
      return type === undefined
        ? text
        : `${text}\n// Not in the document, but seen in answers:\ntype Data = ${type}`;
    },
    operationObject: (asked) => skeleton().operation(operations()[position(asked)] as OperationSummary),
    servers: (asked) => {
      const kind = layout().kinds[kinds()[position(asked)] as number] as OperationKind;
      return layout().servers[kind.servers] as unknown[];
    },
  };
  return catalog;
}

/** `"GET /zones"` works wherever an id does. */
function resolve(
  asked: OperationSummary | string,
  operations: OperationSummary[],
): OperationSummary | string {
  if (typeof asked !== "string") {
    if (asked && typeof asked === "object" && !asked.id && asked.method && asked.path) {
      return resolve(`${asked.method} ${asked.path}`, operations);
    }
    return asked;
  }
  const call = /^([A-Za-z]+) +(\/.*)$/.exec(asked.trim());
  if (!call) return asked;
  const method = (call[1] as string).toLowerCase();
  return operations.find((operation) => operation.path === call[2] && operation.method === method) ?? asked;
}

function unknownOperation(asked: unknown, catalog: OpenedCatalog): string {
  const name = typeof asked === "string" ? asked : ((asked as { id?: unknown } | undefined)?.id ?? asked);
  const nearest = catalog.find(String(name), { limit: 3 }).map((operation) => operation.id);
  const hint =
    nearest.length > 0 ? `The nearest are: ${nearest.join(", ")}.` : "Look for it with find(text).";
  return `There is no operation "${String(name)}". ${hint}`;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
