/** Emits every operation: what is small into its row, the rest into its two chunks. */
import type { Access, ApiFile } from "../../deployment/api-file.ts";
import type { Layout, PathMembers, Row, Shape } from "../layout.ts";
import { plainList } from "../normalise/unfold.ts";
import { own, setOwn, type Json } from "../objects.ts";
import { emitMembers, type Emitter } from "./emitter.ts";
import { AccessOverrides, Identifiers } from "./identify.ts";
import { findPaths, memberPlace, resolveParameter, type FoundOperation } from "./path-items.ts";
import type { Place } from "./references.ts";
import { searchText, type SearchText } from "./search-text.ts";
import { effectiveServers, type ServerContext } from "./servers.ts";

/** A description of at most this many characters costs less in the index than behind a getter. */
const maxInline = 120;
/** Members that are long and seldom read by a filter. */
const heavy = new Set(["requestBody", "responses", "callbacks"]);

const accessLetter: Record<Access, string> = { read: "r", write: "w", delete: "d" };

export interface CompiledOperations {
  rows: unknown[];
  pathMembers: PathMembers[];
  chunks: [light: string, heavy: string][];
  layout: OperationLayout;
  search: SearchText[];
}

type OperationLayout = Pick<
  Layout,
  "shapes" | "methods" | "tags" | "security" | "servers" | "access" | "summaries"
>;

export function compileOperations(
  root: Json,
  rootUrl: string,
  emitter: Emitter,
  file: Pick<ApiFile, "server" | "auth" | "access">,
): CompiledOperations {
  const paths = findPaths(root, rootUrl, emitter);
  const all = paths.flatMap((path) => path.operations);
  const ids = new Identifiers(all.map((operation) => own(operation.place.value, "operationId")));
  const servers: ServerContext = { documentUrl: rootUrl, override: file.server, root: own(root, "servers") };
  const tables = {
    shapes: new Table<Shape>(),
    methods: new Table<string>(),
    tags: new Table<string[]>(),
    security: new Table<unknown[]>(),
    servers: new Table<unknown[]>(),
  };
  const stated = file.auth?.security ?? own(root, "security");
  const rootSecurity = Array.isArray(stated) ? stated : [];
  tables.security.add(rootSecurity);
  tables.servers.add(effectiveServers(undefined, servers));
  const access = new AccessOverrides(file.access);
  const result: CompiledOperations = {
    rows: [],
    pathMembers: [],
    chunks: [],
    search: [],
    layout: {
      shapes: [],
      methods: [],
      tags: [],
      security: [],
      servers: [],
      access: "",
      summaries: {},
    },
  };
  const { layout } = result;

  for (const { path, operations, members } of paths) {
    const others = members.length > 0 ? result.pathMembers.push(pathMembers(members, emitter)) : 0;
    result.rows.push(path, operations.length, others);
    for (const operation of operations) {
      const method = operation.key.toLowerCase();
      const { id, fault } = ids.identify(own(operation.place.value, "operationId"), method, path);
      const whole = emitOperation(operation, emitter, fault);
      const security = plainList(memberPlace(operation.place, "security"), emitter);
      whole["security"] = effectiveSecurity(security, rootSecurity, file);
      whole["servers"] = effectiveServers(operation.servers, servers);
      result.search.push(searchText(id, method, path, whole, parameterNames(operation, emitter), emitter));
      layout.access += accessLetter[access.of(id, method, path)];
      if (typeof whole["summary"] !== "string" && typeof whole["description"] === "string") {
        layout.summaries[result.chunks.length] = firstSentence(whole["description"]);
      }
      const { shape, tags, summary, description, chunks } = divide(whole, tables);
      result.chunks.push(chunks);
      const row: Row = [
        tables.methods.add(operation.additional ? `+${operation.key}` : operation.key),
        tables.shapes.add(shape),
        id,
        summary,
        tables.tags.add(tags),
        description,
      ];
      result.rows.push(...row);
    }
  }
  for (const key of access.unused()) {
    emitter.faults.push({
      pointer: "",
      message: `The API's file sets the access of "${key}", but no operation is called so`,
    });
  }
  layout.shapes = tables.shapes.values;
  layout.methods = tables.methods.values;
  layout.tags = tables.tags.values;
  layout.security = tables.security.values;
  layout.servers = tables.servers.values;
  return result;
}

function pathMembers(members: [key: string, place: Place][], emitter: Emitter): PathMembers {
  return members.map(([key, place]) =>
    typeof place.value === "string" && place.value.length <= maxInline
      ? [key, -1, place.value]
      : [key, emitter.unitFor(place, "any")],
  );
}

function emitOperation(operation: FoundOperation, emitter: Emitter, fault: string | undefined): Json {
  const { url, tokens, value } = operation.place;
  return emitter.at(url, tokens, () => {
    if (fault) emitter.fault(fault);
    if (emitter.dialect.operation) return emitter.dialect.operation(value, operation.parameters, emitter);
    const { parameters: _, ...rest } = value;
    const result = emitMembers(rest, emitter, "operation");
    result["parameters"] = operation.parameters.map((place) =>
      emitter.at(place.url, place.tokens, () => emitter.emit(place.value, "parameter")),
    );
    return result;
  });
}

/** A correction is for every operation, except those that the document opens to everyone. */
function effectiveSecurity(stated: unknown, root: unknown[], file: Pick<ApiFile, "auth">): unknown[] {
  if (!Array.isArray(stated)) return root;
  return file.auth?.security && stated.length > 0 ? root : stated;
}

/** What goes into the row, what into the shape, and what into the chunks. */
function divide(whole: Json, tables: { security: Table<unknown[]>; servers: Table<unknown[]> }) {
  const { tags, summary, description } = whole;
  const row: Json = { operationId: undefined };
  if (typeof summary === "string") row["summary"] = summary;
  if (typeof description === "string" && description.length <= maxInline) row["description"] = description;
  if (tags === undefined || isTextList(tags)) row["tags"] = tags;
  const shape: Shape = { light: [], heavy: [], security: -1, servers: -1 };
  if (whole["deprecated"] === true) shape.deprecated = true;
  if (isEmptyList(whole["parameters"])) shape.bare = true;
  shape.security = tables.security.add(whole["security"] as unknown[]);
  shape.servers = tables.servers.add(whole["servers"] as unknown[]);
  const light: Json = {};
  const heavyPart: Json = {};
  for (const key of Object.keys(whole)) {
    const inShape =
      key === "security" ||
      key === "servers" ||
      (key === "deprecated" && shape.deprecated) ||
      (key === "parameters" && shape.bare);
    if (inShape || Object.hasOwn(row, key) || whole[key] === undefined) continue;
    setOwn(heavy.has(key) || key.startsWith("x-") ? heavyPart : light, key, whole[key]);
  }
  shape.light = Object.keys(light);
  shape.heavy = Object.keys(heavyPart);
  return {
    shape,
    tags: (row["tags"] ?? []) as string[],
    summary: (row["summary"] ?? 0) as string | 0,
    description: (row["description"] ?? 0) as string | 0,
    chunks: [chunk(light, shape.light), chunk(heavyPart, shape.heavy)] as [string, string],
  };
}

function chunk(part: Json, keys: string[]): string {
  return keys.length > 0 ? JSON.stringify(part) : "";
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Distinct values, by their JSON, in the order they came. */
class Table<T> {
  readonly values: T[] = [];
  readonly #positions = new Map<string, number>();

  add(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position = this.values.push(value) - 1;
    this.#positions.set(key, position);
    return position;
  }
}

/** Whether the JSON of a chunk holds a reference to a unit. In a string of JSON the quotes would be escaped. */
export function holdsReference(json: string): boolean {
  return /"\$ref":\d/.test(json);
}

function parameterNames(operation: FoundOperation, emitter: Emitter): string[] {
  return operation.parameters.flatMap((place) => {
    const name = resolveParameter(place, emitter)?.value["name"];
    return typeof name === "string" ? [name] : [];
  });
}

/** The beginning of a description, for a list that has room for one line. */
export function firstSentence(description: string): string {
  const text = description.replace(/\s+/g, " ").trim();
  const end = /[.!?](?= |$)/.exec(text)?.index;
  const sentence = end === undefined ? text : text.slice(0, end + 1);
  return sentence.length <= 120 ? sentence : `${sentence.slice(0, 119)}…`;
}
