/** Gives each placeholder of a path its parameter, however the document spells the two. */
import { nameOf, namesIn, type PlainPath } from "../plain-path.ts";
import { isObject, type Json } from "../objects.ts";
import type { Emitter } from "./emitter.ts";

/**
 * @param given the parameters of an operation
 * @returns the same with the names of the placeholders (`{ID}`, where the document declares `id`), and with those that
 *   only the path's operators name
 */
export function bindPath(given: readonly unknown[], path: PlainPath, emitter: Emitter): unknown[] {
  const emitted = given.map((one) => inLowerCase(one, emitter));
  const names = namesIn(path.path);
  const stated = emitted.map((one) => statedBy(one, emitter));
  const declaredIn = (place: string) =>
    new Set(stated.filter((one) => one["in"] === place).map((one) => one["name"]));
  const declared = declaredIn("path");
  const known = new Set(names);
  const spans = new Set(path.spanning);
  const free = new Map<string, string>();
  for (const name of names)
    if (!declared.has(name) && !free.has(name.toLowerCase())) free.set(name.toLowerCase(), name);
  const bound = emitted.map((one, index) => {
    const { in: place, name } = stated[index] as Json;
    if (place !== "path" || typeof name !== "string") return one;
    const meant = known.has(name) ? name : free.get(nameOf(name).toLowerCase());
    if (meant === undefined) return one;
    const more = { ...(meant !== name && { name: meant }), ...(spans.has(meant) && spanning) };
    return Object.keys(more).length > 0 ? { ...(one as Json), ...more } : one;
  });
  const taken = new Set(bound.map((one) => statedBy(one, emitter)["name"]));
  const schema = { type: "string" };
  for (const name of path.spanning)
    if (!taken.has(name)) bound.push({ name, in: "path", required: true, schema, ...spanning });
  const inQuery = declaredIn("query");
  for (const name of path.query) if (!inQuery.has(name)) bound.push({ name, in: "query", schema });
  return bound;
}

/** `in: Query` would be no place at all. */
function inLowerCase(emitted: unknown, emitter: Emitter): unknown {
  const { in: place, name } = statedBy(emitted, emitter);
  const lower = String(place).toLowerCase();
  if (place === lower || !/^(?:query|header|path|cookie)$/.test(lower)) return emitted;
  emitter.fault(`The parameter "${String(name)}" is in "${String(place)}"; "${lower}" was used`);
  return { ...(emitted as Json), in: lower };
}

const spanning = { "x-multi-segment": true };

/** Name and place of a parameter, also of one that is a unit. */
function statedBy(emitted: unknown, emitter: Emitter): Json {
  if (!isObject(emitted)) return {};
  const { $ref: unit } = emitted;
  const target = typeof unit === "number" ? emitter.units[unit]?.place.value : undefined;
  return isObject(target) ? { in: target["in"], name: target["name"], ...emitted } : emitted;
}
