/**
 * Compiles an OpenAPI document of any version into a catalog: two buffers and a report. Keeps every operation, whatever
 * else is wrong. Pure; runs in Node and in a Worker.
 */
import type { DocumentObject } from "../openapi.ts";
import type { ApiFile } from "../../terms/api-file.ts";
import { catalogHash, type CompiledCatalog, type CompileReport, type Fault } from "../catalog.ts";
import { writeBody } from "../chunks.ts";
import { Emitter } from "./emitter.ts";
import { componentKind } from "../members.ts";
import { compileOperations } from "./operations.ts";
import { countOperations } from "./path-items.ts";
import { buildSearchIndex } from "./search-index.ts";
import { fileName, type LoadedDocument } from "../document.ts";
import {
  ascii,
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

/** The parts of the API file that affect the catalog. */
export type CatalogSettings = Pick<ApiFile, "server" | "auth" | "access" | "title">;

/** @throws DocumentError if the root is not an OpenAPI document, or too large for a catalog */
export async function compileDocument(
  loaded: LoadedDocument,
  file: CatalogSettings,
): Promise<{ catalog: CompiledCatalog; report: CompileReport }> {
  const raw = loaded.files.get(loaded.url);
  const dialect = readDialect(raw, /^https?:/.test(loaded.url) ? loaded.url : fileName(loaded.url));
  const emitter = new Emitter(loaded, dialect);
  const root = dialect.root ? dialect.root(raw as DocumentObject, emitter) : (raw as DocumentObject);
  const operations = compileOperations(root, loaded.url, emitter, file);
  const rootMembers = layOutRoot(root, loaded.url, emitter);
  const components = layOutComponents(root, loaded.url, emitter, file);
  const schemes = components.find(({ kind }) => kind === schemeKind)?.names ?? [];
  for (const [name, place] of operations.schemesAsked)
    if (!schemes.includes(name))
      emitter.fault(`There is no security scheme "${name}"; ${declared(schemes)}`, place);
  const { chunks } = operations;
  const others: Record<number, string> = {};
  const named = new Set(components.flatMap(({ units }) => units));
  // Emitting a unit may add units to the list.
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
      operationsKept: operations.stated,
      faults: distinct(emitter.faults),
    },
  };
}

const schemeKind = "securitySchemes";

/** Members of `spec` that always exist. */
const built = ["servers", "security", "paths", "components"] as const;

/** Members of `spec` in their order, each a unit or built at run time. */
function layOutRoot(root: DocumentObject, url: string, emitter: Emitter): Outline["root"] {
  const members = Object.entries(root).map(([key, value]: [string, unknown]): Outline["root"][number] => {
    const known = built.find((one) => one === key);
    if (known) return [key, known];
    if (key === "openapi")
      return [key, emitter.unitFor({ url, tokens: ["", key], value: emitter.dialect.openapi }, "any")];
    // Webhooks are a map of path items by name, like a callback.
    const kind =
      key === "webhooks" && isObject(value) ? "callback" : key.startsWith("x-") ? "literal" : "any";
    return [key, emitter.unitFor({ url, tokens: [key], value }, kind)];
  });
  for (const key of built) if (!Object.hasOwn(root, key)) members.push([key, key]);
  return members;
}

/** The components, each a unit of its own. */
function layOutComponents(
  root: DocumentObject,
  url: string,
  emitter: Emitter,
  file: CatalogSettings,
): ComponentGroup[] {
  const groups: ComponentGroup[] = [];
  const components = own(root, "components");
  for (const kind of Object.keys(isObject(components) ? components : {})) {
    const named = (components as Json)[kind];
    if (!isObject(named)) continue;
    const names = Object.keys(named);
    const place = emitter.dialect.componentPlace?.(kind) ?? ["components", kind];
    const units = names.map((name) =>
      emitter.unitFor({ url, tokens: [...place, name], value: named[name] }, componentKind(kind)),
    );
    groups.push({ kind, names, units });
  }
  addSchemes(groups, url, emitter, file);
  return groups;
}

/** The security schemes of the API file are added to those of the document, or replace them. */
function addSchemes(
  components: ComponentGroup[],
  url: string,
  emitter: Emitter,
  file: CatalogSettings,
): void {
  const schemes = Object.entries(file.auth?.schemes ?? {});
  if (schemes.length === 0) return;
  const kind = schemeKind;
  let group = components.find((one) => one.kind === kind);
  if (!group) components.push((group = { kind, names: [], units: [] }));
  for (const [name, scheme] of schemes) {
    const known = group.names.indexOf(name);
    const index = known >= 0 ? known : group.names.push(name) - 1;
    group.units[index] = emitter.unitFor({ url, tokens: ["", "auth", name], value: scheme }, "any");
  }
}

function distinct(faults: Fault[]): Fault[] {
  const seen = new Map(faults.map((fault) => [`${fault.pointer} ${fault.message}`, fault]));
  return [...seen.values()];
}

function text(object: unknown, key: string): string | undefined {
  const value = isObject(object) ? own(object, key) : undefined;
  return value === undefined || value === null ? undefined : String(value);
}

function declared(schemes: readonly string[]): string {
  if (schemes.length === 0) return "the document declares none";
  return `the document has ${schemes.slice(0, 5).join(", ")}`;
}
