/**
 * Converts Swagger 2.0 to OpenAPI 3.1, object by object while emitting, so that references, faults and documents of many
 * files need no special care.
 */
import type {
  DocumentObject,
  MediaTypeObject,
  SchemaObject,
  SwaggerOperation,
  SwaggerParameter,
  SwaggerResponse,
} from "../../openapi.ts";
import { emitMembers, type Dialect, type Emitter, type KnownDialect } from "../emitter.ts";
import { resolveParameter } from "../path-items.ts";
import type { Place } from "../../references.ts";
import { isObject, own, setOwn, type Json } from "../../objects.ts";
import { emitSecurityScheme, serversOf } from "./swagger20-root.ts";
import { emitForm, emitItems, emitParameter, moderniseSwagger } from "./swagger20-parameters.ts";
import { unfoldRoot } from "./unfold.ts";

export const swagger20: KnownDialect = {
  reads: (version) => /^2(?:\.0)?$/.test(version),
  dialect: dialectOf,
};

/** @param root its `consumes` and `produces` are the defaults of all operations */
function dialectOf(root: DocumentObject): Dialect {
  const rootConsumes = mediaTypes(root, "consumes") ?? ["application/json"];
  const rootProduces = mediaTypes(root, "produces") ?? ["application/json"];
  return {
    openapi: "3.1.1",
    byKind: true,
    convert: {
      schema: emitSchema,
      parameter: emitParameter,
      header: emitParameter,
      requestBody: (value, emitter) => emitBody(value, emitter, rootConsumes),
      response: (value, emitter) => emitResponse(value, emitter, rootProduces),
      securityScheme: emitSecurityScheme,
    },
    operation: (value, parameters, emitter) =>
      emitOperation(value, parameters, emitter, {
        consumes: mediaTypes(value, "consumes") ?? rootConsumes,
        produces: mediaTypes(value, "produces") ?? rootProduces,
      }),
    root: convertRoot,
    componentPlace: (kind) => places[kind],
  };
}

const places: Record<string, string[]> = {
  schemas: ["definitions"],
  parameters: ["parameters"],
  requestBodies: ["parameters"],
  responses: ["responses"],
  securitySchemes: ["securityDefinitions"],
};

const replaced = new Set([
  "swagger",
  "host",
  "basePath",
  "schemes",
  "consumes",
  "produces",
  "definitions",
  "parameters",
  "responses",
  "securityDefinitions",
  "components",
]);

/** Moves the members of the root to where 3.1 has them. Their contents are converted when they are emitted. */
function convertRoot(written: DocumentObject, emitter: Emitter): Json {
  const root = unfoldRoot(written, emitter);
  const result: Json = { openapi: "3.1.1" };
  for (const key of Object.keys(root)) if (!replaced.has(key)) setOwn(result, key, root[key]);
  result["servers"] = serversOf(root, emitter.url);
  const parameters: Json = {};
  const requestBodies: Json = {};
  const named = own(root, "parameters");
  for (const name of Object.keys(isObject(named) ? named : {})) {
    const parameter = (named as Json)[name];
    const place = { url: emitter.url, tokens: ["parameters", name], value: parameter };
    const isBody = resolveParameter(place, emitter)?.value["in"] === "body";
    setOwn(isBody ? requestBodies : parameters, name, parameter);
  }
  result["components"] = Object.fromEntries(
    [
      ["schemas", own(root, "definitions")],
      ["responses", own(root, "responses")],
      ["parameters", parameters],
      ["requestBodies", requestBodies],
      ["securitySchemes", own(root, "securityDefinitions")],
    ].filter(([, members]) => isObject(members) && Object.keys(members).length > 0),
  );
  return result;
}

interface Media {
  consumes: string[];
  produces: string[];
}

function emitOperation(
  operation: SwaggerOperation,
  parameters: Place[],
  emitter: Emitter,
  media: Media,
): Json {
  const { parameters: _, responses, consumes: _c, produces: _p, schemes, ...rest } = operation;
  const result = emitMembers(rest, emitter, "operation");
  if (schemes !== undefined) result["x-schemes"] = schemes;
  const plain: unknown[] = [];
  const fields: Place[] = [];
  for (const place of parameters) {
    const resolved = resolveParameter(place, emitter);
    switch (resolved?.value["in"]) {
      case "body":
        if (result["requestBody"]) emitter.fault("There are two body parameters; the last one was used");
        result["requestBody"] = emitter.at(resolved.url, resolved.tokens, () =>
          emitBody(resolved.value, emitter, media.consumes),
        );
        break;
      case "formData":
        fields.push(resolved);
        break;
      default:
        plain.push(emitter.at(place.url, place.tokens, () => emitter.emit(place.value, "parameter")));
    }
  }
  result["parameters"] = plain;
  if (fields.length > 0) {
    if (result["requestBody"]) emitter.fault("There are a body parameter and form fields; the form was used");
    result["requestBody"] = emitForm(fields, emitter, media.consumes);
  }
  result["responses"] = emitter.within("responses", () => emitResponses(responses, emitter, media.produces));
  return result;
}

function emitResponses(responses: unknown, emitter: Emitter, produces: string[]): unknown {
  if (!isObject(responses) || typeof responses["$ref"] === "string")
    return emitter.emit(responses ?? {}, "map of response");
  const result: Json = {};
  for (const status of Object.keys(responses)) {
    const response = responses[status];
    const emitted = emitter.within(status, () => {
      if (!isObject(response) || status.startsWith("x-")) return emitter.emit(response, "literal");
      if (typeof own(response, "$ref") === "string") return emitter.emit(response, "response");
      return emitResponse(response, emitter, produces);
    });
    setOwn(result, status, emitted);
  }
  return result;
}

function emitResponse(response: SwaggerResponse, emitter: Emitter, produces: string[]): Json {
  const { schema, examples, headers, ...rest } = response;
  const result = emitMembers(rest, emitter, "response");
  if (headers !== undefined) result["headers"] = emitter.emitMember("headers", headers, { map: "header" });
  const byType = isObject(examples) ? (emitter.emitMember("examples", examples, "literal") as Json) : {};
  if (schema === undefined && Object.keys(byType).length === 0) return result;
  const emitted = schema === undefined ? undefined : emitter.emitMember("schema", schema, "schema");
  const isFile = isObject(schema) && own(schema, "type") === "file";
  const declared = isFile && produces.join() === "application/json" ? ["application/octet-stream"] : produces;
  const types = schema === undefined ? [] : declared;
  const content: Json = {};
  for (const type of new Set([...types, ...Object.keys(byType)])) {
    const media: MediaTypeObject = emitted === undefined ? {} : { schema: emitted };
    if (Object.hasOwn(byType, type)) media.example = byType[type];
    setOwn(content, type, media);
  }
  return { ...result, content };
}

function emitBody(parameter: SwaggerParameter, emitter: Emitter, consumes: string[]): Json {
  const { in: _, name: _n, schema, required, type: _t, ...rest } = parameter;
  const result = emitMembers(rest, emitter, "parameter");
  if (required === true) result["required"] = true;
  const emitted =
    schema === undefined ? emitItems(parameter, emitter) : emitter.emitMember("schema", schema, "schema");
  const types = consumes.length > 0 ? consumes : ["application/json"];
  result["content"] = Object.fromEntries(types.map((type) => [type, { schema: emitted }]));
  return result;
}

function emitSchema(value: SchemaObject, emitter: Emitter): unknown {
  const schema = emitMembers(value, emitter, "schema");
  if (typeof schema.discriminator === "string") {
    schema.discriminator = { propertyName: schema.discriminator };
  }
  return moderniseSwagger(schema);
}

function mediaTypes(holder: Json, key: string): string[] | undefined {
  const types = own(holder, key);
  if (!Array.isArray(types)) return undefined;
  const names = types.filter((type) => typeof type === "string" && type !== "");
  return names.length > 0 ? names : undefined;
}
