/**
 * The texts that a client's model reads before its first call: both descriptions and the server's instructions.
 *
 * Guarantee: together at most 1,000 o200k tokens for any deployment (test/mcp/tool-server.worker.test.ts counts them).
 * What the fixed text leaves of that is filled with what helps most: every operation on a line for a small API,
 * the tags by size for a big one, the list of APIs for several.
 */
import type { Access } from "../terms/api-file.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { labelType } from "../request/accounts.ts";
import { estimateTokens } from "./token-estimate.ts";

/** One API as the descriptions need it. */
export interface DescribedApi {
  name: string;
  title: string;
  /** What this connection may do with it. */
  access: Access[];
  catalog: Pick<OpenedCatalog, "operations" | "operationObject">;
  /** Labels of the user's accounts there, where they have their own. */
  accounts?: string[];
}

export interface ToolTexts {
  search: string;
  execute: string;
  instructions: string;
}

/** What both tools as listed and the instructions may cost (docs/design.md, "Context cost"). */
const budgetTokens = 1_000;

/** Names, schemas and annotations around the two descriptions in `tools/list`, and the escapes of JSON. */
const listingTokens = 160;

/** Of APIs with several accounts: so many are named, in so many characters. */
const maxAccountApis = 4;
const maxAccountChars = 240;

/** The descriptions for these APIs. Pure. */
export function describeTools(apis: DescribedApi[]): ToolTexts {
  const only = apis.length === 1 ? apis[0] : undefined;
  const what = only
    ? `${cut(only.title, 120)} (${count(only.catalog.operations.length)} operations)`
    : "several APIs";
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
    `Example: find("what you look for", { limit: 3 }).map((op) => describe(op))`,
    "",
  ].join("\n");
  const execute = [
    `Call ${what} by running JavaScript or TypeScript. Authentication is added for you.`,
    ...(canWrite ? [] : ["This connection may only read."]),
    "",
    "Globals of search, and:",
    `${api}.get|post|put|patch|delete|head|options(path, { path, query, headers, cookies, body, contentType }): Promise<{ status, headers, data }>; path is the document's template; throws ApiError { status, data, hint } on 4xx and 5xx`,
    `${api}.call(operationId, same): by id`,
    `await ${api}.pages(path, same).all(): all items of a list over all its pages; or for await (const { data } of ${api}.pages(…))`,
    ...accountLines(apis),
    "fetch: the standard one, to the API only",
    ...(canWrite ? ["Argument plan: true lists writes for the user to approve, sends none"] : []),
    "",
    "Do all steps in one run, with Promise.all where they are independent, and return only what is needed: results over 6,000 tokens are shortened, recall(runId) has them whole.",
    "",
    `Example: const { data } = await ${only ? "api" : `apis.${apis[0]?.name ?? "name"}`}.get("/items/{id}", { path: { id: 7 } }); return data.name`,
  ].join("\n");
  const instructions = `${cut(apis.map(({ title }) => title).join(", ") || "No API yet", 200)}: whole, behind two tools. Use search to find operations and their types, then execute to call them.`;
  const fixedTokens = [search, execute, instructions].reduce(
    (sum, text) => sum + estimateTokens(text),
    listingTokens,
  );
  return { search: search + ownText(apis, budgetTokens - fixedTokens), execute, instructions };
}

/** How another account is chosen, where there are several: it would be wrong to guess. */
function accountLines(apis: DescribedApi[]): string[] {
  const several = apis.filter(({ accounts }) => (accounts?.length ?? 0) > 1);
  if (several.length === 0) return [];
  const calls = several.map(({ name, accounts }) => {
    const client = apis.length === 1 ? "api" : `apis.${name}`;
    return `${client}.as(${labelType(accounts ?? [])})`;
  });
  const shown = calls.slice(0, maxAccountApis).join(", ");
  const more = calls.length > maxAccountApis ? ` and ${calls.length - maxAccountApis} more` : "";
  return [
    `${cut(shown, maxAccountChars)}${more}: the client with another account of the user than the first`,
  ];
}

/** What is said of these APIs: as much as fits. */
function ownText(apis: DescribedApi[], tokens: number): string {
  const [first, ...more] = apis;
  if (!first) return "No API is configured yet: tell the user to add one.";
  if (more.length > 0) return fill("APIs:", apis.map(apiItem), tokens);
  const { operations } = first.catalog;
  const lines = signatureLines(first.catalog, tokens);
  if (lines) return lines;
  const tags = bySize(operations.flatMap((operation) => operation.tags));
  if (tags.length > 1) return fill("Tags (operations):", tags, tokens);
  return fill(
    "Paths begin with:",
    bySize(operations.map(({ path }) => `/${path.split("/")[1] ?? ""}`)),
    tokens,
  );
}

function apiItem({ name, title, catalog }: DescribedApi): string {
  return `${name}: ${cut(title, 80)} (${count(catalog.operations.length)} operations)`;
}

/** How much is said of each operation: all its arguments, those that it needs, or none. */
const details = ["all", "required", "none"] as const;
type Detail = (typeof details)[number];

/** Every operation, a line for each path, in as much detail as fits; nothing if they do not all fit. */
function signatureLines(catalog: DescribedApi["catalog"], tokens: number): string | undefined {
  // A path costs at least 2 tokens: spares the parsing of a big document.
  if (catalog.operations.length * 2 > tokens) return undefined;
  for (const detail of details) {
    const byPath = new Map<string, string[]>();
    for (const operation of catalog.operations) {
      const line = byPath.get(operation.path) ?? [];
      byPath.set(operation.path, line);
      line.push(signature(operation, detail === "none" ? {} : catalog.operationObject(operation), detail));
    }
    const head = { all: " (* is required)", required: " with what they need", none: "" }[detail];
    const lines = [...byPath].map(([path, methods]) => `${path} ${methods.join(", ")}`);
    const text = `All operations${head}:\n${lines.join("\n")}`;
    if (estimateTokens(text) <= tokens) return text;
  }
  return undefined;
}

interface ParameterShape {
  name?: unknown;
  in?: unknown;
  required?: unknown;
}

/** `post?dry_run{name*,plan}`: the method, its query and its body's members. */
function signature({ method }: OperationSummary, operation: Record<string, unknown>, detail: Detail): string {
  const parameters = Array.isArray(operation.parameters) ? (operation.parameters as ParameterShape[]) : [];
  const query = parameters
    .filter((parameter) => parameter.in === "query")
    .map(({ name, required }) => ({ name: String(name), required: required === true }));
  const show = (members: Argument[]) =>
    members
      .filter(({ required }) => required || detail === "all")
      .map(({ name, required }) => (required && detail === "all" ? `${name}*` : name))
      .join(",");
  const inQuery = show(query);
  const inBody = show(bodyMembers(operation.requestBody));
  return `${method}${inQuery && `?${inQuery}`}${inBody && `{${inBody}}`}`;
}

interface Argument {
  name: string;
  required: boolean;
}

function bodyMembers(requestBody: unknown): Argument[] {
  const content = member(requestBody, "content");
  if (typeof content !== "object" || content === null) return [];
  const schema = member(Object.values(content)[0], "schema");
  const properties = member(schema, "properties");
  if (typeof properties !== "object" || properties === null) return [];
  const required = member(schema, "required");
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.keys(properties).map((name) => ({ name, required: needed.has(name) }));
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function bySize(names: string[]): string[] {
  const sizes = new Map<string, number>();
  for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  return [...sizes].sort((a, b) => b[1] - a[1]).map(([name, size]) => `${name} ${size}`);
}

/** As many items as fit, and how many were left out. */
function fill(head: string, items: string[], tokens: number): string {
  let text = head;
  let spent = estimateTokens(head);
  for (const [position, item] of items.entries()) {
    const next = `${position === 0 ? " " : ", "}${cut(item, 160)}`;
    spent += estimateTokens(next);
    if (spent > tokens - 6) return `${text} and ${count(items.length - position)} more`;
    text += next;
  }
  return text;
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
