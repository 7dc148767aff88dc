/**
 * What a request must contain, and where: shared by `describe`, the judge of calls and the client. Documents require more
 * than their APIs do, so what the server or the gateway fills in is never missing.
 */
import { isObject, objectOf, type Json } from "../objects.ts";
import {
  holdsType,
  isJson,
  isJsonPatch,
  isLines,
  isMultipart,
  isUrlencoded,
  mediaTypeOf,
} from "../../terms/media-type.ts";
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
  /** Of Swagger 2.0, if the document still has it. */
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

/**
 * Parameters of an operation object that have a name and a place.
 * @param template its path: what that names is a parameter, even if the document forgets to declare it
 */
export function parametersOf(object: Json, template = ""): Parameter[] {
  const { parameters } = object;
  const declared = Array.isArray(parameters) ? (parameters as unknown[]).filter(isParameter) : [];
  const names = new Set(namesIn(template));
  for (const parameter of declared) if (parameter.in === "path") names.delete(parameter.name);
  const schema = { type: "string" };
  return [...declared, ...Array.from(names, (name): Parameter => ({ name, in: "path", schema }))];
}

/** What a path leaves open: the fragment is never sent. */
export function namesIn(template: string): string[] {
  const [path = ""] = template.split("#", 1);
  return [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
}

function isParameter(value: unknown): value is Parameter {
  return isObject(value) && typeof value["name"] === "string" && typeof value["in"] === "string";
}

/** Accept, Content-Type and Authorization are not parameters, even if they are listed (OpenAPI 3.1, 4.8.12.1). */
export function isOwnHeader(parameter: Pick<Parameter, "in" | "name">): boolean {
  return parameter.in === "header" && /^(?:accept|content-type|authorization)$/i.test(parameter.name);
}

/** Header names are case-insensitive (RFC 9110, 5.1). */
export function isNamed(parameter: { in: string; name: string }, name: string): boolean {
  if (parameter.name === name) return true;
  return parameter.in === "header" && parameter.name.toLowerCase() === name.toLowerCase();
}

/** @param signed see `signedPlaces` */
export function isSigned(parameter: Signed, signed: readonly Signed[]): boolean {
  return signed.some((place) => place.in === parameter.in && isNamed(parameter, place.name));
}

/** Whether a call without the parameter is refused. */
export function mustBeGiven(parameter: Parameter, signed: readonly Signed[]): boolean {
  if (parameter.in === "path") return true;
  if (parameter.required !== true || parameter.in === "querystring") return false;
  if (isOwnHeader(parameter) || isSigned(parameter, signed) || isCredential(parameter.name)) return false;
  return !isFilledIn(shownSchema(parameter));
}

/** The schema of a parameter, also of one that is a media type. */
export function shownSchema(parameter: Parameter): Json {
  const { schema } = objectOf(Object.values(objectOf(parameter.content))[0]);
  return isObject(schema) ? schema : schemaOf(parameter);
}

/** What a value is judged by: in Swagger 2.0, the parameter itself. */
export function schemaOf({ schema, content, ...own }: Parameter): Json {
  if (content) return {};
  return isObject(schema) ? schema : own;
}

/** Documents list credentials among ordinary parameters. */
function isCredential(name: string): boolean {
  return /^(?:authorization|(?:x-)?(?:api|access|auth|app|bot|bearer)?[-_]?(?:key|token)|token|api[-_]?secret)$/i.test(
    name,
  );
}

/** Whether an object without this required member is refused. @param schemas of the member; without any it is not */
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

/** What an object is written as, best first: a list of operations is no object, so JSON Patch is the last. */
export const forObjects: ((type: string) => boolean)[] = [
  (type) => mediaTypeOf(type).type === "application/json",
  (type) => isJson(type) && !isJsonPatch(type) && !isLines(type),
  (type) => holdsType(type, "application/json"),
  isUrlencoded,
  isMultipart,
  isLines,
  isJson,
];

/** The media type that `describe` shows and that an object is sent as. */
export function preferredType(types: readonly string[]): string | undefined {
  return forObjects.map((fits) => types.find(fits)).find(Boolean) ?? types[0];
}

export function mediaSchema(content: Json, type: string | undefined): unknown {
  const media = type === undefined ? undefined : content[type];
  return isObject(media) ? (media["schema"] ?? media["itemSchema"]) : undefined;
}

/** Documents often require a body that may be empty. */
export function isBodyNeeded(object: Json): boolean {
  const { requestBody } = object;
  if (!isObject(requestBody) || requestBody["required"] !== true) return false;
  const content = contentOf(object);
  const schema = mediaSchema(content, preferredType(Object.keys(content)));
  return isObject(schema) && refusesEmpty(schema, 0);
}

/** Whether `{}` violates a schema. */
function refusesEmpty(schema: Json, depth: number): boolean {
  if (depth > 8) return false;
  const shape = shapeOf(schema);
  const { types, unions, required } = shape;
  if (types.size > 0 && !types.has("object") && !listsMembers(shape) && unions.length === 0) return true;
  if ([...required].some((name) => isNeeded(schemasOf(shape, name)))) return true;
  return unions.some((options) => options.every((option) => refusesEmpty(option, depth + 1)));
}

/** Parameters that the gateway sets: those of the document's security schemes and of the file's. */
export function signedPlaces(spec: Json, added: readonly Signed[] = []): Signed[] {
  const components = spec["components"];
  const schemes = isObject(components) ? components["securitySchemes"] : undefined;
  const declared = Object.values(isObject(schemes) ? schemes : {}).flatMap((scheme) => {
    if (!isObject(scheme) || scheme["type"] !== "apiKey" || typeof scheme["name"] !== "string") return [];
    return [{ in: typeof scheme["in"] === "string" ? scheme["in"] : "header", name: scheme["name"] }];
  });
  return [...declared, ...added];
}
