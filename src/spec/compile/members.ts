/**
 * The kinds of the members of OpenAPI objects (OpenAPI 3.2, section 4; JSON Schema 2020-12). A member that is not listed
 * is `any`: only its references are resolved.
 */

export type Kind =
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
  | "any";

/** One object, a list of them, or a map by name. */
export type Member = Kind | { list: Kind } | { map: Kind };

const described: Record<string, Member> = {
  schema: "schema",
  content: { map: "mediaType" },
  examples: { map: "example" },
};

export const members: Record<Kind, Record<string, Member>> = {
  pathItem: { parameters: { list: "parameter" }, additionalOperations: { map: "operation" } },
  operation: {
    parameters: { list: "parameter" },
    requestBody: "requestBody",
    responses: { map: "response" },
    callbacks: { map: "callback" },
  },
  parameter: described,
  header: described,
  requestBody: { content: { map: "mediaType" } },
  response: { headers: { map: "header" }, content: { map: "mediaType" }, links: { map: "link" } },
  mediaType: {
    schema: "schema",
    itemSchema: "schema",
    examples: { map: "example" },
    encoding: { map: "encoding" },
    itemEncoding: "encoding",
    prefixEncoding: { list: "encoding" },
  },
  encoding: { headers: { map: "header" } },
  example: {},
  link: {},
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
  },
  securityScheme: {},
  any: {},
};

/** Kinds of the members of `components`. */
export const componentKinds: Record<string, Kind> = {
  schemas: "schema",
  responses: "response",
  parameters: "parameter",
  examples: "example",
  requestBodies: "requestBody",
  headers: "header",
  securitySchemes: "securityScheme",
  links: "link",
  callbacks: "callback",
  pathItems: "pathItem",
  mediaTypes: "mediaType",
};

/** The fixed methods of a path item (3.2). */
const fixedMethods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/**
 * Whether a member of a path item is an operation. Documents also have other methods (Directus: `search`) and upper case
 * (`GET`), so everything that looks like an operation is one.
 */
export function isOperationKey(key: string, value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (fixedMethods.includes(key.toLowerCase())) return true;
  return (
    /^[a-zA-Z]+$/.test(key) &&
    key !== "additionalOperations" &&
    ("responses" in value || "operationId" in value)
  );
}
