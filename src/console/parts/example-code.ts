/** Code to begin with: for the APIs of this deployment, and for one operation with its required arguments. */
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { isObject } from "../../spec/objects.ts";
import type { SchemaObject } from "../../spec/openapi.ts";
import {
  contentOf,
  groupOf,
  groups,
  isNeeded,
  mediaSchema,
  mustBeGiven,
  parametersOf,
  preferredType,
  shownSchema,
  signedPlaces,
  type Group,
} from "../../spec/read/required.ts";
import { schemasOf, shapeOf } from "../../spec/read/shape.ts";
import type { Documents } from "./in-words.ts";

export interface ExampleCode {
  title: string;
  tool: "search" | "execute";
  code: string;
}

/** With several APIs, code names the one that it calls. */
const clientOf = (documents: Documents, api: string) => (documents.size > 1 ? `apis.${api}` : "api");

/** @param name of the API, whose document is there */
export function examplesFor(documents: Documents, name: string): ExampleCode[] {
  const { api, catalog } = documents.get(name) ?? {};
  if (!api || !catalog) return [];
  const client = clientOf(documents, name);
  const list = listIn(catalog);
  const about = list?.summary || catalog.operations[0]?.summary || "list";
  const words = about
    .split(/[^\p{L}\p{N}\s'-]/u, 1)[0]!
    .trim()
    .split(/\s+/)
    .slice(0, 4)
    .join(" ");
  const byTag = catalog.operations.some(({ tags }) => tags.length > 0);
  return [
    {
      title: `Find operations by words: “${words}”`,
      tool: "search",
      code: `// Ranked operations for plain words, and how the best of them are called\nreturn find(${JSON.stringify(words.toLowerCase())}, { limit: 5 }).map(describe);`,
    },
    {
      title: `Count the operations of each ${byTag ? "tag" : "method"}`,
      tool: "search",
      code: byTag
        ? `const count = {};\nfor (const { tags } of operations) for (const tag of tags) count[tag] = (count[tag] ?? 0) + 1;\nreturn Object.entries(count).sort(([, a], [, b]) => b - a);`
        : `const count = {};\nfor (const { method } of operations) count[method] = (count[method] ?? 0) + 1;\nreturn count;`,
    },
    ...(list
      ? [
          {
            title: `Call ${api.title}: ${list.summary || list.id}`,
            tool: "execute" as const,
            code: `const { data } = await ${client}.get(${JSON.stringify(list.path)});\nreturn data;`,
          },
          {
            title: "Go through all pages of it",
            tool: "execute" as const,
            code: `return await ${client}.pages(${JSON.stringify(list.path)}).all();`,
          },
        ]
      : []),
  ];
}

/** Names that lists have in nearly every document. */
const listed = /^(?:list|search|get all|find)(?:[A-Z\W]|$)/i;

/** An operation that lists something and needs no arguments; one that says so before any other. */
function listIn(catalog: OpenedCatalog): OperationSummary | undefined {
  const bare = catalog.operations.filter(({ method, path }) => method === "get" && !path.includes("{"));
  const byName = bare.filter(({ summary, id }) => listed.test(summary) || listed.test(id));
  const isCallable = (one: OperationSummary) => argumentsOf(catalog, one).every(({ required }) => !required);
  return byName.find(isCallable) ?? bare.find(isCallable);
}

export interface Argument {
  name: string;
  /** The member of a call's arguments that holds it. */
  in: Group | "body";
  required: boolean;
  schema: SchemaObject;
}

/** What a call of the operation takes, by where it goes; of a body, its members. */
export function argumentsOf(catalog: OpenedCatalog, operation: OperationSummary): Argument[] {
  const object = catalog.operationObject(operation);
  const signed = signedPlaces(catalog.spec);
  const parameters = parametersOf(object, operation.path).map((one) => ({
    name: one.name,
    in: groupOf(one),
    required: mustBeGiven(one, signed),
    schema: shownSchema(one),
  }));
  return [...parameters, ...membersOf(bodyOf(catalog, operation))];
}

/** The schema of the body that the operation is usually sent with. */
function bodyOf(catalog: OpenedCatalog, operation: OperationSummary): SchemaObject | undefined {
  const content = contentOf(catalog.operationObject(operation));
  const schema = mediaSchema(content, preferredType(Object.keys(content)));
  return isObject(schema) ? schema : undefined;
}

function membersOf(body: SchemaObject | undefined): Argument[] {
  if (!body) return [];
  const shape = shapeOf(body);
  const names = new Set(shape.holders.flatMap((holder) => Object.keys(holder)));
  return Array.from(names, (name) => {
    const schemas = schemasOf(shape, name);
    const required = shape.required.has(name) && isNeeded(schemas);
    return { name, in: "body", required, schema: schemas[0] ?? {} };
  });
}

/** @returns code that calls the operation, with a gap for each argument that it requires; undefined if there is none */
export function callExample(documents: Documents, name: string, id: string): string | undefined {
  const catalog = documents.get(name)?.catalog;
  const operation = catalog?.operations.find((one) => one.id === id);
  if (!catalog || !operation) return undefined;
  const needed = argumentsOf(catalog, operation).filter(({ required }) => required);
  const membersIn = (place: Argument["in"]) =>
    needed.filter((one) => one.in === place).map((one) => `${keyOf(one.name)}: ${gapOf(one.schema)}`);
  const lines = groups.flatMap((place) => {
    const members = membersIn(place);
    return members.length > 0 ? [`  ${place}: { ${members.join(", ")} },`] : [];
  });
  const body = bodyOf(catalog, operation);
  const members = membersIn("body");
  if (members.length > 0) lines.push(`  body: { ${members.join(", ")} },`);
  else if (body) lines.push(`  body: ${gapOf(body)},`);
  const args = lines.length > 0 ? `, {\n${lines.join("\n")}\n}` : "";
  const title = (operation.summary || operation.id).replaceAll(/\s+/g, " ");
  return `// ${title}\nreturn (await ${call(clientOf(documents, name), operation)}${args})).data;`;
}

const maxGivenChars = 60;

/** A value of its kind to write over: what the document gives as an example, or an empty one. */
function gapOf(schema: SchemaObject): string {
  const { types, choices } = shapeOf(schema);
  const { example, examples } = schema as { example?: unknown; examples?: unknown };
  const given = [example, Array.isArray(examples) ? examples[0] : undefined, choices?.[0]].find(
    (value) =>
      ["string", "number", "boolean"].includes(typeof value) && String(value).length <= maxGivenChars,
  );
  if (given !== undefined) return JSON.stringify(given);
  if (types.has("array")) return "[]";
  if (types.has("integer") || types.has("number")) return "0";
  if (types.has("boolean")) return "false";
  return types.has("string") ? '""' : types.has("object") ? "{}" : '""';
}

const shorthand = new Set(["get", "post", "put", "patch", "delete", "head", "options"]);

function call(client: string, { id, method, path }: OperationSummary): string {
  return shorthand.has(method)
    ? `${client}.${method}(${JSON.stringify(path)}`
    : `${client}.call(${JSON.stringify(id)}`;
}

const keyOf = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
