/**
 * Brings in the parts of a root that are in other files (`paths: { $ref: paths/index.yaml }`). No version of OpenAPI
 * allows it, but every bundler does. Only the outermost members are brought in, as references to their original place,
 * so that their own references still work.
 */
import type { Emitter } from "../emitter.ts";
import { misfit } from "../../members.ts";
import type { Place } from "../../references.ts";
import { isObject, setOwn, type Json } from "../../objects.ts";
import { formatPointer } from "../../pointer.ts";

/** Maps whose members references may name as `#/<map>/<name>`. `components` is a map of such maps. */
const maps = ["info", "paths", "webhooks", "definitions", "parameters", "responses", "securityDefinitions"];
/** Lists that are read before anything is emitted. */
const lists = ["servers", "security"];

export function unfoldRoot(root: Json, emitter: Emitter): Json {
  const result: Json = {};
  for (const key of Object.keys(root)) {
    const place = { url: emitter.url, tokens: [key], value: root[key] };
    if (maps.includes(key)) setOwn(result, key, unfoldMap(place, emitter).value);
    else if (key === "components") setOwn(result, key, unfoldComponents(place, emitter));
    else if (lists.includes(key)) setOwn(result, key, plainList(place, emitter));
    else setOwn(result, key, root[key]);
  }
  return result;
}

function unfoldComponents(place: Place, emitter: Emitter): unknown {
  const components = unfoldMap(place, emitter);
  if (!isObject(components.value)) return components.value;
  const result: Json = {};
  for (const kind of Object.keys(components.value)) {
    const tokens = [...components.tokens, kind];
    setOwn(result, kind, unfoldMap({ url: place.url, tokens, value: components.value[kind] }, emitter).value);
  }
  return result;
}

/** Turns a map that is a reference into a map of references. */
function unfoldMap(place: Place, emitter: Emitter): Place {
  const found = followed(place, emitter);
  if (found === place) return place;
  const { url, tokens, value } = found;
  if (!isObject(value)) {
    emitter.fault("Unresolved $ref: it is not a map", place);
    return place;
  }
  const result: Json = {};
  for (const key of Object.keys(value)) {
    const $ref = `${url}#${formatPointer([...tokens, key]).replaceAll("%", "%25")}`;
    const member = value[key];
    setOwn(result, key, typeof member === "object" && member !== null ? { $ref } : member);
  }
  const beside = place.value as Json;
  for (const key of Object.keys(beside)) if (key !== "$ref") setOwn(result, key, beside[key]);
  return { ...place, value: result };
}

/** Follows the references of a list and its entries, if those contain no further references. One entry alone is a list of one. */
export function plainList(place: Place, emitter: Emitter): unknown {
  const list = followed(place, emitter);
  // A reference to anything but a list is not resolved.
  if (!Array.isArray(list.value)) {
    if (list !== place || !isObject(list.value) || "$ref" in list.value) return place.value;
    emitter.fault("It must be a list; the one entry was used", place);
    return [list.value];
  }
  return (list.value as unknown[]).map((value, index) => {
    const entry = { url: list.url, tokens: [...list.tokens, String(index)], value };
    const found = followed(entry, emitter);
    const problem = found === entry ? undefined : misfit(found.value, "securityScheme");
    if (problem === undefined) return found.value;
    emitter.fault(`Unresolved $ref: ${problem}`, entry);
    return value;
  });
}

/** The place itself, or the target of its `$ref`. An unresolved one is a fault. */
export function followed(place: Place, emitter: Emitter): Place {
  const found = emitter.references.resolve(place);
  if (found.ok) return found.place;
  emitter.fault(`Unresolved $ref: ${found.reason}`, place);
  return place;
}
