/**
 * The kinds of the members of OpenAPI objects (OpenAPI 3.2, section 4; JSON Schema 2020-12). A member that is not listed
 * is `any`: its references are resolved, and what is in it is taken for what its name says in any other object. In a `literal` nothing is: a `$ref` in an example or in an extension is
 * the document's data. What is read from disk and from servers, and what is resolved, both follow this table.
 */

import { isMethod } from "../terms/methods.ts";
import { isObject, type Json } from "./objects.ts";

type ObjectKind =
  | "pathItem"
  | "operation"
  | "parameter"
  | "header"
  | "requestBody"
  | "response"
  | "mediaType"
  | "encoding"
  | "example"
  | "link"
  | "callback"
  | "schema"
  | "securityScheme"
  | "securityRequirement"
  /** The root file. */
  | "document"
  | "components"
  /** Data: no reference in it is followed. */
  | "literal"
  | "any";

/** `map of …` and `list of …`: a reference stands for the whole map or list. */
export type Kind = ObjectKind | `${"map" | "list"} of ${ObjectKind}`;

/** One object, a list of them, or a map by name. */
export type Member = ObjectKind | { list: ObjectKind } | { map: ObjectKind };

const described: Record<string, Member> = {
  schema: "schema",
  content: { map: "mediaType" },
  example: "literal",
  examples: { map: "example" },
  // Swagger 2.0: a parameter has the members of its schema.
  items: "schema",
  default: "literal",
  enum: "literal",
};

const members: Record<ObjectKind, Record<string, Member>> = {
  document: {
    paths: { map: "pathItem" },
    // AutoRest: paths that differ only in their query, which `paths` may not have.
    "x-ms-paths": { map: "pathItem" },
    webhooks: { map: "pathItem" },
    components: "components",
    definitions: { map: "schema" },
    parameters: { map: "parameter" },
    responses: { map: "response" },
    securityDefinitions: { map: "securityScheme" },
    security: { list: "securityRequirement" },
  },
  components: {
    schemas: { map: "schema" },
    responses: { map: "response" },
    parameters: { map: "parameter" },
    examples: { map: "example" },
    requestBodies: { map: "requestBody" },
    headers: { map: "header" },
    securitySchemes: { map: "securityScheme" },
    links: { map: "link" },
    callbacks: { map: "callback" },
    pathItems: { map: "pathItem" },
    mediaTypes: { map: "mediaType" },
  },
  pathItem: { parameters: { list: "parameter" }, additionalOperations: { map: "operation" } },
  operation: {
    parameters: { list: "parameter" },
    requestBody: "requestBody",
    responses: { map: "response" },
    callbacks: { map: "callback" },
    security: { list: "securityRequirement" },
  },
  parameter: described,
  header: described,
  requestBody: { content: { map: "mediaType" } },
  response: {
    headers: { map: "header" },
    content: { map: "mediaType" },
    links: { map: "link" },
    // Swagger 2.0
    schema: "schema",
    examples: "literal",
  },
  mediaType: {
    schema: "schema",
    itemSchema: "schema",
    example: "literal",
    examples: { map: "example" },
    encoding: { map: "encoding" },
    itemEncoding: "encoding",
    prefixEncoding: { list: "encoding" },
  },
  encoding: { headers: { map: "header" } },
  example: { value: "literal", dataValue: "literal" },
  link: { parameters: "literal", requestBody: "literal" },
  callback: {},
  schema: {
    properties: { map: "schema" },
    patternProperties: { map: "schema" },
    dependentSchemas: { map: "schema" },
    $defs: { map: "schema" },
    definitions: { map: "schema" },
    items: "schema",
    prefixItems: { list: "schema" },
    allOf: { list: "schema" },
    anyOf: { list: "schema" },
    oneOf: { list: "schema" },
    not: "schema",
    if: "schema",
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; this table is never awaited
    then: "schema",
    else: "schema",
    contains: "schema",
    propertyNames: "schema",
    additionalProperties: "schema",
    unevaluatedItems: "schema",
    unevaluatedProperties: "schema",
    contentSchema: "schema",
    example: "literal",
    examples: "literal",
    default: "literal",
    enum: "literal",
    const: "literal",
    // Its values name schemas without being references; one may be called `$ref`.
    discriminator: "literal",
  },
  securityScheme: {},
  securityRequirement: {},
  literal: {},
  any: {},
};

// A schema's word for a name counts most: what stands in a place of no kind is mostly one.
const { schema: ofSchema, ...ofOthers } = members;
Object.assign(members.any, ...Object.values(ofOthers), ofSchema);

/** Objects whose names are open, so that only `x-` tells an extension from an entry (OpenAPI 3.2, 4.8.2 and 4.8.16). */
const extensible: readonly Kind[] = ["map of pathItem", "map of response"];

/** The kind of a member of an object. */
export function memberOf(kind: Kind, key: string, value: unknown): Member {
  if (kind.includes(" ")) {
    const isExtension = extensible.includes(kind) && key.startsWith("x-");
    return isExtension ? "literal" : (kind.slice(kind.lastIndexOf(" ") + 1) as ObjectKind);
  }
  if (kind === "pathItem" && isOperationKey(key, value)) return "operation";
  if (kind === "literal" || (key.startsWith("x-") && !(kind === "document" && key === "x-ms-paths")))
    return "literal";
  if (kind === "callback") return "pathItem";
  if (kind === "any" && key === "parameters" && !Array.isArray(value)) return { map: "parameter" };
  const known = members[kind as ObjectKind];
  return Object.hasOwn(known, key) ? (known[key] as Member) : "any";
}

/** A member as one kind. */
export function kindOf(member: Member): Kind {
  if (typeof member === "string") return member;
  return "list" in member ? `list of ${member.list}` : `map of ${member.map}`;
}

/**
 * The kind of the entries where a list stands, and of what stands alone where a list belongs: a list in the place of
 * one thing (`items: […]`) is a list of such things.
 */
export function entryKind(kind: Kind): Kind {
  return kind.startsWith("list of ") ? (kind.slice("list of ".length) as ObjectKind) : kind;
}

/** The kind of the entries of a member of `components`. */
export function componentKind(name: string): Kind {
  const member = memberOf("components", name, undefined);
  return typeof member === "object" && "map" in member ? member.map : (member as Kind);
}

/** Kinds that may be something else than an object: text in any place (`info.description`) can be in another file. */
const fitting: Partial<Record<Kind, (value: unknown) => boolean>> = {
  any: () => true,
  schema: (value) => typeof value === "boolean" || isObject(value),
};

/**
 * Whether the target of a reference can stand in its place. If not, it is not shown: a reference to text as a schema
 * would hand out whatever that text is.
 * @returns why not, after "because"
 */
export function misfit(value: unknown, kind: Kind): string | undefined {
  const isList = kind.startsWith("list of ");
  const fits = fitting[kind] ?? (isList ? Array.isArray : isObject);
  if (fits(value)) return undefined;
  const what = value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
  const wanted = kind === "schema" ? "an object or a boolean" : isList ? "a list" : "an object";
  return `it leads to ${what === "object" ? "an object" : what}, and ${wanted} belongs there`;
}

/** The fixed methods of a path item (3.2). */
const fixedMethods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/**
 * Whether a member of a path item is an operation. Documents also have other methods of HTTP (Directus: `search`), in
 * upper case too (`GET`), and gateways have a word for all methods.
 */
export function isOperationKey(key: string, value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    fixedMethods.includes(key.toLowerCase()) ||
    (looksLikeOperation(value) && (isMethod(key) || isAnyMethod(key)))
  );
}

/** Whether a value is like an operation, whatever its name is. */
export function looksLikeOperation(value: unknown): boolean {
  return isObject(value) && ("responses" in value || "operationId" in value || isAnyOperation(value));
}

/** Gateways state what they do for an operation, and often nothing else. */
const isAnyOperation = (value: Json) => Object.keys(value).some((key) => key.endsWith("-integration"));

/** `x-amazon-apigateway-any-method`: every method that the path item does not list. */
export const isAnyMethod = (key: string) => /^x-(?:[a-z]+-)*any(?:-?method)?$/i.test(key);

/** What a gateway passes on as "any method". HEAD is answered as GET. */
export const anyMethods = ["get", "put", "post", "delete", "options", "patch"];
