/** The texts of an operation that `find` searches. */
import { isObject, own, type Json } from "../objects.ts";
import type { Emitter } from "./emitter.ts";

/** The texts of one operation with their weights: a word in the id tells more than one in the prose. */
export type SearchText = [text: string, weight: number][];

const maxDescription = 800;
const maxProperties = 40;
/** Most schemas that are looked at for them: parts of parts may be the same ones again. */
const maxSchemas = 400;

export function searchText(
  id: string,
  method: string,
  path: string,
  operation: Json,
  parameterNames: string[],
  emitter: Emitter,
): SearchText {
  const tags = Array.isArray(operation["tags"])
    ? operation["tags"].filter((tag) => typeof tag === "string")
    : [];
  return [
    [id, 3],
    [path.replace(/\{[^{}]*\}/g, " "), 3],
    [method, 1],
    [text(operation["summary"]), 4],
    [tags.join(" "), 2],
    [text(operation["description"]).slice(0, maxDescription), 0.7],
    [parameterNames.join(" "), 0.7],
    [bodyNames(operation["requestBody"], emitter).join(" "), 0.7],
  ];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Names of the request body's properties, one level deep. */
function bodyNames(body: unknown, emitter: Emitter): string[] {
  const content = own(unit(body, emitter), "content");
  if (!isObject(content)) return [];
  const media = unit(Object.values(content)[0], emitter);
  const found = { names: [], schemas: 0 };
  addPropertyNames(own(media, "schema"), emitter, 0, found);
  return found.names;
}

function addPropertyNames(
  schema: unknown,
  emitter: Emitter,
  depth: number,
  found: { names: string[]; schemas: number },
): void {
  const { names } = found;
  found.schemas += 1;
  const known = unit(schema, emitter);
  const properties = own(known, "properties");
  if (isObject(properties)) names.push(...Object.keys(properties).slice(0, maxProperties - names.length));
  for (const key of ["allOf", "oneOf", "anyOf"]) {
    const parts = own(known, key);
    if (!Array.isArray(parts) || depth > 2) continue;
    for (const part of parts) {
      if (names.length >= maxProperties || found.schemas >= maxSchemas) return;
      addPropertyNames(part, emitter, depth + 1, found);
    }
  }
}

/** The value itself, or the raw target of its reference. */
function unit(value: unknown, emitter: Emitter): Json {
  if (!isObject(value)) return {};
  const reference = value["$ref"];
  let target: unknown = value;
  if (typeof reference === "number") target = emitter.units[reference]?.place.value;
  if (typeof reference === "string") {
    const found = emitter.references.followAll(reference, emitter.here);
    target = found.ok ? found.place.value : undefined;
  }
  return isObject(target) ? target : {};
}
