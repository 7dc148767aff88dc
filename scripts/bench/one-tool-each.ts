/**
 * What an API costs a model's context when every operation is a tool of its own, as generators make them. Counted
 * from the document, in o200k tokens of the JSON that `tools/list` would answer.
 */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { isObject } from "../../src/spec/objects.ts";

export interface OneToolEach {
  operations: number;
  /** Every parameter and body with its whole schema; a schema that is referred to stands once in each tool's `$defs`. */
  full: number;
  /** Name, summary, and the names and primitive types of what is required. */
  minimal: number;
}

const methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

/** @param document plain, as parsed: OpenAPI 3.x, or Swagger 2.0 */
export function oneToolEach(document: Record<string, unknown>): OneToolEach {
  const schemas = new Schemas(document);
  const sum = { operations: 0, full: 0, minimal: 0 };
  for (const [path, item] of entries(document["paths"])) {
    for (const method of methods) {
      const operation = isObject(item) ? item[method] : undefined;
      if (!isObject(operation)) continue;
      const shared = isObject(item) && Array.isArray(item["parameters"]) ? item["parameters"] : [];
      const parameters = [
        ...shared,
        ...(Array.isArray(operation["parameters"]) ? operation["parameters"] : []),
      ]
        .map((parameter) => schemas.resolved(parameter))
        .filter(isObject);
      const body = schemas.resolved(operation["requestBody"]);
      const name = String(operation["operationId"] ?? `${method}_${path}`);
      sum.operations++;
      sum.full += schemas.withDefinitions(fullTool(name, operation, parameters, body));
      sum.minimal += countTokens(JSON.stringify(minimalTool(name, operation, parameters, body)));
    }
  }
  return sum;
}

function fullTool(name: string, operation: Operation, parameters: Operation[], body: unknown): unknown {
  const properties = Object.fromEntries(
    parameters.map(({ name: own, in: _in, required: _required, schema, ...rest }) => [
      String(own),
      {
        ...(isObject(schema) ? schema : rest),
        ...(rest["description"] ? { description: rest["description"] } : {}),
      },
    ]),
  );
  const content = isObject(body) ? body["content"] : undefined;
  const [, media] = entries(content)[0] ?? [];
  return {
    name,
    description: [operation["summary"], operation["description"]].filter(Boolean).join("\n\n"),
    inputSchema: {
      type: "object",
      properties: { ...properties, ...(isObject(media) && { body: media["schema"] ?? {} }) },
      required: parameters.filter(({ required }) => required === true).map((each) => each["name"]),
    },
  };
}

function minimalTool(name: string, operation: Operation, parameters: Operation[], body: unknown): unknown {
  const needed = parameters.filter(({ required }) => required === true);
  const typeOf = ({ schema, type }: Operation) => (isObject(schema) ? schema["type"] : type) ?? "string";
  return {
    name,
    description: operation["summary"] ?? "",
    inputSchema: {
      type: "object",
      properties: {
        ...Object.fromEntries(needed.map((each) => [String(each["name"]), { type: typeOf(each) }])),
        ...(isObject(body) && { body: { type: "object" } }),
      },
      required: needed.map((each) => each["name"]),
    },
  };
}

type Operation = Record<string, unknown>;

/** The document's referable parts, each counted once. */
class Schemas {
  readonly #document: Record<string, unknown>;
  readonly #own = new Map<string, number>();
  readonly #direct = new Map<string, string[]>();

  constructor(document: Record<string, unknown>) {
    this.#document = document;
  }

  resolved(value: unknown): unknown {
    const pointer = isObject(value) ? value["$ref"] : undefined;
    return typeof pointer === "string" ? this.#at(pointer) : value;
  }

  /** Tokens of a tool, and of every schema that it needs, directly or through others. */
  withDefinitions(tool: unknown): number {
    let tokens = countTokens(JSON.stringify(tool));
    const seen = new Set<string>();
    const waiting = references(tool);
    for (let pointer = waiting.pop(); pointer !== undefined; pointer = waiting.pop()) {
      if (seen.has(pointer)) continue;
      seen.add(pointer);
      let own = this.#own.get(pointer);
      if (own === undefined) {
        const part = this.#at(pointer);
        own = countTokens(JSON.stringify(part) ?? "");
        this.#own.set(pointer, own);
        this.#direct.set(pointer, references(part));
      }
      tokens += own;
      waiting.push(...this.#direct.get(pointer)!);
    }
    return tokens;
  }

  #at(pointer: string): unknown {
    if (!pointer.startsWith("#/")) return undefined;
    let value: unknown = this.#document;
    for (const part of pointer.slice(2).split("/")) {
      const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      value = isObject(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined;
    }
    return value;
  }
}

function references(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const each of value) references(each, found);
  else if (isObject(value)) {
    if (typeof value["$ref"] === "string") found.push(value["$ref"]);
    for (const each of Object.values(value)) references(each, found);
  }
  return found;
}

function entries(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}
