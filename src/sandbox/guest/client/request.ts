/** The request of a call: its URL, headers and body. Its arguments were judged: what is wrong with them is not said here. */
import type { ClientConfig } from "../../../terms/client-config.ts";
import { mayHoldSlash } from "../../../request/match.ts";
import { accountHeader, apiHeader } from "../../../request/refusal.ts";
import { sentenceOf } from "../../../request/problem.ts";
import type { OpenedCatalog } from "../../../spec/catalog.ts";
import { namesIn } from "../../../spec/plain-path.ts";
import { byName, shownSchema, spreadMember, type Parameter } from "../../../spec/read/required.ts";
import { acceptOf } from "./accept.ts";
import type { CallArguments } from "./arguments.ts";
import { encodeBody } from "./body.ts";
import { inHeader, withDates } from "./dates.ts";
import type { Resolved } from "./operations.ts";
import { isQuoted } from "../../../request/template.ts";
import { cookiePairs, headerValue, isNothing, isObject, pathValue, queryPairs } from "./parameters.ts";

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
): Promise<{ url: string; init: RequestInit }> {
  const path = writePath(resolved, args, context);
  const init = await initOf(method, resolved, args, context);
  const query = writeQuery(resolved, args, context.parameters);
  const mark = path.includes("?") ? "&" : "?";
  return { url: resolved.base + path + (query && mark + query), init };
}

/** What a request has beside its URL: also that for another page of a list, by its address. */
export async function initOf(
  method: string,
  { object }: Resolved,
  args: CallArguments,
  { config, parameters, account }: BuildContext,
): Promise<RequestInit> {
  const headers = writeHeaders(args, parameters);
  const accept = acceptOf(object);
  if (accept !== undefined && !headers.has("accept")) headers.set("accept", accept);
  // For the gateway; these replace what the code set.
  headers.set(apiHeader, config.api);
  headers.delete(accountHeader);
  if (account !== undefined) headers.set(accountHeader, account);
  if (args.body === undefined || /^(?:GET|HEAD)$/.test(method)) return { method, headers };
  const type = args.contentType ?? headers.get("content-type") ?? undefined;
  const asked = type === undefined ? undefined : { at: "contentType", type };
  const { body, contentType, problem } = await encodeBody(object, args.body, asked);
  if (problem) throw new TypeError(sentenceOf(problem));
  headers.set("content-type", contentType);
  return { method, headers, body };
}

function writePath(
  resolved: Resolved,
  args: CallArguments,
  { catalog, config, parameters }: BuildContext,
): string {
  const { operation, given } = resolved;
  const template = templateOf(resolved, args);
  const path = template.replace(/\{([^{}]*)\}/g, (hole, name: string, at: number) => {
    const keepSlashes = mayHoldSlash(catalog, config, operation, name, "raw");
    const own = givenAs(name, args);
    const value = own === undefined ? given.get(name) : args.path?.[own];
    const declared = declaredIn(parameters, "path", name);
    const text = pathValue(declared, dated(declared, value), keepSlashes);
    const quoted = isQuoted(template.slice(0, at), template.slice(at + hole.length));
    return quoted ? text.replaceAll("%27", "%27%27") : text;
  });
  // Harmless values may make a dot segment together with their neighbours, or as a list.
  const dots = path.split("/").find((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
  if (dots === undefined) return path;
  throw new TypeError(`The path segment ${JSON.stringify(dots)} would lead to another operation.`);
}

/** The name under which code gives a path parameter: in any case, the exact one first. */
function givenAs(name: string, { path = {} }: CallArguments): string | undefined {
  return byName(
    Object.keys(path).map((own) => ({ in: "path", name: own })),
    name,
  )?.name;
}

/** What the values are put into: the template of the document, or the path that the code wrote. */
function templateOf({ operation, given, written }: Resolved, args: CallArguments): string {
  const template = operation.path.split("#", 1)[0] ?? "";
  const fills = (name: string) => givenAs(name, args) !== undefined;
  if (written === undefined || [...given.keys()].some(fills)) return template;
  return namesIn(template).reduce(
    (text, name) => text.replaceAll(encodeURIComponent(`{${name}}`), `{${name}}`),
    written,
  );
}

function writeQuery({ search }: Resolved, args: CallArguments, parameters: readonly Parameter[]): string {
  // An argument replaces what the path has of its name.
  const given = new Set(Object.keys(args.query ?? {}));
  const pairs = search.split("&").filter((pair) => !given.has(nameIn(pair)));
  for (const [name, value] of Object.entries(args.query ?? {})) {
    if (value === undefined || value === null) continue;
    const whole = parameters.find((one) => one.in === "querystring" && one.name === name);
    if (whole) pairs.push(wholeQuery(whole, dated(whole, value)));
    else {
      const declared = declaredIn(parameters, "query", name);
      pairs.push(...queryPairs(declared, dated(declared, value)));
    }
  }
  return pairs.filter((pair) => pair !== "").join("&");
}

const dated = (parameter: Parameter, value: unknown) =>
  withDates(parameter.in === "header" ? inHeader(parameter.name, value) : value, shownSchema(parameter));

/** The parameter of this name, or one without a style of its own. */
function declaredIn(parameters: readonly Parameter[], place: Parameter["in"], name: string): Parameter {
  const there = parameters.filter((one) => one.in === place);
  return (byName(there, name) ?? (place === "query" && spreadMember(there, name))) || { name, in: place };
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

function writeHeaders(args: CallArguments, parameters: readonly Parameter[]): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(args.headers ?? {})) {
    if (value === undefined || value === null) continue;
    const declared = declaredIn(parameters, "header", name);
    if (isNothing(value) && !declared.content) continue;
    headers.set(name, headerValue(declared, dated(declared, value)));
  }
  const cookies = Object.entries(args.cookies ?? {}).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    const declared = declaredIn(parameters, "cookie", name);
    return cookiePairs(declared, dated(declared, value));
  });
  if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
  return headers;
}
