/**
 * A stateful API that is played from its document: which paths are lists and which are items, what a body must have, the
 * status of each answer, the filters and pages of lists. What the document cannot say (that an issue's `labels` are given by
 * name and read as objects) is told by the caller.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { OpenedCatalog, OperationSummary } from "../../../src/spec/catalog.ts";
import { isObject } from "../../../src/spec/objects.ts";
import type { ContentObject } from "../../../src/spec/openapi.ts";
import { contentOf, mediaSchema, parametersOf, preferredType } from "../../../src/spec/read/required.ts";
import { sample } from "../../../test/upstreams/samples.ts";
import { messageOf } from "../../../src/terms/log.ts";
import { filtered, type Query } from "./filters.ts";
import { lastOf, parentOf, Store, type Item } from "./store.ts";

/** One request, as handlers see it. */
export interface Request {
  method: string;
  path: string;
  query: Query;
  body: Item;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Played {
  token: string;
  aliases: Record<string, string>;
  /** What a body's member becomes when it is stored, where that is not what was sent. */
  stored(member: string, value: unknown, path: string, store: Store): unknown;
  /** Members that a new item, or a change, brings with it. */
  derived(item: Item, path: string, now: string, isNew: boolean): Item;
  /** Answers of operations that are neither a list nor an item, by operation id. */
  actions: Record<string, (request: Request, store: Store) => Answer>;
}

export interface RestMock {
  url: string;
  store: Store;
  /** Every request, `GET /repos/acme/shop/issues?page=2`. */
  requests: string[];
  /** A new item of a list, as the document shows one, with these members. Its number is the next. */
  add(path: string, members: Item): Item;
  close(): Promise<void>;
}

interface Route {
  operation: OperationSummary;
  pattern: RegExp;
  /** Name of the last segment, if that is a parameter. */
  parameter: string | undefined;
  status: number;
  /** Schema of what a success answers. */
  answer: unknown;
  body: unknown;
  query: { name: string; fallback: unknown }[];
}

const notFound: Answer = { status: 404, body: { message: "Not Found", status: "404" } };

export async function startRestMock(catalog: OpenedCatalog, played: Played): Promise<RestMock> {
  const routes = catalog.operations.map((operation) => routeOf(catalog, operation)).sort(bySpecificity);
  const store = new Store(played.aliases);
  const requests: string[] = [];
  let clock = Date.parse("2026-11-20T12:00:00Z");
  let origin = "";
  let lastId = 1_000;
  const now = () => new Date((clock += 1_000)).toISOString().replace(".000", "");
  const routeAt = (method: string, path: string) =>
    routes.find(({ operation, pattern }) => operation.method === method && pattern.test(path));

  function add(path: string, members: Item): Item {
    const list = store.listFor(path);
    const itemRoute = routeAt("get", `${path}/1`) ?? routeAt("get", path);
    const shown = itemsOf(routeAt("get", path)?.answer) ?? itemRoute?.answer;
    const number = 1 + Math.max(0, ...list.map((item) => Number(item["number"] ?? 0)));
    const base = structuredClone(sample(shown)) as Item;
    const time = now();
    const item: Item = {
      ...base,
      ...("id" in base && { id: (lastId += 1) }),
      ...("number" in base && { number }),
      ...("created_at" in base && { created_at: time }),
      ...("updated_at" in base && { updated_at: time }),
      ...members,
    };
    list.push(Object.assign(item, played.derived(item, path, time, true), members));
    return item;
  }

  function change(item: Item, body: Item, path: string): Item {
    for (const [member, value] of Object.entries(body))
      item[member] = played.stored(member, value, path, store);
    const time = now();
    if ("updated_at" in item) item["updated_at"] = time;
    return Object.assign(item, played.derived(item, path, time, false));
  }

  function answer(request: Request): Answer {
    const { method, path, body } = request;
    const route = routeAt(method, path);
    if (!route) return notFound;
    const action = played.actions[route.operation.id];
    if (action) return action(request, store);
    const missing = missingIn(route.body, body);
    if (missing.length > 0)
      return {
        status: 422,
        body: {
          message: "Validation Failed",
          errors: missing.map((field) => ({ resource: lastOf(path), field, code: "missing_field" })),
        },
      };
    const parent = store.item(parentOf(path));
    const within = parent?.[lastOf(path)];
    if (parent && Array.isArray(within)) return changedList(request, parent, within as Item[], route);
    const grandparent = store.item(parentOf(parentOf(path)));
    const beside = grandparent?.[lastOf(parentOf(path))];
    if (method === "delete" && Array.isArray(beside)) {
      const left = (beside as Item[]).filter(({ name, login }) => (name ?? login) !== lastOf(path));
      if (left.length === beside.length) return notFound;
      grandparent![lastOf(parentOf(path))] = left;
      return { status: route.status, body: left };
    }
    if (method === "get") return read(request, route);
    const item = route.parameter === undefined ? undefined : store.item(path, route.parameter);
    if (method === "delete") {
      if (!item) return notFound;
      const list = store.listFor(parentOf(path));
      list.splice(list.indexOf(item), 1);
      return { status: route.status };
    }
    if (method === "post") {
      if (!store.list(path) && !parent) return notFound;
      const stored = Object.entries(body).map(([member, value]) => [
        member,
        played.stored(member, value, path, store),
      ]);
      if (parent && typeof parent[lastOf(path)] === "number")
        parent[lastOf(path)] = Number(parent[lastOf(path)]) + 1;
      return { status: route.status, body: add(path, Object.fromEntries(stored) as Item) };
    }
    return item ? { status: route.status, body: change(item, body, path) } : notFound;
  }

  function read({ path, query }: Request, route: Route): Answer {
    const items = itemsOf(route.answer);
    const list = items ? (store.list(path) ?? (store.item(parentOf(path)) ? [] : undefined)) : undefined;
    if (!items || !list) {
      const item = store.item(path, route.parameter);
      return item ? { status: 200, body: item } : notFound;
    }
    const given = Object.fromEntries(
      route.query.flatMap(({ name, fallback }) => {
        const value = query[name] ?? fallback;
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    const all = filtered(list, given);
    const perPage = Math.min(100, Math.max(1, Number(given["per_page"] ?? 30)));
    const page = Math.max(1, Number(given["page"] ?? 1));
    const last = Math.max(1, Math.ceil(all.length / perPage));
    const link = (to: number, rel: string) => {
      const search = new URLSearchParams({ ...query, page: String(to) } as Record<string, string>);
      return `<${origin}${path}?${search}>; rel="${rel}"`;
    };
    const links = page < last ? [link(page + 1, "next"), link(last, "last")] : [];
    const shown = all.slice((page - 1) * perPage, page * perPage);
    const wrapped = wrapperOf(route.answer);
    return {
      status: 200,
      body: wrapped === undefined ? shown : { total_count: all.length, [wrapped]: shown },
      headers: links.length > 0 ? { link: links.join(", ") } : {},
    };
  }

  /** A list that is a member of its item, such as the labels of an issue: given by name. */
  function changedList({ method, path, body }: Request, parent: Item, list: Item[], route: Route): Answer {
    const member = lastOf(path);
    const given = Array.isArray(body) ? (body as unknown) : (body[member] ?? []);
    const named = played.stored(member, given, path, store) as Item[];
    const nameOf = (item: Item) => item["name"] ?? item["login"];
    const others = list.filter((one) => !named.some((other) => nameOf(other) === nameOf(one)));
    if (method === "put") parent[member] = named;
    if (method === "post") parent[member] = [...others, ...named];
    if (method === "delete") parent[member] = named.length > 0 ? others : [];
    const isWhole = method !== "get" && itemsOf(route.answer) === undefined;
    return { status: route.status, body: isWhole ? parent : parent[member] };
  }

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push(`${incoming.method} ${incoming.url}`);
    const request = await receive(incoming);
    const isSigned = incoming.headers.authorization === `Bearer ${played.token}`;
    const { status, body, headers } = isSigned
      ? answer(request)
      : { status: 401, body: { message: "Requires authentication" }, headers: {} };
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(body === undefined || status === 204 ? undefined : JSON.stringify(body));
  }

  const server = createServer((incoming, response) => {
    respond(incoming, response).catch((error: unknown) => {
      response.writeHead(400).end(JSON.stringify({ message: messageOf(error) }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    store,
    requests,
    add,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function receive(incoming: IncomingMessage): Promise<Request> {
  let text = "";
  for await (const chunk of incoming) text += String(chunk);
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://mock");
  return {
    method: (incoming.method ?? "").toLowerCase(),
    path: pathname.replace(/\/$/, ""),
    query: Object.fromEntries(searchParams),
    body: text === "" ? {} : (JSON.parse(text) as Item),
  };
}

function routeOf(catalog: OpenedCatalog, operation: OperationSummary): Route {
  const object = catalog.operationObject(operation);
  const responses = (object.responses ?? {}) as Record<string, { content?: ContentObject }>;
  const status = Object.keys(responses).find((key) => key.startsWith("2")) ?? "200";
  const content = responses[status]?.content;
  const body = contentOf(object);
  return {
    operation,
    // A file's path may have slashes; every other parameter is one segment.
    pattern: new RegExp(
      `^${operation.path
        .replaceAll(".", "\\.")
        .replace(/\{path\}$/, ".+")
        .replaceAll(/\{[^}]+\}/g, "[^/]+")}$`,
    ),
    parameter: /\{([^}]+)\}$/.exec(operation.path)?.[1],
    status: Number(status),
    answer: content && mediaSchema(content, preferredType(Object.keys(content))),
    body: mediaSchema(body, preferredType(Object.keys(body))),
    query: parametersOf(object, operation.path)
      .filter((parameter) => parameter.in === "query")
      .map(({ name, schema }) => ({ name, fallback: isObject(schema) ? schema["default"] : undefined })),
  };
}

/** Fewer parameters first, and those that come later: `/issues/comments` before `/issues/{issue_number}`. */
function bySpecificity(a: Route, b: Route): number {
  const count = ({ operation }: Route) => operation.path.split("{").length;
  return count(a) - count(b) || b.operation.path.indexOf("{") - a.operation.path.indexOf("{");
}

/** Schema of the items, if a schema is that of a list. */
function itemsOf(schema: unknown): unknown {
  if (!isObject(schema)) return undefined;
  if (schema["type"] === "array" || isObject(schema["items"])) return schema["items"];
  const wrapper = wrapperOf(schema);
  const member = wrapper === undefined ? undefined : (schema["properties"] as Item)[wrapper];
  return isObject(member) ? member["items"] : undefined;
}

/** The member that holds the list, in `{ total_count, workflow_runs }`. */
function wrapperOf(schema: unknown): string | undefined {
  if (!isObject(schema) || !isObject(schema["properties"]) || !("total_count" in schema["properties"]))
    return undefined;
  return Object.entries(schema["properties"]).find(
    ([, member]) => isObject(member) && member["type"] === "array",
  )?.[0];
}

function missingIn(schema: unknown, body: Item): string[] {
  if (!isObject(schema) || !Array.isArray(schema["required"])) return [];
  return (schema["required"] as string[]).filter((name) => body[name] === undefined);
}
