/** Tells whether a document leaves an answer undescribed: without a schema, or with one that any object or list fits. */
import type { OperationObject } from "../spec/openapi.ts";
import { isObject } from "../spec/objects.ts";
import { onceFor } from "../terms/once.ts";

/** Takes the operation object: results are cached by its identity. */
export const isSilent = onceFor((operation: OperationObject) => lookUp(operation.responses));

function lookUp(responses: unknown): boolean {
  if (!isObject(responses)) return true;
  const successes = Object.keys(responses).filter((status) => status.startsWith("2"));
  const all = successes.length > 0 ? successes : ["default"];
  const withBody = all.filter((status) => !/^20[45]$/.test(status));
  return withBody.length > 0 && withBody.every((status) => saysNothing(responses[status]));
}

function saysNothing(response: unknown): boolean {
  if (!isObject(response) || !isObject(response["content"])) return true;
  return Object.entries(response["content"]).every(
    ([type, media]) => /json|\*/.test(type) && (!isObject(media) || fitsAny(media["schema"])),
  );
}

/** Keywords that describe something. */
const telling = /^(?:properties|patternProperties|allOf|oneOf|anyOf|enum|const|\$ref|prefixItems)$/;

function fitsAny(schema: unknown, depth = 0): boolean {
  if (!isObject(schema)) return true;
  const { type = "object", items, additionalProperties } = schema;
  if (depth > 3 || (type !== "object" && type !== "array")) return false;
  const isEmpty = (value: unknown) => isObject(value) && Object.keys(value).length === 0;
  if (Object.keys(schema).some((key) => telling.test(key) && !isEmpty(schema[key]))) return false;
  return fitsAny(items, depth + 1) && fitsAny(additionalProperties, depth + 1);
}
