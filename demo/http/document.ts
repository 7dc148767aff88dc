/**
 * The API's own document. It is what the server routes and validates by, so that document and
 * server cannot drift apart in paths, parameters or bodies.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { $RefParser } from "@apidevtools/json-schema-ref-parser";
import { parse } from "yaml";

/** A JSON Schema of draft 2020-12 without `$ref`, narrowed to what this server looks at itself. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  default?: unknown;
  [keyword: string]: unknown;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}

export interface Response {
  description: string;
  headers?: Record<string, { schema: Schema }>;
  content?: Record<string, { schema: Schema }>;
}

export interface Operation {
  id: string;
  /** In upper case. */
  method: string;
  /** The template, without the base path. */
  path: string;
  parameters: Parameter[];
  body?: { contentType: string; schema: Schema };
  responses: Record<string, Response>;
}

export interface Document {
  /** As it stands in the file. */
  yaml: string;
  /** The same, parsed, `$ref`s left in. */
  source: { servers: { url: string }[] } & Record<string, unknown>;
  operations: Operation[];
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

interface OperationObject {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Response>;
}
type PathItem = { parameters?: Parameter[] } & Partial<Record<(typeof methods)[number], OperationObject>>;

let reading: Promise<Document> | undefined;

/** Read once for a process; nobody changes it. */
export function readDocument(): Promise<Document> {
  reading ??= readFromFile();
  return reading;
}

async function readFromFile(): Promise<Document> {
  const yaml = await readFile(join(import.meta.dirname, "../openapi.yaml"), "utf8");
  const source = parse(yaml) as Document["source"];
  const whole = (await $RefParser.dereference(structuredClone(source))) as unknown as {
    paths: Record<string, PathItem>;
  };
  const operations = Object.entries(whole.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [operationOf(path, method, item, operation)] : [];
    }),
  );
  return { yaml, source, operations };
}

function operationOf(path: string, method: string, item: PathItem, operation: OperationObject): Operation {
  const [body] = Object.entries(operation.requestBody?.content ?? {});
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])],
    ...(body && { body: { contentType: body[0], schema: body[1].schema } }),
    responses: operation.responses,
  };
}
