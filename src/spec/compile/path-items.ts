/** Finds every operation of a document, with what its path item adds to it. Emits nothing. */
import type { DocumentObject } from "../openapi.ts";
import { followed, plainList } from "./dialects/unfold.ts";
import { isObject, own, type Json } from "../objects.ts";
import type { Emitter } from "./emitter.ts";
import { anyMethods, isAnyMethod, isOperationKey, looksLikeOperation } from "../members.ts";
import { plainPath, type PlainPath } from "../plain-path.ts";
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
  /** What its placeholders say beside their names. */
  plain: PlainPath;
  /** The member of the document that states it, and perhaps others. */
  source: string;
  /** Tells it from those others. */
  variant?: string;
}

interface FoundPath {
  path: string;
  operations: FoundOperation[];
  /** Members that are neither operations nor merged into them. */
  members: [key: string, place: Place][];
  /** The value, if it is not a path item. */
  extension?: Place;
}

/** Where the root has path items; those of an extension come last, so that a path of the document's own is kept. */
const holders = ["paths", "x-ms-paths"] as const;

/** Reads the paths of the root. */
export function findPaths(root: DocumentObject, rootUrl: string, emitter: Emitter): FoundPath[] {
  const items = holders.flatMap((holder) => {
    const paths = own(root, holder);
    if (isObject(paths))
      return Object.keys(paths).map((written) => ({ holder, written, value: paths[written] }));
    if (paths !== undefined && paths !== null)
      emitter.fault(`It must be a map, not ${wordFor(paths)}`, { url: rootUrl, tokens: [holder] });
    return [];
  });
  const taken = new Set(items.map(({ written }) => written));
  const seen = new Set<string>();
  return items.flatMap(({ holder, written, value }) => {
    const place = { url: rootUrl, tokens: [holder, written], value };
    if (seen.has(written)) {
      emitter.fault(`The path "${written}" exists in "paths", which was used`, place);
      return [];
    }
    seen.add(written);
    const isExtension = written.startsWith("x-");
    if (isExtension || !isObject(place.value)) {
      if (!isExtension && place.value !== null)
        emitter.fault(`A path must be a map, not ${wordFor(place.value)}`, place);
      return [{ path: written, operations: [], members: [], extension: place }];
    }
    const members = itemMembers(place, emitter, 0);
    return plainPaths(written, members, taken, place, emitter).map((plain) =>
      readItem(plain, members, emitter),
    );
  });
}

type NamedPath = PlainPath & Pick<FoundOperation, "variant"> & { written: string };

/** The paths of OpenAPI that a key of `paths` stands for: two, if its last segment is optional. */
function plainPaths(
  written: string,
  members: Map<string, Place>,
  taken: Set<string>,
  place: Place,
  emitter: Emitter,
): NamedPath[] {
  const plain = plainPath(written, pathParameters(members, emitter));
  if (plain.path !== written && taken.has(plain.path)) {
    emitter.fault(`The path "${plain.path}" exists beside it; this one was left as it is written`, place);
    return [{ path: written, spanning: [], query: [], written }];
  }
  taken.add(plain.path);
  const { optional, ...rest } = plain;
  const whole = { ...rest, written };
  const shorter = plain.path.slice(0, -`/{${optional}}`.length) || "/";
  if (optional === undefined || taken.has(shorter) || taken.has(`${shorter}/`)) return [whole];
  taken.add(shorter);
  const variant = `without_${optional}`;
  return [whole, { ...whole, path: shorter, spanning: [], variant }];
}

/** The names of all path parameters of a path item. */
function pathParameters(members: Map<string, Place>, emitter: Emitter): Set<string> {
  const lists = [...members].flatMap(([key, place]) => {
    if (key === "parameters") return [place];
    return isOperationKey(key, place.value) ? [memberPlace(place as ObjectPlace, "parameters")] : [];
  });
  const names = lists
    .flatMap(({ url, tokens, value }) =>
      (Array.isArray(value) ? (value as unknown[]) : []).map((one, index) =>
        resolveParameter({ url, tokens: [...tokens, String(index)], value: one }, emitter),
      ),
    )
    .flatMap((found) => (found?.value["in"] === "path" ? String(found.value["name"]) : []));
  return new Set(names);
}

function wordFor(value: unknown): string {
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

function readItem(named: NamedPath, members: Map<string, Place>, emitter: Emitter): FoundPath {
  const { variant, written, ...plain } = named;
  const { path } = plain;
  const above = members.get("parameters");
  const shared = {
    parameters: above ? listItems(above, emitter) : [],
    servers: serversAt(members.get("servers"), emitter),
  };
  const found: FoundPath = { path, operations: [], members: [] };
  const add = (key: string, additional: boolean, place: Place, from = key, told = variant) => {
    const operation = operationAt(place, emitter);
    if (!operation) {
      emitter.fault(`An operation must be a map, not ${wordFor(place.value)}`, place);
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
      plain,
      source: JSON.stringify([written, additional, from]),
      ...(told !== undefined && { variant: told }),
    });
  };
  for (const [key, place] of members) {
    const lower = key.toLowerCase();
    if (isOperationKey(key, place.value)) {
      if (isAnyMethod(key)) continue;
      // Of `GET` and `get`, the latter is OpenAPI's own name, wherever it stands.
      if (key !== lower && isOperationKey(lower, members.get(lower)?.value))
        emitter.fault(`Duplicate method ${lower}; the one in lower case was used`, place);
      else add(lower, false, place);
    } else if (key === "additionalOperations" && isObject(place.value)) {
      for (const method of Object.keys(place.value)) {
        add(method, true, { url: place.url, tokens: [...place.tokens, method], value: place.value[method] });
      }
    } else {
      if (!key.startsWith("x-") && looksLikeOperation(place.value))
        emitter.fault(
          `"${key.slice(0, 40)}" is not a method of HTTP; it was not taken for an operation`,
          place,
        );
      found.members.push([key, place]);
    }
  }
  for (const [key, place] of members) {
    if (!isAnyMethod(key) || !isOperationKey(key, place.value)) continue;
    for (const method of anyMethods)
      if (!found.operations.some((other) => other.key === method))
        add(method, false, place, key, variant === undefined ? method : `${method}_${variant}`);
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
    if (isObject(list.value) && typeof list.value["name"] === "string") {
      emitter.fault("It must be a list; the one entry was used", place);
      return [list];
    }
    if (list.value !== undefined && list.value !== null)
      emitter.fault(`It must be a list, not ${wordFor(list.value)}`, place);
    return [];
  }
  const items = list.value.map((value: unknown, index) => {
    return { url: list.url, tokens: [...list.tokens, String(index)], value };
  });
  return items.filter((item) => {
    if (isObject(item.value)) return true;
    emitter.fault(`A parameter must be a map, not ${wordFor(item.value)}; it was ignored`, item);
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
export function countOperations(root: DocumentObject, emitter: Emitter, rootUrl: string): number {
  let count = 0;
  const items = holders.flatMap((holder) =>
    Object.entries(own(root, holder) ?? {}).map(([path, item]) => ({ holder, path, item })),
  );
  const counted = new Set<string>();
  for (const { holder, path, item } of items) {
    if (path.startsWith("x-") || counted.has(path)) continue;
    counted.add(path);
    let at: Place = { url: rootUrl, tokens: [holder, path], value: item };
    const keys = new Set<string>();
    for (let hops = 0; isObject(at.value) && hops <= 20; hops++) {
      for (const [key, value] of Object.entries(at.value)) {
        if (isOperationKey(key, value)) keys.add(key.toLowerCase());
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
