/**
 * Whether a file that a reference names looks like a part of an OpenAPI document. Settings, keys of a service and lists of
 * somebody's data are JSON and YAML too, and whatever is taken for a part is shown to model code. Pure.
 */
import { isObject, type Json } from "../objects.ts";

/** What a part is written for stands near its root: `components.schemas.Pet`, `paths./pets.get.responses`. */
const maxDepth = 5;
/** A real part shows in its first members. */
const maxLooks = 20_000;

/** Looks at some thousand values at most. */
export function looksLikePart(root: unknown): boolean {
  let level: unknown[] = [root];
  let looks = 0;
  for (let depth = 0; depth <= maxDepth && level.length > 0; depth += 1) {
    const below: unknown[] = [];
    for (const value of level) {
      if ((looks += 1) > maxLooks) return false;
      if (!isObject(value)) {
        if (Array.isArray(value)) below.push(...(value as unknown[]).slice(0, maxLooks));
        continue;
      }
      const names = Object.keys(value).slice(0, maxLooks);
      if (tells(value) || (depth < 2 && isPlain(names))) return true;
      below.push(...names.map((name) => value[name]));
    }
    level = below;
  }
  return isProse(root);
}

/** Descriptions may be in a file of their own: nothing but texts of several words, or nothing at all. */
function isProse(value: unknown): boolean {
  if (typeof value === "string") return /\S\s\S/.test(value);
  return isObject(value) && Object.values(value).every(isProse);
}

const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null", "file"]);
const places = new Set(["query", "querystring", "header", "path", "cookie", "body", "formData"]);
const isList = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isObject);
const isMapOf = (fits: (name: string) => boolean) => (value: unknown) =>
  isObject(value) && Object.keys(value).length > 0 && Object.keys(value).every(fits);

/** Members that hardly anything else than OpenAPI has with such a value. */
const telling: Record<string, (value: unknown, beside: Json) => boolean> = {
  $ref: (value) => typeof value === "string",
  openapi: (value) => /^\d/.test(String(value)),
  swagger: (value) => /^\d/.test(String(value)),
  paths: isMapOf((path) => path.startsWith("/") || path.startsWith("x-")),
  // Schemas
  // A value with its type is data, such as an output of Terraform.
  type: (value, beside) =>
    !Object.hasOwn(beside, "value") && [value].flat().every((one) => types.has(String(one))),
  properties: (value) => isObject(value) && Object.values(value).every(isObject),
  allOf: isList,
  anyOf: isList,
  oneOf: isList,
  enum: Array.isArray,
  // Parameters, operations, requests and responses
  in: (value) => places.has(String(value)),
  operationId: (value) => typeof value === "string",
  operationRef: (value) => typeof value === "string",
  responses: isMapOf((status) => /^(?:[1-5](?:\d\d|XX)|default|x-.*)$/i.test(status)),
  content: isMapOf((type) => type.includes("/")),
  // Security schemes
  flows: isObject,
  openIdConnectUrl: (value) => typeof value === "string",
};

const told = Object.entries(telling);
/** An operation that says nothing is one by its name. */
const methods = ["get", "put", "post", "delete", "options", "head", "patch"];

function tells(value: Json): boolean {
  const isEmpty = (member: unknown) => isObject(member) && Object.keys(member).length === 0;
  return (
    told.some(([name, fits]) => Object.hasOwn(value, name) && fits(value[name], value)) ||
    methods.some((method) => Object.hasOwn(value, method) && isEmpty(value[method]))
  );
}

/** Objects of which no member tells, by all the members that they may have. */
const plain: Record<string, string> = {
  schema:
    "title description format nullable deprecated readOnly writeOnly minimum maximum exclusiveMinimum exclusiveMaximum " +
    "multipleOf minLength maxLength pattern minItems maxItems uniqueItems minProperties maxProperties required " +
    "const xml externalDocs $id $schema $comment",
  response: "description headers links",
  example: "summary description value dataValue serializedValue externalValue",
  info: "title summary description version termsOfService contact license",
  server: "url name description variables",
  tag: "name summary description parent kind externalDocs",
  security: "type scheme bearerFormat description",
};
const vocabularies = Object.values(plain).map((words) => new Set(words.split(" ")));

function isPlain(names: string[]): boolean {
  const own = names.filter((name) => !name.startsWith("x-"));
  return own.length > 0 && vocabularies.some((words) => own.every((name) => words.has(name)));
}
