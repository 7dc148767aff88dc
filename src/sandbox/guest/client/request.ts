/** The request of a call: its URL, headers and body, built from the operation and the arguments. */
import { segmentProblem } from "../../../request/canonical.ts";
import type { ClientConfig } from "../../../terms/client-config.ts";
import { mayHoldSlash } from "../../../request/match.ts";
import { accountHeader, apiHeader } from "../../../request/refusal.ts";
import { sentenceOf } from "../../../request/problem.ts";
import type { OpenedCatalog } from "../../../spec/catalog.ts";
import type { Parameter } from "../../../spec/read/required.ts";
import type { CallArguments } from "./arguments.ts";
import { encodeBody } from "./body.ts";
import type { Resolved } from "./operations.ts";
import {
  cookiePairs,
  headerValue,
  isNothing,
  isObject,
  pathValue,
  queryPairs,
  textOf,
} from "./parameters.ts";

export type Built = { ok: true; url: string; init: RequestInit } | { ok: false; problems: string[] };

interface BuildContext {
  catalog: OpenedCatalog;
  config: ClientConfig;
  parameters: Parameter[];
  /** Label of the account, where one was chosen. */
  account: string | undefined;
}

export async function buildRequest(
  method: string,
  resolved: Resolved,
  args: CallArguments,
  context: BuildContext,
): Promise<Built> {
  const problems: string[] = [];
  const path = writePath(resolved, args, context, problems);
  const init = await initOf(method, resolved, args, context, problems);
  if (problems.length > 0) return { ok: false, problems };
  const query = writeQuery(resolved, args, context.parameters);
  const mark = path.includes("?") ? "&" : "?";
  return { ok: true, url: resolved.base + path + (query && mark + query), init };
}

/**
 * What a request has beside its URL: also that for another page of a list, by its address.
 * @param problems gets what cannot be sent
 */
export async function initOf(
  method: string,
  { object }: Resolved,
  args: CallArguments,
  { config, parameters, account }: BuildContext,
  problems: string[],
): Promise<RequestInit> {
  const headers = writeHeaders(args, parameters, problems);
  // For the gateway; these replace what the code set.
  headers.set(apiHeader, config.api);
  headers.delete(accountHeader);
  if (account !== undefined) headers.set(accountHeader, account);
  if (args.body === undefined || /^(?:GET|HEAD)$/.test(method)) return { method, headers };
  const { body, contentType, problem } = await encodeBody(object, args.body, args.contentType);
  if (problem) problems.push(sentenceOf(problem));
  if (contentType !== undefined) headers.set("content-type", contentType);
  return { method, headers, ...(body !== undefined && { body }) };
}

function writePath(
  resolved: Resolved,
  args: CallArguments,
  { catalog, config, parameters }: BuildContext,
  problems: string[],
): string {
  const { operation, given } = resolved;
  const values: Record<string, unknown> = { ...Object.fromEntries(given), ...args.path };
  const may = (name: string, as: "raw" | "encoded") => mayHoldSlash(catalog, config, operation, name, as);
  for (const [name, value] of Object.entries(values)) {
    const problem = slashProblem(textOf(value), may(name, "raw") || may(name, "encoded"));
    if (problem) problems.push(`path.${name}: ${problem}`);
  }
  const path = templateOf(resolved, args).replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined || value === null) {
      problems.push(`path.${name} is missing`);
      return placeholder;
    }
    const declared = parameters.find((parameter) => parameter.in === "path" && parameter.name === name);
    const text = pathValue(declared ?? { name, in: "path" }, value, may(name, "raw"));
    // Without its value the path may be that of another operation: DELETE /things/{id} becomes DELETE /things/.
    if (text === "" || isNothing(value)) problems.push(`path.${name} is empty`);
    return text;
  });
  // Harmless values may make a dot segment together with their neighbours, or as a list.
  const dots = path.split("/").find((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
  if (dots !== undefined)
    problems.push(`path: the segment ${JSON.stringify(dots)} would lead to another operation`);
  return path;
}

/** What the values are put into: the template of the document, or the path that the code wrote. */
function templateOf({ operation, given, written }: Resolved, { path = {} }: CallArguments): string {
  const template = operation.path.split("#", 1)[0] ?? "";
  if (written === undefined || [...given.keys()].some((name) => Object.hasOwn(path, name))) return template;
  const open = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
  return open.reduce((text, name) => text.replaceAll(encodeURIComponent(`{${name}}`), `{${name}}`), written);
}

/** A value that would reach another operation, or that some server may read as a path, is not sent. */
function slashProblem(text: string, maySlash: boolean): string | undefined {
  if (!text.includes("/")) return segmentProblem(text);
  if (!maySlash)
    return `${JSON.stringify(text)} holds a slash, but a value is one segment of the path; give only the id or name`;
  return text.split("/").map(segmentProblem).find(Boolean);
}

function writeQuery({ search }: Resolved, args: CallArguments, parameters: readonly Parameter[]): string {
  // An argument replaces what the path has of its name.
  const given = new Set(Object.keys(args.query ?? {}));
  const pairs = search.split("&").filter((pair) => !given.has(nameIn(pair)));
  for (const [name, value] of Object.entries(args.query ?? {})) {
    if (value === undefined || value === null) continue;
    const declared = parameters.find(
      (one) => (one.in === "query" || one.in === "querystring") && one.name === name,
    );
    if (declared?.in === "querystring") pairs.push(wholeQuery(declared, value));
    else pairs.push(...queryPairs(declared ?? { name, in: "query" }, value));
  }
  return pairs.filter((pair) => pair !== "").join("&");
}

function nameIn(pair: string): string {
  return [...new URLSearchParams(pair).keys()][0] ?? "";
}

/** OpenAPI 3.2 `in: querystring`: the whole query in one media type. */
function wholeQuery({ content, name }: Parameter, value: unknown): string {
  const form = Object.keys(content ?? {}).some((type) =>
    type.startsWith("application/x-www-form-urlencoded"),
  );
  if (!form || !isObject(value))
    return encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value));
  const pairs = Object.entries(value).flatMap(([key, one]) => queryPairs({ name: key, in: "query" }, one));
  return pairs.join("&") || name;
}

function writeHeaders(args: CallArguments, parameters: readonly Parameter[], problems: string[]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(args.headers ?? {})) {
    if (value === undefined || value === null) continue;
    const declared = parameters.find(
      (one) => one.in === "header" && one.name.toLowerCase() === name.toLowerCase(),
    );
    if (isNothing(value) && !declared?.content) continue;
    const text = headerValue(declared ?? { name, in: "header" }, value);
    if (!isHeaderName(name)) problems.push(`headers: ${JSON.stringify(name)} is not a header name`);
    else if (!isHeaderValue(text)) {
      problems.push(`headers.${name}: the value holds a line break, a NUL or characters outside ASCII`);
    } else headers.set(name, text);
  }
  const cookies = Object.entries(args.cookies ?? {}).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    return cookiePairs(
      parameters.find((one) => one.in === "cookie" && one.name === name) ?? { name, in: "cookie" },
      value,
    );
  });
  if (cookies.some((pair) => /[;\r\n\0]/.test(pair)))
    problems.push("cookies: a value holds a semicolon or a line break");
  else if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
  return headers;
}

const isHeaderName = (name: string) => /^[!#$%&'*+.^_`|~\w-]+$/.test(name);

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const isHeaderValue = (text: string) => /^[\t\u0020-\u007e]*$/.test(text);
