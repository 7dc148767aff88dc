/** Where a document says nothing of an answer: no schema, or one that any object or list fits. */
import { isObject, type Json } from "../spec/objects.ts";

const known = new WeakMap<Json, boolean>();

/** @param operation an operation object of a document, the same for each call of it */
export function isSilent(operation: Json): boolean {
  let silent = known.get(operation);
  if (silent === undefined) known.set(operation, (silent = lookUp(operation["responses"])));
  return silent;
}

function lookUp(responses: unknown): boolean {
  if (!isObject(responses)) return true;
  const successes = Object.keys(responses).filter((status) => status.startsWith("2"));
  const withBody = (successes.length > 0 ? successes : ["default"]).filter(
    (status) => !/^20[45]$/.test(status),
  );
  return withBody.length > 0 && withBody.every((status) => saysNothing(responses[status]));
}

function saysNothing(response: unknown): boolean {
  if (!isObject(response) || !isObject(response["content"])) return true;
  const { content } = response;
  return Object.keys(content).every((type) =>
    /json|\*/.test(type) ? !isObject(content[type]) || fitsAny(content[type]["schema"]) : false,
  );
}

/** Keywords by which a schema tells one thing from another. */
const telling = [
  "properties",
  "patternProperties",
  "allOf",
  "oneOf",
  "anyOf",
  "enum",
  "const",
  "$ref",
  "prefixItems",
];

function fitsAny(schema: unknown, depth = 0): boolean {
  if (!isObject(schema)) return true;
  const { type } = schema;
  if (type !== undefined && type !== "object" && type !== "array") return false;
  for (const key of telling) {
    const value = schema[key];
    const empty = isObject(value) && Object.keys(value).length === 0;
    if (value !== undefined && !empty) return false;
  }
  return depth < 4 && ["items", "additionalProperties"].every((key) => fitsAny(schema[key], depth + 1));
}
