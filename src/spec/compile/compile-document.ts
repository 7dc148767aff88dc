/**
 * Compiles an OpenAPI document of any version into a catalog. Pure: what was loaded in, two buffers and a report
 * out; runs in Node and in a Worker. Keeps every operation, whatever else is wrong.
 */
import type { ApiFile } from "../../terms/api-file.ts";
import { catalogHash, type CompiledCatalog, type CompileReport, type Fault } from "../catalog.ts";
import { writeBody } from "../chunks.ts";
import { Emitter } from "./emitter.ts";
import { componentKinds } from "./members.ts";
import { compileOperations } from "./operations.ts";
import { countOperations } from "./path-items.ts";
import { buildSearchIndex } from "./search-index.ts";
import { fileName, type LoadedDocument } from "../document.ts";
import {
  columnSeparator,
  version,
  writeColumn,
  type ComponentGroup,
  type Layout,
  type Outline,
  type Places,
} from "../layout.ts";
import { readDialect } from "./read-dialect.ts";
import { isObject, own, type Json } from "../objects.ts";

/** The parts of the API's file that change what the catalog says. */
export type CatalogSettings = Pick<ApiFile, "server" | "auth" | "access" | "title">;

/**
 * @throws DocumentError if the root is not an OpenAPI document, or larger than a catalog can be
 */
export async function compileDocument(
  loaded: LoadedDocument,
  file: CatalogSettings,
): Promise<{ catalog: CompiledCatalog; report: CompileReport }> {
  const raw = loaded.files.get(loaded.url);
  const dialect = readDialect(raw, fileName(loaded.url));
  const emitter = new Emitter(loaded, dialect);
  const root = dialect.root ? dialect.root(raw as Json, emitter) : (raw as Json);
  const operations = compileOperations(root, loaded.url, emitter, file);
  const { root: rootMembers, components } = layOutRoot(root, loaded.url, emitter, file);

  const { chunks } = operations;
  const others: Record<number, string> = {};
  const named = new Set(components.flatMap(({ units }) => units));
  // Emitting a unit may find more of them: the list grows while it is read.
  for (let number = 0; number < emitter.units.length; number++) {
    const unit = emitter.units[number] as Emitter["units"][number];
    chunks.push(JSON.stringify(emitter.emitUnit(unit)) ?? "null");
    if (!named.has(number)) others[number] = emitter.origin(unit);
  }
  const paths = writeColumn(operations.paths);
  const ids = writeColumn(operations.ids);
  const summaries = writeColumn(operations.summaries);
  const layout: Layout = {
    version,
    kinds: operations.kinds,
    tags: operations.tags,
    servers: operations.servers,
    paths: operations.paths.length,
    irregular: { paths: paths.irregular, ids: ids.irregular, summaries: summaries.irregular },
  };
  const descriptions = writeColumn(operations.descriptions);
  const names = writeColumn(components.flatMap((kind) => kind.names));
  const outline: Outline = {
    ...operations.outline,
    root: rootMembers,
    irregular: { descriptions: descriptions.irregular },
  };
  const places: Places = {
    components: components.map(({ kind, names: { length } }) => [kind, length]),
    units: components.flatMap(({ units }) => units),
    others,
    irregular: { names: names.irregular },
  };
  const search = buildSearchIndex(operations.search);
  const index = [
    ascii(JSON.stringify(layout)),
    paths.line,
    JSON.stringify(operations.rows),
    ids.line,
    summaries.line,
    ascii(JSON.stringify(outline)),
    ascii(operations.shapes.map((shape) => JSON.stringify(shape)).join(columnSeparator)),
    descriptions.line,
    ascii(operations.members.map((one) => (one ? JSON.stringify(one) : "")).join(columnSeparator)),
    ascii(JSON.stringify(places)),
    names.line,
    ascii(search.terms),
    search.postings,
  ].join("\n");
  const body = writeBody(chunks);
  const info = own(root, "info");
  return {
    catalog: { hash: await catalogHash(new TextEncoder().encode(index), body), index, body },
    report: {
      title: file.title ?? text(info, "title") ?? "Untitled API",
      version: text(info, "version") ?? "",
      operationsFound: countOperations(root, emitter, loaded.url),
      operationsKept: operations.ids.length,
      faults: distinct(emitter.faults),
    },
  };
}

interface RootLayout {
  root: Outline["root"];
  components: ComponentGroup[];
}

/** Members of `spec` that are there whatever the document says. */
const built = ["servers", "security", "paths", "components"] as const;

/** Members of `spec`, in their order, each a unit; those of `components` one unit each. */
function layOutRoot(root: Json, url: string, emitter: Emitter, file: CatalogSettings): RootLayout {
  const result: RootLayout = { root: [], components: [] };
  const unitOf = (key: string, value: unknown, kind: "any" | "pathItem" = "any") =>
    emitter.unitFor({ url, tokens: [key], value }, kind);
  const webhooks = own(root, "webhooks");
  for (const key of Object.keys(root)) {
    if (key === "openapi")
      result.root.push([
        key,
        emitter.unitFor({ url, tokens: ["", "openapi"], value: emitter.dialect.openapi }, "any"),
      ]);
    else if (key === "webhooks" && isObject(webhooks)) {
      // A map of path items by name: the shape of a callback.
      result.root.push([key, emitter.unitFor({ url, tokens: [key], value: webhooks }, "callback")]);
    } else if (built.some((one) => one === key)) result.root.push([key, key as (typeof built)[number]]);
    else result.root.push([key, unitOf(key, root[key])]);
  }
  for (const key of built) if (!Object.hasOwn(root, key)) result.root.push([key, key]);
  const components = own(root, "components");
  for (const kind of Object.keys(isObject(components) ? components : {})) {
    const named = (components as Json)[kind];
    if (!isObject(named)) continue;
    const names = Object.keys(named);
    const place = emitter.dialect.componentPlace?.(kind) ?? ["components", kind];
    const units = names.map((name) =>
      emitter.unitFor({ url, tokens: [...place, name], value: named[name] }, componentKinds[kind] ?? "any"),
    );
    result.components.push({ kind, names, units });
  }
  addSchemes(result.components, url, emitter, file);
  return result;
}

/** The schemes of the API's file stand beside and over those of the document. */
function addSchemes(
  components: ComponentGroup[],
  url: string,
  emitter: Emitter,
  file: CatalogSettings,
): void {
  const schemes = Object.entries(file.auth?.schemes ?? {});
  if (schemes.length === 0) return;
  const kind = "securitySchemes";
  let group = components.find((one) => one.kind === kind);
  if (!group) components.push((group = { kind, names: [], units: [] }));
  for (const [name, scheme] of schemes) {
    const unit = emitter.unitFor({ url, tokens: ["", "auth", name], value: scheme }, "any");
    const index = group.names.indexOf(name);
    if (index >= 0) group.units[index] = unit;
    else {
      group.names.push(name);
      group.units.push(unit);
    }
  }
}

/** JSON or words in ASCII: a string of one byte per character is half as long and quicker to parse. */
function ascii(text_: string): string {
  return text_.replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function distinct(faults: Fault[]): Fault[] {
  const seen = new Map(faults.map((fault) => [`${fault.pointer} ${fault.message}`, fault]));
  return [...seen.values()];
}

function text(object: unknown, key: string): string | undefined {
  const value = isObject(object) ? own(object, key) : undefined;
  return value === undefined || value === null ? undefined : String(value);
}
