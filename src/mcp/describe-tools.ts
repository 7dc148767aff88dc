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
import { toolName, type Surface } from "./surface.ts";
import { budgetsOf, type BudgetOverrides } from "../terms/budgets.ts";
import { visibleLine } from "../terms/visible.ts";
import { estimateTokens } from "./token-estimate.ts";

export interface DescribedApi {
  name: string;
  title: string;
  /** What this connection may do with it. */
  access: Access[];
  catalog: Pick<OpenedCatalog, "operations" | "operationObject">;
  /** Labels of the user's own accounts there. */
  accounts?: string[];
  /** Those that its file sets. */
  budgets?: BudgetOverrides | undefined;
}

export interface ToolTexts {
  search: string;
  execute: string;
  instructions: string;
}

/** What both tools as listed and the instructions may cost (docs/design.md, "Context cost"). */
const budgetTokens = 1_000;
/**
 * What they cost where less is enough: only a list of all operations is worth more. By an estimate that is never too low,
 * so it comes to about 850.
 */
const aimTokens = 960;

/** Names, schemas and annotations around the two descriptions in `tools/list`, and the escapes of JSON. */
const listingTokens = 181;

/** Most APIs with several accounts that are named, and the most characters for it. */
const maxAccountApis = 4;
const maxAccountChars = 200;

/** Pure. @param surface what the client's URL asks for */
export function describeTools(apis: DescribedApi[], surface: Surface = {}): ToolTexts {
  const { searchReads } = surface;
  const [searchTool, executeTool] = [toolName("search", surface), toolName("execute", surface)];
  const only = apis.length === 1 ? apis[0] : undefined;
  const what = only
    ? `${cut(only.title, 90)} (${count(only.catalog.operations.length)} operations)`
    : "several APIs";
  const spec = only ? "spec" : "specs.<name>";
  const api = only ? "api" : "apis.<name>";
  const canWrite = apis.some(({ access }) => access.some((kind) => kind !== "read"));
  const search = [
    `Find operations of ${what} by running JavaScript or TypeScript, an expression or statements with return, against ${only ? "its OpenAPI document" : "their OpenAPI documents"}. ${searchReads ? "It may also call reading operations." : "No network."}`,
    "",
    "Globals:",
    `operations: { id, method (lower case), path, summary, tags, access: "read" | "write" | "delete", deprecated${only ? "" : ", api"} }[]`,
    "find(text, { limit = 10, tag, access }): operations that match plain words best",
    'describe(operation, id, schema name or list, { members: ["a"], full }): how to call it, limits, response',
    `${spec}: the OpenAPI 3.1 document, every $ref resolved, e.g. ${spec}.paths[op.path][op.method].requestBody`,
    "recall(runId): the value that an earlier run returned",
    ...(searchReads ? [`${api}, as in ${executeTool}: operations whose access is read`] : []),
    "",
    `Example: describe(find("what you look for", { limit: 3 }))`,
    "",
  ].join("\n");
  const execute = [
    `Call ${only ? cut(only.title, 90) : what} by running code as in ${searchTool}: an expression or statements with return. Authentication is added.`,
    ...(canWrite ? [] : ["This connection may only read."]),
    "",
    `Globals of ${searchTool}, and:`,
    `${api}.get|post|put|patch|delete|head|options(path, args: { path, query, headers, cookies, body, contentType }): Promise<{ status, headers, data }>`,
    `${api}.call(operationId, args)`,
    `await ${api}.pages(path, args).all(): all items of a list; or for await (const { data } of ${api}.pages(…))`,
    "A failed call throws ApiError { status (0: not sent), kind, operation, message, data, hint }",
    ...accountLines(apis),
    "await each(items, fn, { atOnce = 5 }): [{ item, value } or { item, error }]",
    "state: kept for later runs (a day, 4 MB)",
    'await file(bytes or text, name): a file for the user; await files["name"].text() | .json() | .bytes(): what they uploaded',
    "fetch: only the API",
    `Argument plan: true lists writes${canWrite ? " for the user to approve" : ""} and sends none`,
    'Argument background: true goes on for days: await sleep("2 hours"), until(date)',
    'Argument keep: { name, every: "15 minutes" or cron, input } asks the user to let it run by itself and by run(name, input)',
    "",
    `${limitsOf(apis)} Do all steps in one: reads with Promise.all${canWrite ? ", writes with each" : ""}. Return only what you need: over 6,000 tokens are shortened, and recall has all. You see pictures.`,
    "",
    `Example: const { data } = await ${only ? "api" : `apis.${apis[0]?.name ?? "name"}`}.get("/items/{id}", { path: { id: 7 } }); return data.name`,
  ].join("\n");
  const instructions = `${cut(apis.map(({ title }) => title).join(", ") || "No API yet", 120)}: every operation, through two tools. Find operations and types with ${searchTool}, then call them with ${executeTool}.`;
  const fixedTokens = [search, execute, instructions].reduce(
    (sum, text) => sum + estimateTokens(text),
    listingTokens,
  );
  const own = ownText(apis, { aim: aimTokens - fixedTokens, most: budgetTokens - fixedTokens });
  return { search: search + own, execute, instructions };
}

/** What ends a run: code cannot ask for more, so it has to know beforehand. */
function limitsOf(apis: DescribedApi[]): string {
  const all = (apis.length > 0 ? apis : [{ budgets: {} }]).map((api) => budgetsOf(api.budgets));
  const requests = all.map((budgets) => budgets.requests);
  const least = count(Math.min(...requests));
  const most = count(Math.max(...requests));
  const each = apis.length > 1 ? " to each API" : "";
  const seconds = count(Math.round(Math.max(...all.map(({ runMs }) => runMs)) / 1_000));
  return `A run ends at ${least === most ? least : `${least} to ${most}`} requests${each} or ${seconds} s.`;
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

/** Tokens that are left. */
interface Room {
  aim: number;
  most: number;
}

/** As much about these APIs as fits. */
function ownText(apis: DescribedApi[], room: Room): string {
  const tokens = room.aim;
  const [first, ...more] = apis;
  if (!first) return "No API is configured yet: tell the user to add one.";
  if (more.length > 0) return fill("APIs:", apis.map(apiItem), tokens);
  const { operations } = first.catalog;
  const lines = signatureLines(first.catalog, room);
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
function signatureLines(catalog: DescribedApi["catalog"], { aim, most }: Room): string | undefined {
  // A path costs at least 2 tokens. Spares the parsing of a big document.
  if (catalog.operations.length * 2 > most) return undefined;
  for (const [detail, head] of Object.entries(details) as [Detail, string][]) {
    const signed = (one: OperationSummary) =>
      signature(one, detail === "none" ? {} : catalog.operationObject(one), detail);
    const byPath = Map.groupBy(catalog.operations, ({ path }) => path);
    const lines = [...byPath].map(([path, all]) => visibleLine(`${path} ${all.map(signed).join(", ")}`));
    const text = `All operations${head}:\n${lines.join("\n")}`;
    if (estimateTokens(text) <= (detail === "all" ? aim : most)) return text;
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

/** Text of a document, which is one line here, whatever it holds. */
function cut(text: string, chars: number): string {
  return visibleLine(text.length <= chars ? text : `${text.slice(0, chars - 1)}…`);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
