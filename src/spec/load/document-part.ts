/**
 * Whether a file that a reference names looks like a part of an OpenAPI document, and what a reference leads to like what
 * its place needs. Settings, keys of a service and lists of somebody's data are JSON and YAML too, and whatever is taken
 * for a part is shown to model code. Pure.
 */
import { kindOf, memberOf, type Kind } from "../members.ts";
import { isObject, own, type Json } from "../objects.ts";

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
      if (tells(value) || (depth < 2 && vocabularies.some((one) => isPlain(value, one)))) return true;
      below.push(
        ...Object.keys(value)
          .slice(0, maxLooks)
          .map((name) => value[name]),
      );
    }
    level = below;
  }
  return isProse(root);
}

/** Entries of a map or a list that are looked at: in a real one, one of the first fits. */
const maxEntries = 30;

/**
 * Whether what a reference leads to in another file is what its place needs, as far as anything tells.
 * @param isWhole whether it is a whole file: within a file of schemas, words alone may be one too
 */
export function looksLike(value: unknown, kind: Kind, isWhole: boolean): boolean {
  if (kind === "schema" && typeof value === "boolean") return true;
  if (kind === "any") return looksLikePart(value);
  const [, holder, entry] = /^(map|list) of (.*)$/.exec(kind) ?? [];
  if (Array.isArray(value))
    return (
      value.length === 0 ||
      (holder === "list" && value.slice(0, maxEntries).some((one) => looksLike(one, entry as Kind, isWhole)))
    );
  if (!isObject(value)) return false;
  const names = Object.keys(value).slice(0, maxEntries);
  if (names.length === 0 || typeof own(value, "$ref") === "string") return true;
  if (holder === "list") return looksLike(value, entry as Kind, isWhole);
  if (holder === "map") return names.some((name) => looksLike(value[name], entry as Kind, isWhole));
  if (kind === "document" || kind === "components")
    return names.some((name) => {
      const member = kindOf(memberOf(kind, name, value[name]));
      return member === "any"
        ? tells(value)
        : member !== "literal" && looksLike(value[name], member, isWhole);
    });
  if (kind === "callback") return names.some((name) => looksLike(value[name], "pathItem", isWhole));
  if (kind === "securityRequirement")
    return Object.values(value).every((scopes) => Array.isArray(scopes) && scopes.every(isString));
  if (tells(value)) return true;
  if (kind === "pathItem")
    return (
      looksLike(own(value, "parameters"), "list of parameter", false) ||
      names.some((name) => methods.includes(name.toLowerCase()) && looksLike(value[name], "operation", false))
    );
  if (kind === "schema" && !isWhole && isWorded(value, plain["schema"]!)) return true;
  return Object.hasOwn(plain, kind) && isPlain(value, plain[kind]!);
}

/**
 * Descriptions may be in a file of their own: nothing but texts that begin like a sentence, or nothing at all. A header
 * (`Bearer …`), a cookie, a key and the words of a wallet do not.
 */
function isProse(value: unknown, depth = 0): boolean {
  if (typeof value === "string")
    return (
      /^[\s#*_>"'([-]{0,9}[\p{Lu}\p{Lo}][\p{L}'’]*(?:[,:]?\s+[\p{L}\p{N}'’-]+){2}/u.test(value) &&
      !/-{5}BEGIN/.test(value)
    );
  return depth <= maxDepth && isObject(value) && Object.values(value).every((one) => isProse(one, depth + 1));
}

const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null", "file"]);
const places = new Set(["query", "querystring", "header", "path", "cookie", "body", "formData"]);
const isString = (value: unknown) => typeof value === "string";
/** A text may be in a file of its own. */
const isText = (value: unknown) => isString(value) || (isObject(value) && isString(own(value, "$ref")));
const isList = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isObject);
const isMapOf = (fits: (name: string) => boolean) => (value: unknown) =>
  isObject(value) && Object.keys(value).length > 0 && Object.keys(value).every(fits);

/** Members that hardly anything else than OpenAPI has with such a value. */
const telling: Record<string, (value: unknown, beside: Json, depth: number) => boolean> = {
  $ref: isString,
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
  not: tellsBelow,
  items: tellsBelow,
  additionalProperties: (value, beside, depth) =>
    typeof value === "boolean" || tellsBelow(value, beside, depth),
  // Parameters, operations, requests and responses
  in: (value) => places.has(String(value)),
  operationId: isString,
  operationRef: isString,
  responses: isMapOf((status) => /^(?:[1-5](?:\d\d|XX)|default|x-.*)$/i.test(status)),
  content: isMapOf((type) => type.includes("/")),
  // Security schemes
  flows: isObject,
  openIdConnectUrl: isString,
};

const told = Object.entries(telling);
/** An operation that says nothing is one by its name. */
const methods = ["get", "put", "post", "delete", "options", "head", "patch"];

/** Lists of lists have a type at last. */
const maxBelow = 3;

function tellsBelow(value: unknown, _beside: Json, depth: number): boolean {
  return depth < maxBelow && isObject(value) && tells(value, depth + 1);
}

function tells(value: Json, depth = 0): boolean {
  const isEmpty = (member: unknown) => isObject(member) && Object.keys(member).length === 0;
  return (
    told.some(([name, fits]) => Object.hasOwn(value, name) && fits(value[name], value, depth)) ||
    methods.some((method) => Object.hasOwn(value, method) && isEmpty(value[method]))
  );
}

/** An object of which no member tells: all the members that it may have, and what has to be in it. */
interface Vocabulary {
  words: Set<string>;
  needs: (value: Json) => boolean;
}

const holds = (value: Json, ...names: string[]) => names.some((name) => Object.hasOwn(value, name));
const isData = (value: unknown) => typeof value === "object" && value !== null;
const vocabulary = (words: string, needs: (value: Json) => boolean): Vocabulary => ({
  words: new Set(words.split(" ")),
  needs,
});

const limits =
  "nullable deprecated readOnly writeOnly minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength " +
  "pattern minItems maxItems uniqueItems minProperties maxProperties required xml";
const schemeTypes = ["apiKey", "http", "basic", "oauth2", "openIdConnect", "mutualTLS"];

const plain: Record<string, Vocabulary> = {
  // Words and a value say nothing of what they are.
  schema: vocabulary(
    `${limits} title description format const default example examples externalDocs $id $schema $comment`,
    (value) => holds(value, ...limits.split(" ")),
  ),
  response: vocabulary("summary description headers content links schema examples", ({ description }) =>
    isText(description),
  ),
  requestBody: vocabulary("description content required", ({ content }) => isObject(content)),
  header: vocabulary(
    "description required deprecated style explode schema content example examples",
    ({ schema, content }) => isObject(schema) || isObject(content),
  ),
  mediaType: vocabulary("schema itemSchema example examples encoding prefixEncoding itemEncoding", (value) =>
    Object.values(value).some(isData),
  ),
  encoding: vocabulary("contentType headers style explode allowReserved", (value) =>
    holds(value, "contentType", "headers", "style", "explode", "allowReserved"),
  ),
  // A value alone is data of anybody, unless it is as large as examples mostly are.
  example: vocabulary(
    "summary description value dataValue serializedValue externalValue",
    (value) =>
      isData(value["value"]) ||
      isData(value["dataValue"]) ||
      holds(value, "serializedValue", "externalValue") ||
      (holds(value, "value", "dataValue") && holds(value, "summary", "description")),
  ),
  operation: vocabulary(
    "summary description tags parameters security servers deprecated externalDocs",
    ({ tags, parameters }) => Array.isArray(tags) || Array.isArray(parameters),
  ),
  securityScheme: vocabulary("type scheme bearerFormat description", ({ type }) =>
    schemeTypes.includes(String(type)),
  ),
  info: vocabulary(
    "title summary description version termsOfService contact license",
    (value) => isText(value["title"]) && holds(value, "version", "description"),
  ),
  server: vocabulary("url name description variables", ({ url }) => isPublicUrl(url)),
  tag: vocabulary(
    "name summary description parent kind externalDocs",
    (value) =>
      isString(value["name"]) && holds(value, "summary", "description", "externalDocs", "parent", "kind"),
  ),
};
/** What a file may be by its plain members; a mere mention of a `style` tells nothing there. */
const vocabularies = Object.entries(plain).flatMap(([name, one]) => (name === "encoding" ? [] : [one]));

/** Of a web server, and without a password. */
const isPublicUrl = (url: unknown) =>
  typeof url === "string" && /^(?:https?:\/\/|[/.{]|$)/i.test(url) && !url.includes("@");

const isPlain = (value: Json, { words, needs }: Vocabulary) => isWorded(value, { words }) && needs(value);

function isWorded(value: Json, { words }: Pick<Vocabulary, "words">): boolean {
  const names = Object.keys(value).filter((name) => !name.startsWith("x-"));
  return names.length > 0 && names.every((name) => words.has(name));
}
