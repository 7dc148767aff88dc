/**
 * What a request must contain, and where: shared by `describe`, the judge of calls and the client. Documents require more
 * than their APIs do, so what the server or the gateway fills in is never missing.
 */
import type { ContentObject, DocumentObject, OperationObject, SchemaObject } from "../openapi.ts";
import { isObject, objectOf } from "../objects.ts";
import { namesIn } from "../plain-path.ts";
import {
  holdsType,
  isJson,
  isJsonPatch,
  isLines,
  isMultipart,
  isUrlencoded,
  isYaml,
  mediaTypeOf,
} from "../../terms/media-type.ts";
import { isMarked, listsMembers, schemasOf, shapeOf, type Shape } from "./shape.ts";

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
 * @param template its path: what that names is a parameter, even if the document forgets to declare it, and nothing else
 *   is one of the path. Without it, all that are declared
 */
export function parametersOf(object: OperationObject, template = ""): Parameter[] {
  const { parameters } = object;
  const declared = Array.isArray(parameters) ? (parameters as unknown[]).filter(isParameter) : [];
  if (template === "") return declared;
  const names = new Set(namesIn(template));
  const placed = declared.filter(({ in: place, name }) => place !== "path" || names.has(name));
  for (const parameter of placed) if (parameter.in === "path") names.delete(parameter.name);
  const schema = { type: "string" };
  return [...placed, ...Array.from(names, (name): Parameter => ({ name, in: "path", schema }))];
}

function isParameter(value: unknown): value is Parameter {
  return isObject(value) && typeof value["name"] === "string" && typeof value["in"] === "string";
}

/** Accept, Content-Type and Authorization are not parameters, even if they are listed (OpenAPI 3.1, 4.8.12.1). */
export function isOwnHeader(parameter: Pick<Parameter, "in" | "name">): boolean {
  return parameter.in === "header" && /^(?:accept|content-type|authorization)$/i.test(parameter.name);
}

/** Header names are case-insensitive (RFC 9110, 5.1), and documents mix the cases of the names in their paths. */
export function isNamed(parameter: { in: string; name: string }, name: string): boolean {
  if (parameter.name === name) return true;
  const anyCase = parameter.in === "header" || parameter.in === "path";
  return anyCase && parameter.name.toLowerCase() === name.toLowerCase();
}

/** The parameter of a name: the exact one before one in another case. */
export function byName<Of extends { in: string; name: string }>(parameters: readonly Of[], name: string) {
  return parameters.find((one) => one.name === name) ?? parameters.find((one) => isNamed(one, name));
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
export function shownSchema(parameter: Parameter): SchemaObject {
  const { schema } = objectOf(Object.values(objectOf(parameter.content))[0]);
  return isObject(schema) ? schema : schemaOf(parameter);
}

/** What a value is judged by: in Swagger 2.0, the parameter itself. */
export function schemaOf({ schema, content, ...own }: Parameter): SchemaObject {
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
export function isNeeded(schemas: readonly SchemaObject[]): boolean {
  return schemas.length > 0 && !schemas.some((schema) => isFilledIn(schema));
}

/** The server has a value of its own. */
function isFilledIn(schema: SchemaObject, depth = 0): boolean {
  if (schema.default !== undefined || isMarked(schema, "readOnly")) return true;
  const { allOf } = schema;
  return (
    depth < 8 && Array.isArray(allOf) && allOf.some((part) => isObject(part) && isFilledIn(part, depth + 1))
  );
}

/** Whether the members of its value stand in the query themselves: `?page=1&size=20` (OpenAPI 3.1, 4.8.12.4). */
export function isSpread(parameter: Parameter): boolean {
  const { in: place, style = "form", explode = true, content } = parameter;
  if (place !== "query" || style !== "form" || !explode || content) return false;
  return alternativesOf(schemaOf(parameter)).some(
    (shape) => shape.types.has("object") || listsMembers(shape),
  );
}

/** The member of a spread object that has a name in the query, as a parameter of its own. */
export function spreadMember(parameters: readonly Parameter[], name: string): Parameter | undefined {
  for (const parameter of parameters) {
    const shapes = isSpread(parameter) ? alternativesOf(schemaOf(parameter)) : [];
    const [schema] = shapes.flatMap((shape) => schemasOf(shape, name));
    if (schema) return { name, in: "query", schema };
  }
  return undefined;
}

/** Whether a spread object may have members that the document does not list. */
export function isSpreadOpen(parameter: Parameter): boolean {
  return isSpread(parameter) && alternativesOf(schemaOf(parameter)).some(({ open }) => open);
}

/** What a schema tells, and what its alternatives tell. */
function alternativesOf(schema: SchemaObject, depth = 0): Shape[] {
  const shape = shapeOf(schema);
  const others = depth < 4 ? shape.unions.flat() : [];
  return [shape, ...others.flatMap((option) => alternativesOf(option, depth + 1))];
}

/** The media types of a request body. */
export function contentOf(object: OperationObject): ContentObject {
  const { requestBody } = object;
  return isObject(requestBody) && isObject(requestBody.content) ? requestBody.content : {};
}

/** What an object is written as, best first: a list of operations is no object, so JSON Patch is the last. */
export const forObjects: ((type: string) => boolean)[] = [
  (type) => mediaTypeOf(type).type === "application/json",
  (type) => isJson(type) && !isJsonPatch(type) && !isLines(type),
  (type) => holdsType(type, "application/json"),
  isUrlencoded,
  isMultipart,
  isLines,
  isYaml,
  isJson,
];

/** The media type that `describe` shows and that an object is sent as. */
export function preferredType(types: readonly string[]): string | undefined {
  return forObjects.map((fits) => types.find(fits)).find(Boolean) ?? types[0];
}

export function mediaSchema(content: ContentObject, type: string | undefined): unknown {
  const media = type === undefined ? undefined : content[type];
  return isObject(media) ? (media.schema ?? media.itemSchema) : undefined;
}

/** Documents often require a body that may be empty. */
export function isBodyNeeded(object: OperationObject): boolean {
  const { requestBody } = object;
  if (!isObject(requestBody) || requestBody.required !== true) return false;
  const content = contentOf(object);
  const schema = mediaSchema(content, preferredType(Object.keys(content)));
  return isObject(schema) && refusesEmpty(schema, 0);
}

/** Whether `{}` violates a schema. */
function refusesEmpty(schema: SchemaObject, depth: number): boolean {
  if (depth > 8) return false;
  const shape = shapeOf(schema);
  const { types, unions, required } = shape;
  if (types.size > 0 && !types.has("object") && !listsMembers(shape) && unions.length === 0) return true;
  if ([...required].some((name) => isNeeded(schemasOf(shape, name)))) return true;
  return unions.some((options) => options.every((option) => refusesEmpty(option, depth + 1)));
}

/** Parameters that the gateway sets: those of the document's security schemes and of the file's. */
export function signedPlaces(spec: DocumentObject, added: readonly Signed[] = []): Signed[] {
  const components = spec["components"];
  const schemes = isObject(components) ? components["securitySchemes"] : undefined;
  const declared = Object.values(isObject(schemes) ? schemes : {}).flatMap((scheme) => {
    if (!isObject(scheme) || scheme["type"] !== "apiKey" || typeof scheme["name"] !== "string") return [];
    return [{ in: typeof scheme["in"] === "string" ? scheme["in"] : "header", name: scheme["name"] }];
  });
  return [...declared, ...added];
}
