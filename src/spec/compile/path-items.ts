/** Finds every operation of a document, with what its path item adds to it. Pure reading, nothing is emitted. */
import { isObject, own, type Json } from "../objects.ts";
import type { Emitter } from "./emitter.ts";
import { isOperationKey } from "./members.ts";
import type { Place } from "./references.ts";

export interface FoundOperation {
  path: string;
  /** Key of the path item, lower case; of `additionalOperations` as it is written. */
  key: string;
  additional: boolean;
  place: Place & { value: Json };
  /** Own and path-level parameters together: the operation's own wins, by name and place. */
  parameters: Place[];
  /** `servers` of the operation or else of its path item. */
  servers: unknown;
}

export interface FoundPath {
  path: string;
  operations: FoundOperation[];
  /** What is neither operation nor merged into one. */
  members: [key: string, place: Place][];
  /** What stands there if it is no path item: an extension, or a fault of the document. */
  other?: Place;
}

/** Reads `paths` of the root. */
export function findPaths(root: Json, rootUrl: string, emitter: Emitter): FoundPath[] {
  const paths = own(root, "paths");
  if (!isObject(paths)) return [];
  return Object.keys(paths).map((path) => {
    const tokens = ["paths", path];
    const place = { url: rootUrl, tokens, value: paths[path] };
    if (path.startsWith("x-") || !isObject(place.value))
      return { path, operations: [], members: [], other: place };
    const members = itemMembers(place, emitter, 0);
    return readItem(path, members, emitter);
  });
}

/** Members of a path item; one that is a `$ref` has those of its target, under its own (3.1, 4.8.9.1). */
function itemMembers(item: Place, emitter: Emitter, depth: number): Map<string, Place> {
  const value = item.value as Json;
  const members = new Map<string, Place>();
  const reference = own(value, "$ref");
  if (typeof reference === "string") {
    const found = emitter.references.follow(reference, item.url);
    if (found.ok && isObject(found.place.value) && depth < 20) {
      for (const [key, place] of itemMembers(found.place, emitter, depth + 1)) members.set(key, place);
    } else {
      const reason = found.ok ? "it is no path item" : found.reason;
      emitter.at(item.url, item.tokens, () => emitter.fault(`The $ref leads nowhere: ${reason}`));
    }
  }
  for (const key of Object.keys(value)) {
    if (key === "$ref" && typeof value[key] === "string") continue;
    members.set(key, { url: item.url, tokens: [...item.tokens, key], value: value[key] });
  }
  return members;
}

function readItem(path: string, members: Map<string, Place>, emitter: Emitter): FoundPath {
  const shared = { parameters: members.get("parameters"), servers: members.get("servers")?.value };
  const found: FoundPath = { path, operations: [], members: [] };
  const add = (key: string, additional: boolean, place: Place) => {
    const operation = followed(place, emitter);
    if (!operation) return;
    if (found.operations.some((other) => other.key === key)) {
      emitter.at(place.url, place.tokens, () =>
        emitter.fault(`The method ${key} stands twice; the first is kept`),
      );
      return;
    }
    found.operations.push({
      path,
      key,
      additional,
      place: operation,
      parameters: mergeParameters(shared.parameters, operation, emitter),
      servers: own(operation.value, "servers") ?? shared.servers,
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

function followed(place: Place, emitter: Emitter): (Place & { value: Json }) | undefined {
  const reference = isObject(place.value) ? own(place.value, "$ref") : undefined;
  if (typeof reference !== "string")
    return isObject(place.value) ? { ...place, value: place.value } : undefined;
  const found = emitter.references.followAll(reference, place.url);
  if (found.ok && isObject(found.place.value)) return { ...found.place, value: found.place.value };
  emitter.at(place.url, place.tokens, () =>
    emitter.fault(`The $ref leads nowhere: ${found.ok ? "it is no operation" : found.reason}`),
  );
  return { ...place, value: {} };
}

function mergeParameters(
  shared: Place | undefined,
  operation: Place & { value: Json },
  emitter: Emitter,
): Place[] {
  const ownParameters = listPlaces(operation, "parameters");
  const above = shared ? listItems(shared) : [];
  if (above.length === 0) return ownParameters;
  const taken = new Set(ownParameters.map((place) => parameterKey(place, emitter)));
  return [...above.filter((place) => !taken.has(parameterKey(place, emitter))), ...ownParameters];
}

function listPlaces(holder: Place & { value: Json }, key: string): Place[] {
  return listItems({ url: holder.url, tokens: [...holder.tokens, key], value: own(holder.value, key) });
}

function listItems(list: Place): Place[] {
  if (!Array.isArray(list.value)) return [];
  return (list.value as unknown[]).map((value, index) => ({
    url: list.url,
    tokens: [...list.tokens, String(index)],
    value,
  }));
}

/** What makes a parameter the same as another one: its name and where it goes (3.1, 4.8.10). */
function parameterKey(place: Place, emitter: Emitter): string {
  const parameter = resolveParameter(place, emitter)?.value;
  return parameter ? `${String(parameter["in"])} ${String(parameter["name"])}` : JSON.stringify(place.tokens);
}

/** The parameter itself, behind any `$ref`. */
export function resolveParameter(place: Place, emitter: Emitter): (Place & { value: Json }) | undefined {
  if (!isObject(place.value)) return undefined;
  const reference = own(place.value, "$ref");
  if (typeof reference !== "string") return { ...place, value: place.value };
  const found = emitter.references.followAll(reference, place.url);
  return found.ok && isObject(found.place.value) ? { ...found.place, value: found.place.value } : undefined;
}

/**
 * Operations as a reader counts them in the raw document: independent of `findPaths`, so that the report can
 * tell if one was lost.
 */
export function countOperations(root: Json, emitter: Emitter, rootUrl: string): number {
  let count = 0;
  for (const [path, item] of Object.entries(own(root, "paths") ?? {})) {
    if (path.startsWith("x-")) continue;
    let at: unknown = item;
    let url = rootUrl;
    const keys = new Set<string>();
    for (let hops = 0; isObject(at) && hops <= 20; hops++) {
      for (const [key, value] of Object.entries(at)) {
        if (isOperationKey(key, value)) keys.add(key);
        else if (key === "additionalOperations" && isObject(value))
          for (const name of Object.keys(value)) keys.add(name);
      }
      const reference = own(at, "$ref");
      if (typeof reference !== "string") break;
      const found = emitter.references.follow(reference, url);
      if (!found.ok) break;
      at = found.place.value;
      url = found.place.url;
    }
    count += keys.size;
  }
  return count;
}
