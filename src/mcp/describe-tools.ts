/**
 * The texts that a client's model reads before its first call: both descriptions and the server's instructions.
 *
 * Guarantee: together at most 1,000 o200k tokens for any deployment (test/mcp/tool-server.worker.test.ts counts them).
 * Tokens that the fixed text leaves go to what helps most: a line for every operation of a small API, the tags by size
 * of a big one, the list of several APIs.
 */
import type { OperationObject } from "../spec/openapi.ts";
import type { Access } from "../terms/api-file.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { isObject } from "../spec/objects.ts";
import { contentOf, parametersOf } from "../spec/read/required.ts";
import { labelType } from "../request/account-labels.ts";
import { estimateTokens } from "./token-estimate.ts";

export interface DescribedApi {
  name: string;
  title: string;
  /** What this connection may do with it. */
  access: Access[];
  catalog: Pick<OpenedCatalog, "operations" | "operationObject">;
  /** Labels of the user's own accounts there. */
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

/** Most APIs with several accounts that are named, and the most characters for it. */
const maxAccountApis = 4;
const maxAccountChars = 240;

/** Pure. */
export function describeTools(apis: DescribedApi[]): ToolTexts {
  const only = apis.length === 1 ? apis[0] : undefined;
  const what = only
    ? `${cut(only.title, 120)} (${count(only.catalog.operations.length)} operations)`
    : "several APIs";
  const spec = only ? "spec" : "specs.<name>";
  const api = only ? "api" : "apis.<name>";
  const canWrite = apis.some(({ access }) => access.some((kind) => kind !== "read"));
  const search = [
    `Find operations of ${what} by running JavaScript or TypeScript against ${only ? "its OpenAPI document" : "their OpenAPI documents"}. No network.`,
    "",
    "Globals:",
    `operations: { id, method (lower case), path, summary, tags, access: "read" | "write" | "delete", deprecated${only ? "" : ", api"} }[]`,
    "find(text, { limit = 10, tag, access }): the operations that best match plain words",
    "describe(operation or id): its arguments and response as TypeScript",
    `${spec}: the OpenAPI 3.1 document, every $ref resolved, e.g. ${spec}.paths[op.path][op.method].requestBody`,
    "recall(runId): the full result of an earlier run",
    "",
    `Example: find("what you look for", { limit: 3 }).map((op) => describe(op))`,
    "",
  ].join("\n");
  const execute = [
    `Call ${what} by running JavaScript or TypeScript. Authentication is added for you.`,
    ...(canWrite ? [] : ["This connection may only read."]),
    "",
    "Globals of search, and:",
    `${api}.get|post|put|patch|delete|head|options(path, args: { path, query, headers, cookies, body, contentType }): Promise<{ status, headers, data }>; path is the template from the document; throws ApiError { status, data, hint } on 4xx and 5xx`,
    `${api}.call(operationId, args): the same by operation id`,
    `await ${api}.pages(path, args).all(): the items of all pages of a list; or for await (const { data } of ${api}.pages(path, args))`,
    ...accountLines(apis),
    "fetch: the standard function, limited to the API",
    `Argument plan: true sends no writes but lists them${canWrite ? " for the user to approve" : ""}`,
    "",
    "Do all steps in one run, use Promise.all for independent ones, and return only what you need: results over 6,000 tokens are shortened; recall(runId) returns them in full.",
    "",
    `Example: const { data } = await ${only ? "api" : `apis.${apis[0]?.name ?? "name"}`}.get("/items/{id}", { path: { id: 7 } }); return data.name`,
  ].join("\n");
  const instructions = `${cut(apis.map(({ title }) => title).join(", ") || "No API yet", 200)}: every operation, through two tools. Use search to find operations and their types, then execute to call them.`;
  const fixedTokens = [search, execute, instructions].reduce(
    (sum, text) => sum + estimateTokens(text),
    listingTokens,
  );
  return { search: search + ownText(apis, budgetTokens - fixedTokens), execute, instructions };
}

/** How code selects another account where a user has several: models should not guess. */
function accountLines(apis: DescribedApi[]): string[] {
  const several = apis.filter(({ accounts }) => (accounts?.length ?? 0) > 1);
  if (several.length === 0) return [];
  const calls = several.map(({ name, accounts }) => {
    const client = apis.length === 1 ? "api" : `apis.${name}`;
    return `${client}.as(${labelType(accounts ?? [])})`;
  });
  const shown = calls.slice(0, maxAccountApis).join(", ");
  const more = calls.length > maxAccountApis ? ` and ${calls.length - maxAccountApis} more` : "";
  return [`${cut(shown, maxAccountChars)}${more}: the client with another account than the user's first`];
}

/** As much about these APIs as fits. */
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

/** How each level of detail introduces its list: all arguments of an operation, those that it requires, or none. */
const details = { all: " (* is required)", required: " with what they require", none: "" };
type Detail = keyof typeof details;

/** Every operation, a line for each path, in as much detail as fits; undefined if they do not all fit. */
function signatureLines(catalog: DescribedApi["catalog"], tokens: number): string | undefined {
  // A path costs at least 2 tokens. Spares the parsing of a big document.
  if (catalog.operations.length * 2 > tokens) return undefined;
  for (const [detail, head] of Object.entries(details) as [Detail, string][]) {
    const signed = (one: OperationSummary) =>
      signature(one, detail === "none" ? {} : catalog.operationObject(one), detail);
    const byPath = Map.groupBy(catalog.operations, ({ path }) => path);
    const lines = [...byPath].map(([path, all]) => `${path} ${all.map(signed).join(", ")}`);
    const text = `All operations${head}:\n${lines.join("\n")}`;
    if (estimateTokens(text) <= tokens) return text;
  }
  return undefined;
}

/** `post?dry_run{name*,plan}`: the method, its query and the members of its body. */
function signature({ method }: OperationSummary, operation: OperationObject, detail: Detail): string {
  const show = (members: { name: string; required?: boolean }[]) =>
    members
      .filter(({ required }) => required === true || detail === "all")
      .map(({ name, required }) => (required === true && detail === "all" ? `${name}*` : name))
      .join(",");
  const inQuery = show(parametersOf(operation).filter((parameter) => parameter.in === "query"));
  const inBody = show(bodyMembers(operation));
  return `${method}${inQuery && `?${inQuery}`}${inBody && `{${inBody}}`}`;
}

function bodyMembers(operation: OperationObject): { name: string; required: boolean }[] {
  const [media] = Object.values(contentOf(operation));
  const schema = isObject(media) && isObject(media["schema"]) ? media["schema"] : {};
  const { properties, required } = schema;
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.keys(isObject(properties) ? properties : {}).map((name) => ({
    name,
    required: needed.has(name),
  }));
}

function bySize(names: string[]): string[] {
  const sizes = [...Map.groupBy(names, (name) => name)].sort(([, a], [, b]) => b.length - a.length);
  return sizes.map(([name, { length }]) => `${name} ${length}`);
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
