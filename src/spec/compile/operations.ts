/** Emits every operation: short parts into the index, the rest into its two chunks. */
import type { DocumentObject, OperationObject } from "../openapi.ts";
import type { ApiFile } from "../../terms/api-file.ts";
import type { OperationKind, Outline, PathMembers, Shape } from "../layout.ts";
import { plainList } from "./dialects/unfold.ts";
import { isObject, own, setOwn, type Json } from "../objects.ts";
import { plain } from "../plain-text.ts";
import { bindPath } from "./bind-path.ts";
import { emitMembers, type Emitter } from "./emitter.ts";
import { accessOf, Identifiers } from "./identify.ts";
import { findPaths, memberPlace, resolveParameter, type FoundOperation } from "./path-items.ts";
import type { Place } from "../references.ts";
import { searchText, type SearchText } from "./search-text.ts";
import { effectiveServers, serverContext } from "./servers.ts";
import { Table } from "./table.ts";

/** Descriptions up to this length cost less in the index than behind a getter. */
const maxInline = 120;
/** Members that are long and rarely filtered by. */
const heavy = new Set(["requestBody", "responses", "callbacks"]);

/** @returns the parts of the catalog that hold operations, see `layout.ts` */
export function compileOperations(
  root: DocumentObject,
  rootUrl: string,
  emitter: Emitter,
  file: Pick<ApiFile, "server" | "auth" | "access">,
) {
  const paths = findPaths(root, rootUrl, emitter);
  const all = paths.flatMap((path) => path.operations);
  const identifiers = new Identifiers(all.map(ownId));
  const context = serverContext(own(root, "servers"), { documentUrl: rootUrl, override: file.server });
  const rootPlace: Place = { url: rootUrl, tokens: ["security"], value: own(root, "security") };
  const rootSecurity = file.auth?.security ?? requirementsAt(rootPlace, rootUrl, emitter) ?? [];
  const kinds = new Table<OperationKind>();
  const tags = new Table<string[]>();
  const shapes = new Table<Shape>();
  const security = new Table<unknown[]>([rootSecurity]);
  const servers = new Table<unknown[]>([effectiveServers(undefined, context)]);
  const outline: Pick<Outline, "shapeOf" | "security" | "silent" | "extensions"> = {
    shapeOf: [],
    security: security.values,
    extensions: {},
  };
  const result = {
    paths: paths.map(({ path }) => path),
    rows: [] as number[],
    ids: [] as string[],
    summaries: [] as string[],
    descriptions: [] as string[],
    kinds: kinds.values,
    tags: tags.values,
    shapes: shapes.values,
    servers: servers.values,
    members: [] as (PathMembers | undefined)[],
    outline,
    /** How many the document states: some stand for several. */
    stated: new Set(all.map(({ source }) => source)).size,
    /** Alternately light and heavy. */
    chunks: [] as string[],
    search: [] as SearchText[],
    /** Security schemes by name, each with the first place that asks for it. */
    schemesAsked: new Map<string, Place>(),
  };
  const ask = (requirements: readonly unknown[], place: Place) => {
    for (const name of requirements.filter(isObject).flatMap(Object.keys))
      if (!result.schemesAsked.has(name)) result.schemesAsked.set(name, place);
  };
  if (!file.auth?.security) ask(rootSecurity, rootPlace);
  let isSilent = rootSecurity.length === 0;
  for (const [position, { path, operations, members, extension }] of paths.entries()) {
    result.members.push(members.length > 0 ? pathMembers(members, emitter) : undefined);
    if (extension)
      outline.extensions[position] = emitter.unitFor(extension, path.startsWith("x-") ? "literal" : "any");
    result.rows.push(operations.length);
    for (const operation of operations) {
      const method = operation.key.toLowerCase();
      const { id, fault } = identifiers.identify(ownId(operation), method, path);
      const whole = emitOperation(operation, emitter, fault);
      const securityPlace = memberPlace(operation.place, "security");
      const ownSecurity = requirementsAt(securityPlace, rootUrl, emitter);
      whole.security = effectiveSecurity(ownSecurity, rootSecurity, file);
      if (Array.isArray(ownSecurity)) {
        isSilent = false;
        if (whole.security === ownSecurity) ask(ownSecurity, securityPlace);
      }
      whole.servers = effectiveServers(operation.servers, context);
      result.search.push(searchText(id, method, path, whole, parameterNames(operation, emitter), emitter));
      const { columns, shape, chunks } = divide(whole);
      const kind = kinds.add({
        method,
        access: accessOf({ id, method, path }, file.access),
        deprecated: whole.deprecated === true,
        servers: servers.add(whole.servers as unknown[]),
      });
      const { key, additional } = operation;
      result.rows.push(kind, tags.add(columns.tags));
      result.ids.push(id);
      result.summaries.push(columns.summary ?? firstSentence(whole.description));
      result.descriptions.push(columns.description ?? "");
      const named = { key, ...(additional && { additional }), ...shape };
      outline.shapeOf.push(shapes.add({ ...named, security: security.add(whole.security as unknown[]) }));
      result.chunks.push(...chunks);
    }
  }
  if (isSilent) outline.silent = true;
  return result;
}

function pathMembers(members: [key: string, place: Place][], emitter: Emitter): PathMembers {
  return members.map(([key, place]) =>
    typeof place.value === "string" && place.value.length <= maxInline
      ? [key, -1, place.value]
      : [key, emitter.unitFor(place, key.startsWith("x-") ? "literal" : "any")],
  );
}

function emitOperation(operation: FoundOperation, emitter: Emitter, fault: string | undefined): Json {
  const { url, tokens, value } = operation.place;
  return emitter.at(url, tokens, () => {
    if (fault) emitter.fault(fault);
    const { tags, ...others } = value;
    const stated = tags === undefined ? others : { ...others, tags: tagTexts(tags, emitter) };
    const emit = emitter.dialect.operation ?? emitWhole;
    const result = emit(stated, operation.parameters, emitter);
    const { parameters } = result;
    if (Array.isArray(parameters))
      result["parameters"] = bindPath(parameters as unknown[], operation.plain, emitter);
    return result;
  });
}

function emitWhole(operation: OperationObject, parameters: Place[], emitter: Emitter): Json {
  const { parameters: _, ...rest } = operation;
  const result = emitMembers(rest, emitter, "operation");
  result["parameters"] = parameters.map((place) =>
    emitter.at(place.url, place.tokens, () => emitter.emit(place.value, "parameter")),
  );
  return result;
}

/** The document's own id, told from that of other operations that it states in one place. */
function ownId({ place, variant }: FoundOperation): unknown {
  const id = own(place.value, "operationId");
  const text = typeof id === "number" ? String(id) : id;
  return typeof text === "string" && text !== "" && variant !== undefined ? `${text}_${variant}` : text;
}

/** Tags as texts: documents also write numbers, a single tag, and the tag itself in place of its name. */
function tagTexts(tags: unknown, emitter: Emitter): string[] {
  if (isTextList(tags)) return tags;
  if (tags === null) return [];
  const texts = [tags].flat().flatMap((tag) => {
    const name = isObject(tag) ? own(tag, "name") : tag;
    return ["string", "number", "boolean"].includes(typeof name) ? String(name) : [];
  });
  emitter.within("tags", () =>
    emitter.fault(
      `Tags must be a list of texts; ${texts.length > 0 ? `"${texts.join('", "').slice(0, 80)}" was used` : "they were ignored"}`,
    ),
  );
  return texts;
}

/**
 * Security requirements. The name of a scheme alone, and scopes that are no list, would else ask for nothing, and calls
 * would leave unsigned.
 * @returns undefined if none are stated
 */
function requirementsAt(place: Place, rootUrl: string, emitter: Emitter): unknown[] | undefined {
  const list = plainList(place, emitter);
  if (!Array.isArray(list)) return undefined;
  return list.map((entry: unknown) => {
    if (typeof entry === "string") {
      emitter.fault(`A requirement must be a map; "${entry}" was taken for the name of a scheme`, place);
      return { [entry]: [] };
    }
    if (!isObject(entry) || "$ref" in entry) return entry;
    const named = Object.entries(entry).map(
      ([name, value]) => [schemeAt(name, place, rootUrl, emitter), value] as const,
    );
    if (named.every(([, value]) => Array.isArray(value))) return Object.fromEntries(named);
    emitter.fault("The scopes of a requirement must be a list; none was taken for an empty one", place);
    const scopes = (value: unknown) => (value === null || isObject(value) ? [] : [value].flat());
    return Object.fromEntries(named.map(([name, value]) => [name, scopes(value)]));
  });
}

/**
 * The name of a scheme in the root document. A requirement may also have its URI (OpenAPI 3.2, 4.30), with characters that
 * no name has.
 */
function schemeAt(name: string, place: Place, rootUrl: string, { references }: Emitter): string {
  if (!/[#/]/.test(name)) return name;
  const found = references.follow(name, place);
  if (!found.ok || found.place.url !== rootUrl) return name;
  const [components, kind, scheme, ...below] = found.place.tokens;
  const isScheme = components === "components" && kind === "securitySchemes" && below.length === 0;
  return isScheme && scheme !== undefined ? scheme : name;
}

/** A correction applies to every operation except those that the document opens to everyone. */
function effectiveSecurity(stated: unknown, root: unknown[], file: Pick<ApiFile, "auth">): unknown[] {
  if (!Array.isArray(stated)) return root;
  return file.auth?.security && stated.length > 0 ? root : stated;
}

/** Divides an operation into columns, shape and chunks. */
function divide(whole: OperationObject) {
  const { tags, summary, description } = whole;
  const columns = {
    tags: isTextList(tags) ? tags : [],
    summary: typeof summary === "string" ? summary : undefined,
    description: typeof description === "string" && description.length <= maxInline ? description : undefined,
  };
  // `deprecated: true` is in the kind; any other value stays a member.
  const elsewhere = new Set(["operationId", "security", "servers"]);
  if (tags === undefined || isTextList(tags)) elsewhere.add("tags");
  if (whole.deprecated === true) elsewhere.add("deprecated");
  if (Array.isArray(whole.parameters) && whole.parameters.length === 0) elsewhere.add("parameters");
  for (const key of ["summary", "description"] as const) if (columns[key] !== undefined) elsewhere.add(key);
  const light: Json = {};
  const heavyPart: Json = {};
  for (const [key, value] of Object.entries(whole)) {
    if (elsewhere.has(key) || value === undefined) continue;
    setOwn(heavy.has(key) || key.startsWith("x-") ? heavyPart : light, key, value);
  }
  const shape: Omit<Shape, "key" | "security"> = {
    ...(columns.summary !== undefined && { summary: true as const }),
    ...(columns.description !== undefined && { description: true as const }),
    ...(elsewhere.has("parameters") && { bare: true as const }),
    light: Object.keys(light),
    heavy: Object.keys(heavyPart),
  };
  return { columns, shape, chunks: [JSON.stringify(light), JSON.stringify(heavyPart)] };
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function parameterNames(operation: FoundOperation, emitter: Emitter): string[] {
  return operation.parameters.flatMap((place) => {
    const name = resolveParameter(place, emitter)?.value["name"];
    return typeof name === "string" ? [name] : [];
  });
}

/** The start of a description, for a list with one line per operation. */
function firstSentence(description: unknown): string {
  const text = plain(description);
  const end = /[.!?](?= |$)/.exec(text)?.index;
  const sentence = end === undefined ? text : text.slice(0, end + 1);
  return sentence.length <= 120 ? sentence : `${sentence.slice(0, 119)}…`;
}
