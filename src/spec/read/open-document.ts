/**
 * Opens the document of a compiled catalog, in an isolate for the model's code, in the Worker or in Node. Costs nothing
 * until something is touched. Keep it small: it is shipped into every isolate that reads the document.
 */
import { once } from "../../terms/once.ts";
import type { OpenedCatalog, OpenedDocument, OperationSummary, Search } from "../catalog.ts";
import {
  columnSeparator,
  readColumn,
  rowLength,
  type IndexSections,
  type Layout,
  type OperationKind,
  type Outline,
} from "../layout.ts";
import type { SearchIndex } from "./find.ts";
import { kindsOf, listOperations, type Columns } from "./operations.ts";
import { unitPlaces } from "./places.ts";
import type { describeIn, DescribeOptions } from "./search-document.ts";
import type { signatureIn } from "./signature.ts";
import { openSkeleton } from "./skeleton.ts";
import { openUnits } from "./units.ts";

type OperationLines = [layout: string, paths: string, rows: string, ids: string, summaries: string];
type OutlineLines = [
  outline: string,
  shapes: string,
  descriptions: string,
  members: string,
  places: string,
  names: string,
];

export interface DocumentOptions {
  /** Code only reads paths by name and never lists them: see `openSkeleton`. */
  pathsByName?: boolean;
  /** Told of a path that code looked up in `spec.paths` and that is not there. */
  missed?: ((path: string) => void) | undefined;
}

/**
 * @param index the outline is needed only with the body
 * @param body without it, `operations` and `servers` work, but `spec` throws
 */
export function openDocument(
  index: Pick<IndexSections, "operations" | "outline">,
  body: ArrayBuffer | undefined,
  { pathsByName = false, missed }: DocumentOptions = {},
): OpenedDocument {
  const lines = index.operations.split("\n", 5) as OperationLines;
  const layout = once(() => JSON.parse(lines[0]) as Layout);
  const columns = once((): Columns => {
    const { paths, irregular } = layout();
    const rows = JSON.parse(lines[2]) as number[];
    const count = (rows.length - paths) / rowLength;
    return {
      paths: readColumn(lines[1], paths, irregular.paths),
      rows,
      ids: readColumn(lines[3], count, irregular.ids),
      summaries: readColumn(lines[4], count, irregular.summaries),
    };
  });
  const inOrder = once(() => listOperations(columns(), layout()));
  const operations = once(() => inOrder().slice());
  const skeleton = once(() => {
    if (!body) throw new Error("This catalog was opened without its body, which `spec` and `describe` need.");
    const [json, shapes, described, members, places, names] = index.outline.split("\n", 6) as OutlineLines;
    const outline = JSON.parse(json) as Outline;
    const count = columns().ids.length;
    return openSkeleton({
      layout: layout(),
      outline,
      columns: columns(),
      shapes: shapes.split(columnSeparator),
      descriptions: readColumn(described, count, outline.irregular.descriptions),
      members: readColumn(members, layout().paths, {}),
      units: openUnits(body, 2 * count, unitPlaces({ places, names })),
      pathsByName,
      missed,
    });
  });
  const spec = once(() => skeleton().spec());
  const positions = once(() => new Map(columns().ids.map((id, position) => [id, position])));
  const kinds = once(() => kindsOf(columns().rows));
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
    get inOrder() {
      return inOrder();
    },
    get statesSecurity() {
      return skeleton().statesSecurity;
    },
    operationObject: (asked) => skeleton().operation(position(asked)),
    servers: (asked) => {
      const kind = layout().kinds[kinds()[position(asked)] as number] as OperationKind;
      return layout().servers[kind.servers] as unknown[];
    },
  };
}

/**
 * The document with its search.
 * @param index asked for by `find`, and by `describe` for the names nearest to one that does not exist
 * @param texts asked for when something is described
 */
export function withSearch(
  document: OpenedDocument,
  index: () => SearchIndex,
  texts: { describe: () => typeof describeIn; signature: () => typeof signatureIn },
  options?: DescribeOptions,
): OpenedCatalog {
  const find: Search["find"] = (text, asked) => index().find(text, document.inOrder, asked);
  const search: Search = {
    find,
    describe: (asked, detail) => texts.describe()(asked, { document, find }, options, detail),
    signature: (operation, members) => texts.signature()(operation, document, options, members),
  };
  return { __proto__: document, ...search } as Search as OpenedCatalog;
}
