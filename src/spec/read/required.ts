/**
 * What a request has to hold and where it goes: the one answer for `describe`, for the judge of calls and for the
 * client that writes them. Documents call more required than their APIs want, so what a server or the gateway fills
 * in is never missing.
 */
import { isObject, type Json } from "../objects.ts";
import { schemasOf, listsMembers, shapeOf } from "./shape.ts";

export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie" | "querystring";
  style?: string;
  explode?: boolean;
  allowReserved?: boolean;
  required?: boolean;
  schema?: unknown;
  content?: Record<string, { schema?: unknown }>;
  /** Swagger 2.0, where a document or an upgrader left it. */
  collectionFormat?: string;
  "x-collectionFormat"?: string;
  deprecated?: boolean;
}

/** A parameter that the gateway sets. */
export interface Signed {
  in: string;
  name: string;
}

/** The members of a call's arguments that hold parameters. */
export const groups = ["path", "query", "headers", "cookies"] as const;
export type Group = (typeof groups)[number];

export function groupOf({ in: place }: Pick<Parameter, "in">): Group {
  if (place === "header") return "headers";
  if (place === "cookie") return "cookies";
  return place === "path" ? "path" : "query";
}

/** Parameters of an operation object that have a name and a place. */
export function parametersOf(object: Json): Parameter[] {
  const declared = object["parameters"];
  return Array.isArray(declared) ? (declared as unknown[]).filter(isParameter) : [];
}

function isParameter(value: unknown): value is Parameter {
  return isObject(value) && typeof value["name"] === "string" && typeof value["in"] === "string";
}

/** OpenAPI 3.1, 4.8.12.1: Accept, Content-Type and Authorization are no parameters, even where they are listed. */
export function isOwnHeader(parameter: Pick<Parameter, "in" | "name">): boolean {
  return parameter.in === "header" && /^(?:accept|content-type|authorization)$/i.test(parameter.name);
}

/** Header names are the same in any case (RFC 9110, 5.1). */
export function isNamed(parameter: { in: string; name: string }, name: string): boolean {
  if (parameter.name === name) return true;
  return parameter.in === "header" && parameter.name.toLowerCase() === name.toLowerCase();
}

/** @param signed what the gateway sets: see `signedPlaces` */
export function isSigned(parameter: Signed, signed: readonly Signed[]): boolean {
  return signed.some((place) => place.in === parameter.in && isNamed(parameter, place.name));
}

/** Whether a call that leaves the parameter out is refused. A path cannot be written without its own. */
export function mustBeGiven(parameter: Parameter, signed: readonly Signed[]): boolean {
  if (parameter.in === "path") return true;
  if (parameter.required !== true || parameter.in === "querystring") return false;
  if (isOwnHeader(parameter) || isSigned(parameter, signed) || isCredential(parameter.name)) return false;
  return !isFilledIn(schemaOf(parameter));
}

/** What a parameter has to be. Swagger 2.0 has type and enum on the parameter itself. */
export function schemaOf({ schema, content, ...own }: Parameter): Json {
  if (content) return {};
  return isObject(schema) ? schema : own;
}

/** Documents list credentials among the parameters without saying so. */
function isCredential(name: string): boolean {
  return /^(?:authorization|(?:x-)?(?:api|access|auth|app|bot|bearer)?[-_]?(?:key|token)|token|api[-_]?secret)$/i.test(
    name,
  );
}

/** Whether an object without this member is refused. A name that is only listed as required means nothing. */
export function isNeeded(schemas: readonly Json[]): boolean {
  return schemas.length > 0 && !schemas.some(isFilledIn);
}

/** The server has a value of its own. */
function isFilledIn(schema: Json): boolean {
  return schema["readOnly"] === true || schema["default"] !== undefined;
}

/** The media types of a request body. */
export function contentOf(object: Json): Json {
  const { requestBody } = object;
  return isObject(requestBody) && isObject(requestBody["content"]) ? requestBody["content"] : {};
}

/** The media type that is shown, and that a body which was left out is held to. */
export function preferredType(types: readonly string[]): string | undefined {
  return (
    types.find((type) => type === "application/json") ?? types.find((type) => /json/.test(type)) ?? types[0]
  );
}

/** A body that may as well be empty is often declared as required. */
export function isBodyNeeded(object: Json): boolean {
  const { requestBody } = object;
  if (!isObject(requestBody) || requestBody["required"] !== true) return false;
  const content = contentOf(object);
  const media = content[preferredType(Object.keys(content)) ?? ""];
  const schema = isObject(media) ? (media["schema"] ?? media["itemSchema"]) : undefined;
  return isObject(schema) && refusesEmpty(schema, 0);
}

/** Whether `{}` is no value of a schema. */
function refusesEmpty(schema: Json, depth: number): boolean {
  if (depth > 8) return false;
  const shape = shapeOf(schema);
  const { types, unions, required } = shape;
  if (types.size > 0 && !types.has("object") && !listsMembers(shape) && unions.length === 0) return true;
  if ([...required].some((name) => isNeeded(schemasOf(shape, name)))) return true;
  return unions.some((options) => options.every((option) => refusesEmpty(option, depth + 1)));
}

/** Parameters that the gateway sets: places of the document's security schemes and of those that the file adds. */
export function signedPlaces(spec: Json, added: readonly Signed[] = []): Signed[] {
  const components = spec["components"];
  const schemes = isObject(components) ? components["securitySchemes"] : undefined;
  const declared = Object.values(isObject(schemes) ? schemes : {}).flatMap((scheme) => {
    if (!isObject(scheme) || scheme["type"] !== "apiKey" || typeof scheme["name"] !== "string") return [];
    return [{ in: typeof scheme["in"] === "string" ? scheme["in"] : "header", name: scheme["name"] }];
  });
  return [...declared, ...added];
}
