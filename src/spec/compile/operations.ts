/** Emits every operation: what is small into the skeleton, the rest into its two chunks. */
import type { Access, ApiFile } from "../../deployment/api-file.ts";
import type { Layout } from "../layout.ts";
import { own, setOwn, type Json } from "../objects.ts";
import { emitMembers, type Emitter } from "./emitter.ts";
import { accessOf, Identifiers } from "./identify.ts";
import { findPaths, resolveParameter, type FoundOperation } from "./path-items.ts";
import { searchText, type SearchText } from "./search-text.ts";
import { effectiveServers, type ServerContext } from "./servers.ts";

/** Members that a filter over all operations reads: never lazy. */
const eager = new Set(["tags", "summary", "operationId", "deprecated"]);
/** JSON of at most this many characters costs less in the skeleton than a getter does. */
const maxInline = 120;
/** Members that are long and seldom read by a filter. */
const heavy = new Set(["requestBody", "responses", "callbacks"]);

const accessLetter: Record<Access, string> = { read: "r", write: "w", delete: "d" };

export interface CompiledOperations {
  skeleton: Json;
  chunks: [light: string, heavy: string][];
  layout: Pick<
    Layout,
    "shapes" | "shapeOf" | "access" | "summaries" | "servers" | "security" | "methods" | "pathMembers"
  >;
  search: SearchText[];
}

export function compileOperations(
  root: Json,
  rootUrl: string,
  emitter: Emitter,
  file: Pick<ApiFile, "server" | "auth" | "access">,
): CompiledOperations {
  const paths = findPaths(root, rootUrl, emitter);
  const all = paths.flatMap((path) => path.operations);
  const ids = new Identifiers(
    all.flatMap((operation) => {
      const id = own(operation.place.value, "operationId");
      return typeof id === "string" ? [id] : [];
    }),
  );
  const servers: ServerContext = { documentUrl: rootUrl, override: file.server, root: own(root, "servers") };
  const security = file.auth?.security ?? own(root, "security") ?? [];
  const layout: CompiledOperations["layout"] = {
    shapes: [],
    shapeOf: [],
    access: "",
    summaries: {},
    servers: effectiveServers(undefined, servers),
    security: Array.isArray(security) ? security : [],
    methods: [],
    pathMembers: [],
  };
  const result: CompiledOperations = { skeleton: {}, chunks: [], layout, search: [] };
  const shapes = new Map<string, number>();
  const methods = new Set<string>();
  const usedAccess = new Set<string>();

  for (const { path, operations, members } of paths) {
    const item: Json = {};
    for (const operation of operations) {
      const method = operation.key.toLowerCase();
      if (!operation.additional) methods.add(method);
      const { id, fault } = ids.identify(own(operation.place.value, "operationId"), method, path);
      const index = result.chunks.length;
      const whole = emitOperation(operation, emitter, fault);
      whole["operationId"] = id;
      const inherited = setEffective(whole, operation, layout, servers, file);
      const parts = divide(whole, inherited);
      if (operation.additional)
        setOwn((item["additionalOperations"] ??= {}) as Json, operation.key, parts.skeleton);
      else setOwn(item, operation.key, parts.skeleton);
      result.chunks.push(parts.chunks);
      const shape = JSON.stringify(parts.shape);
      if (!shapes.has(shape)) shapes.set(shape, layout.shapes.push(parts.shape) - 1);
      layout.shapeOf.push(shapes.get(shape) as number);
      const override = accessOverride(file.access, id, method, path, usedAccess);
      layout.access += accessLetter[override ?? accessOf(method)];
      if (typeof whole["summary"] !== "string" && typeof whole["description"] === "string") {
        layout.summaries[index] = firstSentence(whole["description"]);
      }
      result.search.push(searchText(id, method, path, whole, parameterNames(operation, emitter), emitter));
    }
    for (const [key, place] of members) {
      const value = emitter.at(place.url, place.tokens, () => emitter.emit(place.value, "any"));
      const text = JSON.stringify(value);
      if (text.length <= maxInline && !holdsReference(text)) setOwn(item, key, value);
      else layout.pathMembers.push([path, key, emitter.unitFor(place, "any")]);
    }
    setOwn(result.skeleton, path, item);
  }
  layout.methods = [...methods];
  for (const key of Object.keys(file.access ?? {})) {
    if (!usedAccess.has(key)) {
      emitter.faults.push({
        pointer: "",
        message: `The API's file sets the access of "${key}", but no operation is called so`,
      });
    }
  }
  return result;
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

/** Sets what the operation inherits; returns what is the same as the API's own and needs not be repeated. */
function setEffective(
  whole: Json,
  operation: FoundOperation,
  layout: CompiledOperations["layout"],
  servers: ServerContext,
  file: Pick<ApiFile, "auth">,
): Set<string> {
  const stated = whole["security"];
  // A correction is for every operation, except those that the document opens to everyone.
  const open = Array.isArray(stated) && stated.length === 0;
  whole["security"] =
    file.auth?.security && !open ? layout.security : Array.isArray(stated) ? stated : layout.security;
  whole["servers"] = effectiveServers(operation.servers, servers);
  const inherited = new Set<string>();
  for (const key of ["security", "servers"] as const) {
    if (JSON.stringify(whole[key]) === JSON.stringify(layout[key])) inherited.add(key);
  }
  return inherited;
}

function divide(whole: Json, inherited: Set<string>) {
  const skeleton: Json = {};
  const light: Json = {};
  const heavyPart: Json = {};
  for (const key of Object.keys(whole)) {
    if (inherited.has(key)) continue;
    const text = JSON.stringify(whole[key]);
    if (text === undefined) continue;
    const inline = !holdsReference(text) && (eager.has(key) || text.length <= maxInline);
    const part = inline ? skeleton : heavy.has(key) || key.startsWith("x-") ? heavyPart : light;
    setOwn(part, key, whole[key]);
  }
  const shape: [string[], string[]] = [Object.keys(light), Object.keys(heavyPart)];
  const text = (part: Json, keys: string[]) => (keys.length > 0 ? JSON.stringify(part) : "");
  return {
    skeleton,
    shape,
    chunks: [text(light, shape[0]), text(heavyPart, shape[1])] as [string, string],
  };
}

/** Whether the JSON of a chunk holds a reference to a unit. In a string of JSON the quotes would be escaped. */
export function holdsReference(json: string): boolean {
  return /"\$ref":\d/.test(json);
}

function accessOverride(
  access: ApiFile["access"],
  id: string,
  method: string,
  path: string,
  used: Set<string>,
): Access | undefined {
  for (const key of [id, `${method.toUpperCase()} ${path}`]) {
    if (access && Object.hasOwn(access, key)) {
      used.add(key);
      return access[key];
    }
  }
  return undefined;
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
