/** Finds every operation of a document, with what its path item adds to it. Emits nothing. */
import { followed, plainList } from "./dialects/unfold.ts";
import { isObject, own, type Json } from "../objects.ts";
import type { Emitter } from "./emitter.ts";
import { isOperationKey } from "../members.ts";
import type { Place } from "../references.ts";

type ObjectPlace = Place & { value: Json };

export interface FoundOperation {
  path: string;
  /** Key in the path item, in lower case, or in `additionalOperations`, as written. */
  key: string;
  additional: boolean;
  place: ObjectPlace;
  /** Its own parameters and those of the path item that it does not override. */
  parameters: Place[];
  /** `servers` of the operation, or else of its path item. */
  servers: unknown;
}

interface FoundPath {
  path: string;
  operations: FoundOperation[];
  /** Members that are neither operations nor merged into them. */
  members: [key: string, place: Place][];
  /** The value, if it is not a path item. */
  extension?: Place;
}

/** Reads `paths` of the root. */
export function findPaths(root: Json, rootUrl: string, emitter: Emitter): FoundPath[] {
  const paths = own(root, "paths");
  if (!isObject(paths)) {
    if (paths !== undefined && paths !== null)
      emitter.fault(`It must be a map, not ${nameOf(paths)}`, { url: rootUrl, tokens: ["paths"] });
    return [];
  }
  return Object.keys(paths).map((path) => {
    const place = { url: rootUrl, tokens: ["paths", path], value: paths[path] };
    const isExtension = path.startsWith("x-");
    if (isExtension || !isObject(place.value)) {
      if (!isExtension && place.value !== null)
        emitter.fault(`A path must be a map, not ${nameOf(place.value)}`, place);
      return { path, operations: [], members: [], extension: place };
    }
    return readItem(path, itemMembers(place, emitter, 0), emitter);
  });
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `"${String(value).slice(0, 40)}"`;
}

/** Members of a path item, over those of its `$ref`'s target (3.1, 4.8.9.1). */
function itemMembers(item: Place, emitter: Emitter, depth: number): Map<string, Place> {
  const value = item.value as Json;
  const members = new Map<string, Place>();
  const reference = own(value, "$ref");
  if (typeof reference === "string") {
    const found = emitter.references.follow(reference, item);
    if (found.ok && isObject(found.place.value) && depth < 20) {
      for (const [key, place] of itemMembers(found.place, emitter, depth + 1)) members.set(key, place);
    } else {
      emitter.fault(`Unresolved $ref: ${found.ok ? "it is not a path item" : found.reason}`, item);
    }
  }
  for (const key of Object.keys(value)) {
    if (key === "$ref" && typeof value[key] === "string") continue;
    members.set(key, { url: item.url, tokens: [...item.tokens, key], value: value[key] });
  }
  return members;
}

function readItem(path: string, members: Map<string, Place>, emitter: Emitter): FoundPath {
  const above = members.get("parameters");
  const shared = {
    parameters: above ? listItems(above, emitter) : [],
    servers: serversAt(members.get("servers"), emitter),
  };
  const found: FoundPath = { path, operations: [], members: [] };
  const add = (key: string, additional: boolean, place: Place) => {
    const operation = operationAt(place, emitter);
    if (!operation) {
      emitter.fault(`An operation must be a map, not ${nameOf(place.value)}`, place);
      return;
    }
    if (found.operations.some((other) => other.key === key)) {
      emitter.fault(`Duplicate method ${key}; the first was used`, place);
      return;
    }
    found.operations.push({
      path,
      key,
      additional,
      place: operation,
      parameters: mergeParameters(shared.parameters, operation, emitter),
      servers: serversAt(memberPlace(operation, "servers"), emitter) ?? shared.servers,
    });
  };
  for (const [key, place] of members) {
    if (isOperationKey(key, place.value)) add(key.toLowerCase(), false, place);
    else if (key === "additionalOperations" && isObject(place.value)) {
      for (const method of Object.keys(place.value)) {
        add(method, true, { url: place.url, tokens: [...place.tokens, method], value: place.value[method] });
      }
    } else found.members.push([key, place]);
  }
  if (found.operations.length > 0) {
    found.members = found.members.filter(([key]) => key !== "parameters" && key !== "servers");
  }
  return found;
}

/** Texts next to the `$ref` of an operation override those of the target. */
function operationAt(place: Place, emitter: Emitter): ObjectPlace | undefined {
  if (!isObject(place.value)) return undefined;
  const { $ref: reference, ...beside } = place.value;
  if (typeof reference !== "string") return { ...place, value: place.value };
  const found = emitter.references.followAll(reference, place);
  if (found.ok && isObject(found.place.value)) {
    const texts = Object.entries(beside).filter(([, value]) => typeof value !== "object");
    return { ...found.place, value: { ...found.place.value, ...Object.fromEntries(texts) } };
  }
  emitter.fault(`Unresolved $ref: ${found.ok ? "it is not an operation" : found.reason}`, place);
  return { ...place, value: beside };
}

function mergeParameters(above: Place[], operation: ObjectPlace, emitter: Emitter): Place[] {
  const ownParameters = listItems(memberPlace(operation, "parameters"), emitter);
  if (above.length === 0) return ownParameters;
  const taken = new Set(ownParameters.map((place) => parameterKey(place, emitter)));
  return [...above.filter((place) => !taken.has(parameterKey(place, emitter))), ...ownParameters];
}

export function memberPlace(holder: ObjectPlace, key: string): Place {
  return { url: holder.url, tokens: [...holder.tokens, key], value: own(holder.value, key) };
}

function serversAt(place: Place | undefined, emitter: Emitter): unknown {
  return place?.value === undefined ? undefined : plainList(place, emitter);
}

/** The entries of a list of parameters; the list may be a reference. */
function listItems(place: Place, emitter: Emitter): Place[] {
  const list = followed(place, emitter);
  if (!Array.isArray(list.value)) {
    if (list.value !== undefined && list.value !== null)
      emitter.fault(`It must be a list, not ${nameOf(list.value)}`, place);
    return [];
  }
  const items = list.value.map((value: unknown, index) => {
    return { url: list.url, tokens: [...list.tokens, String(index)], value };
  });
  return items.filter((item) => {
    if (isObject(item.value)) return true;
    emitter.fault(`A parameter must be a map, not ${nameOf(item.value)}; it was ignored`, item);
    return false;
  });
}

/** A parameter is identified by its name and its place (3.1, 4.8.10). */
function parameterKey(place: Place, emitter: Emitter): string {
  const parameter = resolveParameter(place, emitter)?.value;
  return parameter ? `${String(parameter["in"])} ${String(parameter["name"])}` : JSON.stringify(place.tokens);
}

/** The parameter itself, behind any `$ref`. */
export function resolveParameter(place: Place, emitter: Emitter): ObjectPlace | undefined {
  const found = emitter.references.resolve(place);
  return found.ok && isObject(found.place.value) ? { ...found.place, value: found.place.value } : undefined;
}

/**
 * Counts the operations of the raw document, independently of `findPaths`, so that the report tells if one was lost.
 */
export function countOperations(root: Json, emitter: Emitter, rootUrl: string): number {
  let count = 0;
  for (const [path, item] of Object.entries(own(root, "paths") ?? {})) {
    if (path.startsWith("x-")) continue;
    let at: Place = { url: rootUrl, tokens: ["paths", path], value: item };
    const keys = new Set<string>();
    for (let hops = 0; isObject(at.value) && hops <= 20; hops++) {
      for (const [key, value] of Object.entries(at.value)) {
        if (isOperationKey(key, value)) keys.add(key);
        else if (key === "additionalOperations" && isObject(value))
          for (const name of Object.keys(value)) keys.add(`additional ${name}`);
      }
      const reference = own(at.value, "$ref");
      if (typeof reference !== "string") break;
      const found = emitter.references.follow(reference, at);
      if (!found.ok) break;
      at = found.place;
    }
    count += keys.size;
  }
  return count;
}
