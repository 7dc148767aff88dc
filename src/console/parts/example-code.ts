/** Code to begin with: for the APIs of this deployment, and for one operation with its required arguments. */
import type { OperationSummary } from "../../spec/catalog.ts";
import type { Documents } from "./in-words.ts";

export interface ExampleCode {
  title: string;
  tool: "search" | "execute";
  code: string;
}

/** With several APIs, code names the one that it calls. */
const clientOf = (documents: Documents, api: string) => (documents.size > 1 ? `apis.${api}` : "api");

export function examplesFor(documents: Documents): ExampleCode[] {
  const [first] = documents.values();
  if (!first?.catalog) return [];
  const { api, catalog } = first;
  const client = clientOf(documents, api.name);
  const list = catalog.operations.find(({ method, path }) => method === "get" && !path.includes("{"));
  const word = (list?.summary ?? "list").split(/\s+/).slice(0, 3).join(" ").toLowerCase();
  return [
    {
      title: `Find operations by words: “${word}”`,
      tool: "search",
      code: `// Ranked operations for plain words, and how the best of them are called\nreturn find(${JSON.stringify(word)}, { limit: 5 }).map(describe);`,
    },
    {
      title: "Count the operations of each tag",
      tool: "search",
      code: `const count = {};\nfor (const { tags } of operations) for (const tag of tags) count[tag] = (count[tag] ?? 0) + 1;\nreturn Object.entries(count).sort(([, a], [, b]) => b - a);`,
    },
    ...(list
      ? [
          {
            title: `Call ${api.title}: ${list.summary || list.id}`,
            tool: "execute" as const,
            code: `const { data } = await ${client}.get(${JSON.stringify(list.path)});\nreturn data;`,
          },
          {
            title: "Go through all pages of a list",
            tool: "execute" as const,
            code: `return await ${client}.pages(${JSON.stringify(list.path)}).all();`,
          },
        ]
      : []),
  ];
}

interface Parameter {
  name: string;
  in: string;
  required: boolean;
}

/** @returns code that calls the operation, with a gap for each argument that it requires; undefined if there is none */
export function callExample(documents: Documents, name: string, id: string): string | undefined {
  const catalog = documents.get(name)?.catalog;
  const operation = catalog?.operations.find((one) => one.id === id);
  if (!catalog || !operation) return undefined;
  const object = catalog.operationObject(operation);
  const required = parametersIn(object).filter((one) => one.required);
  const group = (place: string) => {
    const names = required.filter((one) => one.in === place);
    if (names.length === 0) return [];
    return [`  ${place}: { ${names.map((one) => `${keyOf(one.name)}: ""`).join(", ")} },`];
  };
  const lines = [...group("path"), ...group("query"), ...(object["requestBody"] ? ["  body: {},"] : [])];
  const args = lines.length > 0 ? `, {\n${lines.join("\n")}\n}` : "";
  return `// ${operation.summary || operation.id}\nreturn (await ${call(clientOf(documents, name), operation)}${args})).data;`;
}

const shorthand = new Set(["get", "post", "put", "patch", "delete", "head", "options"]);

function call(client: string, { id, method, path }: OperationSummary): string {
  return shorthand.has(method)
    ? `${client}.${method}(${JSON.stringify(path)}`
    : `${client}.call(${JSON.stringify(id)}`;
}

const keyOf = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** The members that a call of the operation takes, by where they go. */
export function argumentsOf(
  object: Record<string, unknown>,
): { name: string; in: string; required: boolean }[] {
  const body = object["requestBody"] ? [{ name: "body", in: "body", required: true }] : [];
  return [...parametersIn(object), ...body];
}

function parametersIn(object: Record<string, unknown>): Parameter[] {
  const list = Array.isArray(object["parameters"]) ? (object["parameters"] as Record<string, unknown>[]) : [];
  return list.flatMap((one) =>
    typeof one["name"] === "string" && typeof one["in"] === "string"
      ? [{ name: one["name"], in: one["in"], required: one["required"] === true }]
      : [],
  );
}
