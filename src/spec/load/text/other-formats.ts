/**
 * What people name who are asked for an OpenAPI document: descriptions in other formats, and files that stand for one.
 * Each is told by its name, with what to do. Pure.
 */
import { isObject, own, type Json } from "../../objects.ts";

interface Format {
  /** With its article: "a Postman collection". */
  what: string;
  next: string;
}

const convert = "Convert it to OpenAPI 3, or ask who publishes the API for its OpenAPI document.";
const notServed = (kind: string) =>
  `isogate serves HTTP APIs, not ${kind}. If the API has an OpenAPI document too, use that.`;

/** By the first line that is no comment. */
const byLine: readonly [RegExp, what: string, next: string][] = [
  [/^<<<<<<< /, "a file with an unresolved merge conflict", "Resolve it, then try again."],
  [
    /^version https:\/\/git-lfs\./,
    "a pointer of Git LFS, which stands for the file",
    "Fetch the file with: git lfs pull",
  ],
  [/^(?:syntax|edition) ?= ?["']|^package [\w.]+;/, "a Protocol Buffers file", notServed("gRPC")],
  [
    /^(?:extend )?(?:type|interface|input|enum) \w[^:{]*\{|^schema\b[^:{]*\{|^scalar \w+$|^union \w+ ?=|^directive @/,
    "a GraphQL schema",
    notServed("GraphQL"),
  ],
  [/^#%RAML/, "a RAML description", convert],
  [/^FORMAT: ?1A/, "an API Blueprint", convert],
  [/^import "@typespec\//, "TypeSpec source", "Compile it to OpenAPI, and use that file."],
];

/** XML, by what its beginning names. */
const byNamespace: typeof byLine = [
  [/\/wsdl\b/, "a WSDL description of a SOAP API", notServed("SOAP")],
  [/\bedmx\b/i, "OData metadata", convert],
  [/\bwadl\b/, "a WADL description", convert],
];

/** By members of the root. */
const byMembers: readonly [is: (root: Json) => boolean, what: string, next: string][] = [
  [(root) => "swaggerVersion" in root, "a document of Swagger 1", convert],
  [(root) => "item" in root && "info" in root, "a Postman collection", convert],
  [(root) => "item" in inside(root, "collection"), "a Postman collection", convert],
  [(root) => "__export_format" in root, "an export of Insomnia", convert],
  [(root) => "entries" in inside(root, "log"), "a HAR recording", convert],
  [(root) => "discoveryVersion" in root, "a Google discovery document", convert],
  [(root) => "asyncapi" in root, "an AsyncAPI document", notServed("message brokers")],
  [(root) => "openrpc" in root, "an OpenRPC document", notServed("JSON-RPC")],
  [
    (root) => "arazzo" in root || "overlay" in root,
    "a file that goes with an OpenAPI document",
    "Use that document.",
  ],
  [
    (root) => "__schema" in root || "__schema" in inside(root, "data"),
    "the introspection of a GraphQL API",
    notServed("GraphQL"),
  ],
  [
    (root) => typeof own(root, "source") === "string",
    "an API file of isogate",
    "Name the document that is its source, or start without a document to serve all API files in specs/.",
  ],
];

/** How much of a text is looked at. */
const maxBeginning = 2_000;

/** @returns undefined for a text that does not begin like another format */
export function otherFormatOf(text: string): Format | undefined {
  const beginning = text.slice(0, maxBeginning);
  // GraphQL describes things between these; in no other format a text begins with them.
  const told = beginning.split('"""').filter((_, at) => at % 2 === 0);
  const line = told
    .join("")
    .split("\n")
    .map((one) => one.trim())
    .find((one) => one !== "" && !/^(?:#(?!%)|\/\/)/.test(one));
  const isXml = /^<[?!\w]/.test(line ?? "");
  return formatOf(
    (isXml ? byNamespace : byLine).find(([mark]) => mark.test(isXml ? beginning : (line ?? ""))),
  );
}

/** The same of a parsed root that is no OpenAPI document. */
export function otherFormatIn(root: Json): Format | undefined {
  return formatOf(byMembers.find(([is]) => is(root)));
}

function formatOf(row: readonly [unknown, string, string] | undefined): Format | undefined {
  return row && { what: row[1], next: row[2] };
}

function inside(root: Json, name: string): Json {
  const value = own(root, name);
  return isObject(value) ? value : {};
}
