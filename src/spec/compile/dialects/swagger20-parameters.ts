/** Converts parameters, headers and form fields of Swagger 2.0, which have no schema but hold its keywords. */
import type { MediaTypeObject, SchemaObject, SwaggerParameter } from "../../openapi.ts";
import { emitMembers, type Emitter } from "../emitter.ts";
import { memberOf } from "../../members.ts";
import type { Place } from "../../references.ts";
import { setOwn, type Json } from "../../objects.ts";
import { modernise } from "./openapi30.ts";

/** Keywords that belong to the schema in 3.1 (Swagger 2.0, "Parameter Object" and "Items Object"). */
const schemaKeys = new Set([
  "type",
  "format",
  "items",
  "default",
  "maximum",
  "exclusiveMaximum",
  "minimum",
  "exclusiveMinimum",
  "maxLength",
  "minLength",
  "pattern",
  "maxItems",
  "minItems",
  "uniqueItems",
  "enum",
  "multipleOf",
  "x-nullable",
]);

/** A parameter or a header. */
export function emitParameter(value: SwaggerParameter, emitter: Emitter): Json {
  const rest: Json = {};
  for (const key of Object.keys(value)) {
    if (!schemaKeys.has(key) && key !== "collectionFormat" && key !== "schema") setOwn(rest, key, value[key]);
  }
  const result = emitMembers(rest, emitter, "parameter");
  result["schema"] =
    value["schema"] === undefined
      ? emitItems(value, emitter)
      : emitter.emitMember("schema", value["schema"], "schema");
  return { ...result, ...listStyle(value, String(value["in"] ?? "header")) };
}

/** The schema of a parameter or an items object. */
export function emitItems(value: SwaggerParameter, emitter: Emitter): Json {
  const schema: SchemaObject = {};
  for (const key of Object.keys(value)) {
    if (!schemaKeys.has(key)) continue;
    const member = value[key];
    const emitted =
      key === "items" && typeof member === "object" && member !== null && !("$ref" in member)
        ? emitter.within(key, () => emitItems(member as SwaggerParameter, emitter))
        : emitter.emitMember(key, member, memberOf("schema", key, member));
    setOwn(schema, key, emitted);
  }
  return moderniseSwagger(schema);
}

/** Converts a schema of 2.0 to 3.1 in place. */
export function moderniseSwagger(schema: SchemaObject): SchemaObject {
  if (schema.type === "file") Object.assign(schema, { type: "string", format: "binary" });
  if (schema["x-nullable"] === true) {
    delete schema["x-nullable"];
    schema.nullable = true;
  }
  return modernise(schema);
}

/** `collectionFormat` as `style` and `explode`. Default: csv. */
function listStyle(value: SwaggerParameter, place: string): Json {
  if (value["type"] !== "array") return {};
  switch (value["collectionFormat"]) {
    case "multi":
      return { style: "form", explode: true };
    case "ssv":
      return { style: "spaceDelimited", explode: false };
    case "pipes":
      return { style: "pipeDelimited", explode: false };
    case "tsv":
      // No style of 3.1 uses tabs.
      return { "x-collectionFormat": "tsv" };
    default:
      return place === "path" || place === "header"
        ? { style: "simple", explode: false }
        : { style: "form", explode: false };
  }
}

/** All form fields of an operation as one request body. */
export function emitForm(fields: Place[], emitter: Emitter, consumes: string[]): Json {
  const properties: Json = {};
  const required: string[] = [];
  const encoding: Json = {};
  let hasFile = false;
  for (const place of fields) {
    const field = place.value as SwaggerParameter;
    const name = String(field["name"]);
    if (field["type"] === "file") hasFile = true;
    if (field["required"] === true) required.push(name);
    const schema = emitter.at(place.url, place.tokens, () => emitItems(field, emitter));
    if (typeof field["description"] === "string") schema.description = field["description"];
    for (const key of Object.keys(field))
      if (key.startsWith("x-") && key !== "x-nullable") schema[key] = field[key];
    setOwn(properties, name, schema);
    const style = listStyle(field, "formData");
    if (style["style"] !== undefined) setOwn(encoding, name, style);
  }
  const schema: SchemaObject = { type: "object", properties };
  if (required.length > 0) schema.required = required;
  const forms = consumes.filter((type) => /^(?:multipart\/|application\/x-www-form-urlencoded)/i.test(type));
  const types = hasFile ? forms.filter((type) => /^multipart\//i.test(type)) : forms;
  const fallback = hasFile ? "multipart/form-data" : "application/x-www-form-urlencoded";
  const media: MediaTypeObject = Object.keys(encoding).length > 0 ? { schema, encoding } : { schema };
  const content = Object.fromEntries((types.length > 0 ? types : [fallback]).map((type) => [type, media]));
  return { content, ...(required.length > 0 ? { required: true } : {}) };
}
