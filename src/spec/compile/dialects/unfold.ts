/**
 * A root whose parts are written in other files (`paths: { $ref: paths/index.yaml }`) as one that holds them. No
 * version of OpenAPI allows it; every bundler does. Only the outermost members are brought in: each stays a
 * reference to where it is written, so that what it refers to is found from there.
 */
import type { Emitter } from "../emitter.ts";
import type { Place } from "../references.ts";
import { isObject, own, setOwn, type Json } from "../../objects.ts";
import { formatPointer } from "../../pointer.ts";

/** Maps of things that references may name by `#/<map>/<name>`; `components` is a map of such maps. */
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

/** A map that is a reference as a map of references. */
function unfoldMap(place: Place, emitter: Emitter): Place {
  const reference = isObject(place.value) ? own(place.value, "$ref") : undefined;
  if (typeof reference !== "string") return place;
  const found = emitter.references.followAll(reference, place);
  if (!found.ok || !isObject(found.place.value)) {
    const reason = found.ok ? "it is not a map" : found.reason;
    emitter.at(place.url, place.tokens, () => emitter.fault(`The $ref leads nowhere: ${reason}`));
    return place;
  }
  const { url, tokens, value } = found.place;
  const result: Json = {};
  for (const key of Object.keys(value)) {
    const pointer = formatPointer([...tokens, key]).replaceAll("%", "%25");
    const member = value[key];
    setOwn(
      result,
      key,
      typeof member === "object" && member !== null ? { $ref: `${url}#${pointer}` } : member,
    );
  }
  const beside = place.value as Json;
  for (const key of Object.keys(beside)) if (key !== "$ref") setOwn(result, key, beside[key]);
  return { ...place, value: result };
}

/** A list whose references, and those of its entries, are followed: for small things that refer to nothing else. */
export function plainList(place: Place, emitter: Emitter): unknown {
  const list = followed(place, emitter);
  if (!Array.isArray(list.value)) return list.value;
  return (list.value as unknown[]).map(
    (value, index) =>
      followed({ url: list.url, tokens: [...list.tokens, String(index)], value }, emitter).value,
  );
}

/** The place itself, or the one that its `$ref` leads to. */
export function followed(place: Place, emitter: Emitter): Place {
  const reference = isObject(place.value) ? own(place.value, "$ref") : undefined;
  if (typeof reference !== "string") return place;
  const found = emitter.references.followAll(reference, place);
  if (found.ok) return found.place;
  emitter.at(place.url, place.tokens, () => emitter.fault(`The $ref leads nowhere: ${found.reason}`));
  return place;
}
