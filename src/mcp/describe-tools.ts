/**
 * The texts that a client's model reads before its first call: both descriptions and the server's instructions.
 *
 * Guarantee: together at most 1,000 o200k tokens for any deployment (test/mcp/describe-tools.test.ts counts them).
 * What the fixed text leaves of that is filled with what helps most: every operation on a line for a small API,
 * the tags by size for a big one, the list of APIs for several.
 */
import type { Access } from "../deployment/api-file.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";

/** One API as the descriptions need it. */
export interface DescribedApi {
  name: string;
  title: string;
  /** What this connection may do with it. */
  access: Access[];
  catalog: Pick<OpenedCatalog, "operations" | "operationObject">;
}

export interface ToolTexts {
  search: string;
  execute: string;
  instructions: string;
}

/**
 * Characters for what is said of this deployment's own APIs. The fixed texts take about 560 tokens; operation
 * lines and tag lists cost a token for every 3 characters at worst.
 */
const ownTextChars = 1_150;

/** The descriptions for these APIs. Pure. */
export function describeTools(apis: DescribedApi[]): ToolTexts {
  const only = apis.length === 1 ? apis[0] : undefined;
  const what = only ? `${only.title} (${count(only.catalog.operations.length)} operations)` : "several APIs";
  const spec = only ? "spec" : "specs.<name>";
  const api = only ? "api" : "apis.<name>";
  const canWrite = apis.some(({ access }) => access.some((kind) => kind !== "read"));
  const search = [
    `Find operations of ${what}: run JavaScript or TypeScript against the OpenAPI document. No network.`,
    "",
    "Globals:",
    `operations: { id, method (lower case), path, summary, tags, access: "read" | "write" | "delete", deprecated${only ? "" : ", api"} }[]`,
    "find(text, { limit = 10, tag, access }): operations ranked for plain words",
    "describe(operation or id): its arguments and response as TypeScript",
    `${spec}: the OpenAPI 3.1 document, every $ref resolved, e.g. ${spec}.paths[op.path][op.method].requestBody`,
    "recall(runId): full result of an earlier run",
    "",
    'Example: return find("list dns records", { limit: 3 }).map(describe)',
    "",
    ownText(apis),
  ].join("\n");
  const execute = [
    `Call ${what} by running JavaScript or TypeScript. Authentication is added for you.`,
    ...(canWrite ? [] : ["This connection may only read."]),
    "",
    "Globals of search, and:",
    `${api}.get|post|put|patch|delete|head|options(path, { path, query, headers, cookies, body, contentType }): Promise<{ status, headers, data }>; path is the document's template; throws ApiError { status, data, hint } on 4xx and 5xx`,
    `${api}.call(operationId, same): by id`,
    `${api}.pages(path, same): async iterator over the pages of a list, to its end`,
    "fetch: the standard one, to the API only",
    "",
    "Do all steps in one run, with Promise.all where they are independent, and return only what is needed: results over 6,000 tokens are shortened, recall(runId) has them whole.",
    "",
    `Example: const { data } = await ${only ? "api" : `apis.${apis[0]?.name ?? "name"}`}.get("/items/{id}", { path: { id: 7 } }); return data.name`,
  ].join("\n");
  const instructions = `${apis.map(({ title }) => title).join(", ")}: whole, behind two tools. Use search to find operations and their types, then execute to call them.`;
  return { search: search.trimEnd(), execute, instructions: cut(instructions, 300) };
}

/** What is said of these APIs, within the budget. */
function ownText(apis: DescribedApi[]): string {
  if (apis.length === 0) return "No API is configured yet: tell the user to add one.";
  if (apis.length > 1) return fill("APIs:", apis.map(apiLine), ", ");
  const operations = apis[0]!.catalog.operations;
  const lines = signatureLines(apis[0]!.catalog);
  if (lines) return `Operations (* is required):\n${lines.join("\n")}`;
  const tags = tagsBySize(operations);
  if (tags.length < 2) return fill("Paths begin with:", pathHeads(operations), ", ");
  return fill("Tags (operations):", tags, ", ");
}

function apiLine({ name, title, catalog }: DescribedApi): string {
  return `${name}: ${title} (${count(catalog.operations.length)} operations)`;
}

/** Every operation with its arguments on a line, or nothing if they do not all fit. */
function signatureLines(catalog: DescribedApi["catalog"]): string[] | undefined {
  // Shorter than "get /x" no line can be: spares the parsing of a big document.
  if (catalog.operations.length * 8 > ownTextChars) return undefined;
  const full = catalog.operations.map((operation) =>
    signatureLine(operation, catalog.operationObject(operation)),
  );
  if (full.join("\n").length <= ownTextChars) return full;
  const short = catalog.operations.map(({ method, path }) => `${method} ${path}`);
  return short.join("\n").length <= ownTextChars ? short : undefined;
}

interface ParameterShape {
  name?: unknown;
  in?: unknown;
  required?: unknown;
}

function signatureLine({ method, path }: OperationSummary, operation: Record<string, unknown>): string {
  const parameters = Array.isArray(operation.parameters) ? (operation.parameters as ParameterShape[]) : [];
  const query = parameters
    .filter((parameter) => parameter.in === "query")
    .map(({ name, required }) => `${String(name)}${required === true ? "*" : ""}`);
  const body = bodyMembers(operation.requestBody);
  return [`${method} ${path}`, query.length > 0 && `?${query.join(",")}`, body && `{${body.join(",")}}`]
    .filter(Boolean)
    .join(" ");
}

function bodyMembers(requestBody: unknown): string[] | undefined {
  const content = member(requestBody, "content");
  if (typeof content !== "object" || content === null) return undefined;
  const schema = member(Object.values(content)[0], "schema");
  const properties = member(schema, "properties");
  if (typeof properties !== "object" || properties === null) return [];
  const required = member(schema, "required");
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.keys(properties).map((name) => `${name}${needed.has(name) ? "*" : ""}`);
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function tagsBySize(operations: OperationSummary[]): string[] {
  return bySize(operations.flatMap(({ tags }) => tags));
}

/** First segments of the paths, for documents without tags. */
function pathHeads(operations: OperationSummary[]): string[] {
  return bySize(operations.map(({ path }) => `/${path.split("/")[1] ?? ""}`));
}

function bySize(names: string[]): string[] {
  const sizes = new Map<string, number>();
  for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  return [...sizes].sort((a, b) => b[1] - a[1]).map(([name, size]) => `${name} ${size}`);
}

/** As many items as fit, and how many were left out. */
function fill(head: string, items: string[], separator: string): string {
  let text = head;
  for (const [position, item] of items.entries()) {
    const next = `${text}${position === 0 ? " " : separator}${cut(item, 160)}`;
    if (next.length > ownTextChars) return `${text}${separator}and ${count(items.length - position)} more`;
    text = next;
  }
  return text;
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
