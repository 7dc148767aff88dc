/** Finds every operation of a document, with what its path item adds to it. Pure reading, nothing is emitted. */
import { followed, plainList } from "./dialects/unfold.ts";
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

interface FoundPath {
  path: string;
  operations: FoundOperation[];
  /** What is neither operation nor merged into one. */
  members: [key: string, place: Place][];
  /** What stands there if it is no path item. */
  extension?: Place;
}

/** Reads `paths` of the root. */
export function findPaths(root: Json, rootUrl: string, emitter: Emitter): FoundPath[] {
  const paths = own(root, "paths");
  if (!isObject(paths)) {
    if (paths !== undefined && paths !== null)
      faultAt(rootUrl, ["paths"], `It must be a map, not ${nameOf(paths)}`, emitter);
    return [];
  }
  return Object.keys(paths).map((path) => {
    const place = { url: rootUrl, tokens: ["paths", path], value: paths[path] };
    const isExtension = path.startsWith("x-");
    if (isExtension || !isObject(place.value)) {
      if (!isExtension && place.value !== null)
        faultAt(place.url, place.tokens, `A path must be a map, not ${nameOf(place.value)}`, emitter);
      return { path, operations: [], members: [], extension: place };
    }
    const members = itemMembers(place, emitter, 0);
    return readItem(path, members, emitter);
  });
}

function faultAt(url: string, tokens: string[], message: string, emitter: Emitter): void {
  emitter.at(url, tokens, () => emitter.fault(message));
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `"${String(value).slice(0, 40)}"`;
}

/** Members of a path item; one that is a `$ref` has those of its target, under its own (3.1, 4.8.9.1). */
function itemMembers(item: Place, emitter: Emitter, depth: number): Map<string, Place> {
  const value = item.value as Json;
  const members = new Map<string, Place>();
  const reference = own(value, "$ref");
  if (typeof reference === "string") {
    const found = emitter.references.follow(reference, item);
    if (found.ok && isObject(found.place.value) && depth < 20) {
      for (const [key, place] of itemMembers(found.place, emitter, depth + 1)) members.set(key, place);
    } else {
      const reason = found.ok ? "it is not a path item" : found.reason;
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
  const above = members.get("parameters");
  const shared = {
    parameters: above ? listItems(above, emitter) : [],
    servers: serversAt(members.get("servers"), emitter),
  };
  const found: FoundPath = { path, operations: [], members: [] };
  const add = (key: string, additional: boolean, place: Place) => {
    const operation = operationAt(place, emitter);
    if (!operation) {
      faultAt(place.url, place.tokens, `An operation must be a map, not ${nameOf(place.value)}`, emitter);
      return;
    }
    if (found.operations.some((other) => other.key === key)) {
      emitter.at(place.url, place.tokens, () => emitter.fault(`Duplicate method ${key}; the first is kept`));
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

/** Text beside the `$ref` of an operation counts: what it says is said of this use of it. */
function operationAt(place: Place, emitter: Emitter): (Place & { value: Json }) | undefined {
  if (!isObject(place.value)) return undefined;
  const { $ref: reference, ...beside } = place.value;
  if (typeof reference !== "string") return { ...place, value: place.value };
  const found = emitter.references.followAll(reference, place);
  if (found.ok && isObject(found.place.value)) {
    if (Object.keys(beside).length === 0) return { ...found.place, value: found.place.value };
    const texts = Object.entries(beside).filter(([, value]) => typeof value !== "object");
    return { ...found.place, value: { ...found.place.value, ...Object.fromEntries(texts) } };
  }
  const reason = found.ok ? "it is not an operation" : found.reason;
  faultAt(place.url, place.tokens, `The $ref leads nowhere: ${reason}`, emitter);
  return { ...place, value: beside };
}

function mergeParameters(above: Place[], operation: Place & { value: Json }, emitter: Emitter): Place[] {
  const ownParameters = listItems(memberPlace(operation, "parameters"), emitter);
  if (above.length === 0) return ownParameters;
  const taken = new Set(ownParameters.map((place) => parameterKey(place, emitter)));
  return [...above.filter((place) => !taken.has(parameterKey(place, emitter))), ...ownParameters];
}

export function memberPlace(holder: Place & { value: Json }, key: string): Place {
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
      faultAt(place.url, place.tokens, `It must be a list, not ${nameOf(list.value)}`, emitter);
    return [];
  }
  const items: Place[] = [];
  for (const [index, value] of (list.value as unknown[]).entries()) {
    const item = { url: list.url, tokens: [...list.tokens, String(index)], value };
    if (isObject(value)) items.push(item);
    else
      faultAt(
        item.url,
        item.tokens,
        `A parameter must be a map, not ${nameOf(value)}; it is left out`,
        emitter,
      );
  }
  return items;
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
  const found = emitter.references.followAll(reference, place);
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
