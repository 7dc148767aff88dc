/**
 * The answer to a write that was only planned: the success that the document describes, with its own example or one
 * made from the schema. Pure.
 */
import type { MediaTypeObject, OperationObject, ResponseObject } from "../../spec/openapi.ts";
import { objectOf, type Json } from "../../spec/objects.ts";

/** Deeper members do not make an example clearer, and recursive schemas must end. */
const maxDepth = 8;

/** @param object the operation object of the catalog, every `$ref` resolved */
export function exampleAnswer(object: OperationObject): Response {
  const [status, described] = successOf(object);
  const [type, media] = contentOf(described);
  if (type === undefined || status === 204 || status === 205)
    return new Response(null, { status: status === 205 ? 204 : status });
  const example = exampleOf(media);
  const body = typeof example === "string" && !/json/i.test(type) ? example : JSON.stringify(example ?? null);
  return new Response(body, { status, headers: { "content-type": type } });
}

/** The first 2xx response; 200 without a body if the document describes none. */
function successOf(object: OperationObject): [status: number, described: ResponseObject] {
  const found = Object.entries(objectOf(object.responses))
    .filter(([status]) => /^2(?:\d\d|XX)$/i.test(status))
    .sort(([a], [b]) => (a < b ? -1 : 1))[0];
  if (!found) return [200, {}];
  const status = Number(found[0]);
  return [Number.isNaN(status) ? 200 : status, objectOf(found[1])];
}

/** JSON before anything else. */
function contentOf(described: ResponseObject): [type: string | undefined, media: MediaTypeObject] {
  const all = Object.entries(objectOf(described.content));
  const found = all.find(([type]) => /json/i.test(type)) ?? all[0];
  if (!found) return [undefined, {}];
  return [found[0].includes("*") ? "application/json" : found[0], objectOf(found[1])];
}

function exampleOf(media: MediaTypeObject): unknown {
  if (media.example !== undefined) return media.example;
  const [named] = Object.values(objectOf(media.examples));
  const value = objectOf(named)["value"];
  return value === undefined ? fromSchema(media.schema, 0) : value;
}

/** An example value of a schema (JSON Schema 2020-12 as OpenAPI 3.1 uses it). */
export function fromSchema(schema: unknown, depth: number): unknown {
  const members = objectOf(schema);
  for (const name of ["example", "const", "default"]) if (members[name] !== undefined) return members[name];
  for (const name of ["examples", "enum"]) {
    const list = members[name];
    if (Array.isArray(list) && list.length > 0) return list[0];
  }
  if (depth >= maxDepth) return null;
  if (Array.isArray(members["allOf"])) {
    const { allOf, ...rest } = members;
    const parts = [...(allOf as unknown[]), rest].map((part) => fromSchema(part, depth + 1));
    const objects = parts.filter((part) => typeof part === "object" && part !== null && !Array.isArray(part));
    return objects.length > 0 ? Object.assign({}, ...objects) : (parts.find((part) => part !== null) ?? null);
  }
  for (const name of ["oneOf", "anyOf"]) {
    const [first] = Array.isArray(members[name]) ? (members[name] as unknown[]) : [];
    if (first !== undefined) return fromSchema(first, depth + 1);
  }
  return ofType(members, depth);
}

function ofType(members: Json, depth: number): unknown {
  const types = [members["type"]].flat();
  const type = types.find((one) => one !== "null") ?? (members["properties"] ? "object" : undefined);
  switch (type) {
    case "object": {
      const properties = Object.entries(objectOf(members["properties"])).filter(
        ([, property]) => objectOf(property)["writeOnly"] !== true,
      );
      return Object.fromEntries(
        properties.map(([name, property]) => [name, fromSchema(property, depth + 1)]),
      );
    }
    case "array":
      return members["items"] === undefined ? [] : [fromSchema(members["items"], depth + 1)];
    case "string":
      return texts[String(members["format"])] ?? "example";
    case "integer":
    case "number":
      return typeof members["minimum"] === "number" ? members["minimum"] : 0;
    case "boolean":
      return true;
    default:
      return null;
  }
}

const texts: Record<string, string> = {
  date: "2026-01-31",
  "date-time": "2026-01-31T12:00:00Z",
  email: "someone@example.com",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  byte: "ZXhhbXBsZQ==",
};
