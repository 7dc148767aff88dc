/**
 * How an API pages: told from the answer that came (a Link header, an address or a cursor in the body, totals) and
 * from the query parameters that the document declares. Pure: answer and arguments in, the next request out.
 */
import { isObject } from "./parameters.ts";
import { member } from "./schema.ts";

export interface Page {
  headers: Record<string, string>;
  data: unknown;
}

export type Next =
  /** Another page: an address, or query parameters to change. */
  | { kind: "url"; url: string }
  | { kind: "query"; query: Record<string, string | number>; by: "cursor" | "number" }
  /** The last page, by the API's own word or because a page came back short. */
  | { kind: "end" }
  /** Nothing tells how to go on. */
  | { kind: "unknown" };

export interface PagingState {
  /** Query parameters of the request that the page answered. */
  query: Record<string, unknown>;
  /** Names of the query parameters that the document declares. */
  declared: readonly string[];
  /** Items seen so far, this page included. */
  itemsSeen: number;
  /** How this page was reached; undefined for the first. */
  reachedBy: "url" | "cursor" | "number" | undefined;
  /** The schema of the answer, as the document has it; undefined if it has none. */
  schema: unknown;
}

/** In the order of trust: what the server says outright before what its numbers imply. */
export function nextPage(page: Page, state: PagingState): Next {
  return (
    linkHeader(page) ??
    nextAddress(page) ??
    nextCursor(page, state) ??
    (state.reachedBy === "url" || state.reachedBy === "cursor" ? { kind: "end" } : undefined) ??
    nextNumber(page, state) ??
    lastByOmission(state) ?? { kind: "unknown" }
  );
}

/** The place of the next page is in the document and not in this answer: many leave it out on the last page. */
function lastByOmission({ schema, declared }: PagingState): Next | undefined {
  const addressed = addressPaths.some((path) => memberAt(schema, path));
  const pointed = cursors.some(({ path, names }) => {
    return memberAt(schema, path) && names.some((name) => declared.includes(name));
  });
  if (addressed || pointed) return { kind: "end" };
  // A list that takes no parameter to page with has one page.
  const paging = [...pageNames, ...offsetNames, ...sizeNames, ...cursors.flatMap(({ names }) => names)];
  return declared.some((name) => paging.includes(name)) ? undefined : { kind: "end" };
}

function memberAt(schema: unknown, path: readonly string[]): boolean {
  let found = schema;
  for (const key of path) found = member(found, key);
  return found !== undefined;
}

/** The list of a page: the body itself, or the one array in it that is meant. */
export function itemsOf(data: unknown): unknown[] | undefined {
  if (Array.isArray(data)) return data;
  if (!isObject(data)) return undefined;
  const direct = arraysIn(data);
  if (direct.length > 0) return best(direct);
  const nested = Object.values(data).filter(isObject).flatMap(arraysIn);
  return nested.length > 0 ? best(nested) : undefined;
}

const listNames =
  /^(?:data|items|results?|values?|records|entries|list|objects|elements|rows|content|hits|members|resources)$/i;

type NamedArray = [name: string, list: unknown[]];

function arraysIn(data: Record<string, unknown>): NamedArray[] {
  return Object.entries(data).filter((entry): entry is NamedArray => {
    return (
      Array.isArray(entry[1]) && !/^(?:errors?|messages|warnings|links|facets|included)$/i.test(entry[0])
    );
  });
}

function best(arrays: NamedArray[]): unknown[] | undefined {
  const named = arrays.find(([name]) => listNames.test(name));
  if (named) return named[1];
  return arrays.toSorted(([, one], [, other]) => other.length - one.length)[0]?.[1];
}

/** RFC 8288. A Link header without `next` is the last page, if it links to other pages at all. */
function linkHeader({ headers }: Page): Next | undefined {
  const header = headers["link"];
  if (header === undefined) return undefined;
  const links = [...header.matchAll(/<([^>]*)>\s*((?:;\s*[^,;=]+(?:=(?:"[^"]*"|[^",;]*))?\s*)*)/g)];
  const rels = links.map(([, url = "", parameters = ""]) => {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(parameters);
    return { url, rels: (rel?.[1] ?? rel?.[2] ?? "").toLowerCase().split(/\s+/) };
  });
  const next = rels.find(({ rels: names }) => names.includes("next"));
  if (next) return { kind: "url", url: next.url };
  return rels.some(({ rels: names }) => names.some((name) => /^(?:prev|previous|first|last)$/.test(name)))
    ? { kind: "end" }
    : undefined;
}

/** Members that hold the address of the next page: JSON:API, HAL, OData, Django, Microsoft Graph and many others. */
const addressPaths = [
  ["next"],
  ["next_url"],
  ["nextUrl"],
  ["next_page_url"],
  ["next_page_uri"],
  ["nextPageUrl"],
  ["nextLink"],
  ["@odata.nextLink"],
  ["links", "next"],
  ["_links", "next"],
  ["_links", "next", "href"],
  ["links", "next", "href"],
  ["links", "pages", "next"],
  ["paging", "next"],
  ["paging", "next", "link"],
  ["pagination", "next"],
  ["pagination", "next_url"],
  ["meta", "next"],
  ["meta", "next_page_url"],
  ["meta", "pagination", "links", "next"],
];

function nextAddress({ data }: Page): Next | undefined {
  for (const path of addressPaths) {
    const found = at(data, path);
    if (typeof found === "string" && /^(?:https?:\/\/|\/|\?)/.test(found)) return { kind: "url", url: found };
    const known = found === null || found === "";
    if (known && !hasCursor(data)) return { kind: "end" };
  }
  return undefined;
}

/** A cursor in the body, with the query parameter that takes it. */
const cursors: { path: string[]; names: string[] }[] = [
  { path: ["next_cursor"], names: ["cursor", "next_cursor", "after", "page_token"] },
  { path: ["nextCursor"], names: ["cursor", "nextCursor", "after"] },
  { path: ["cursor"], names: ["cursor"] },
  { path: ["cursor", "next"], names: ["cursor", "after"] },
  { path: ["cursors", "after"], names: ["after", "cursor"] },
  { path: ["response_metadata", "next_cursor"], names: ["cursor"] },
  { path: ["result_info", "cursors", "after"], names: ["cursor", "after"] },
  { path: ["result_info", "cursor"], names: ["cursor"] },
  { path: ["meta", "next_cursor"], names: ["cursor", "page[cursor]", "after"] },
  { path: ["meta", "nextCursor"], names: ["cursor", "after"] },
  { path: ["meta", "page", "after"], names: ["page[cursor]", "after", "cursor"] },
  { path: ["meta", "cursor", "next"], names: ["cursor", "page[cursor]"] },
  { path: ["paging", "cursors", "after"], names: ["after", "cursor"] },
  { path: ["paging", "next", "after"], names: ["after", "cursor"] },
  { path: ["pagination", "next_cursor"], names: ["cursor", "after", "starting_after"] },
  { path: ["pagination", "nextCursor"], names: ["cursor", "after"] },
  { path: ["pagination", "cursor"], names: ["cursor"] },
  { path: ["page_info", "end_cursor"], names: ["after", "cursor"] },
  { path: ["pageInfo", "endCursor"], names: ["after", "cursor"] },
  { path: ["nextPageToken"], names: ["pageToken", "page_token", "nextPageToken"] },
  { path: ["next_page_token"], names: ["page_token", "pageToken", "next_page_token"] },
  { path: ["nextToken"], names: ["nextToken", "NextToken"] },
  { path: ["NextToken"], names: ["NextToken", "nextToken"] },
  { path: ["next_marker"], names: ["marker", "next_marker"] },
  { path: ["continuation_token"], names: ["continuation_token"] },
  { path: ["metadata", "continue"], names: ["continue"] },
  { path: ["next_page"], names: ["page", "page_token", "cursor"] },
  { path: ["next"], names: ["cursor", "after", "next", "starting_after", "page_token"] },
  { path: ["after"], names: ["after", "cursor"] },
];

function nextCursor({ data }: Page, { declared }: PagingState): Next | undefined {
  if (isObject(data) && moreFlag(data) === false) return { kind: "end" };
  let ended = false;
  for (const { path, names } of cursors) {
    const found = at(data, path);
    if (found === undefined || isObject(found)) continue;
    const name = names.find((one) => declared.includes(one)) ?? (path.length > 0 ? undefined : names[0]);
    if (name === undefined) continue;
    if (found === null || found === "" || found === false) ended = true;
    else if (typeof found === "string" || typeof found === "number")
      return { kind: "query", query: { [name]: found }, by: "cursor" };
  }
  if (ended) return { kind: "end" };
  return lastItem(data, declared);
}

/** Stripe and its like: `has_more`, and the id of the last item goes into `starting_after`. */
function lastItem(data: unknown, declared: readonly string[]): Next | undefined {
  const name = ["starting_after", "after_id", "start_after", "after"].find((one) => declared.includes(one));
  if (name === undefined || !isObject(data) || moreFlag(data) !== true) return undefined;
  const last: unknown = itemsOf(data)?.at(-1);
  const id = isObject(data) && isObject(last) ? (last["id"] ?? data["last_id"]) : undefined;
  return typeof id === "string" || typeof id === "number"
    ? { kind: "query", query: { [name]: id }, by: "cursor" }
    : undefined;
}

const pageNames = ["page", "page_number", "pageNumber", "page[number]", "pageNo", "p", "Page", "page_num"];
const offsetNames = [
  "offset",
  "skip",
  "start",
  "startAt",
  "start_index",
  "startIndex",
  "$skip",
  "from",
  "page[offset]",
];
const sizeNames = [
  "per_page", "perPage", "limit", "page_size", "pageSize", "page[size]", "page[limit]", "size", "count", "maxResults",
  "max_results", "take", "top", "$top", "PageSize", "pagelen", "rows",
]; // prettier-ignore

/** Page number or offset: goes on until a total is reached, or a page comes back empty or short. */
function nextNumber({ data, headers }: Page, { query, declared, itemsSeen }: PagingState): Next | undefined {
  const items = itemsOf(data);
  if (!items) return undefined;
  const given = (names: readonly string[]) =>
    names.find((name) => declared.includes(name) || query[name] !== undefined);
  const offsetName = given(offsetNames);
  const pageName = given(pageNames);
  if (pageName === undefined && offsetName === undefined) return undefined;
  if (items.length === 0) return { kind: "end" };
  const start = Number(query[offsetName ?? ""] ?? 0);
  const current = Number(query[pageName ?? ""] ?? firstPage(data));
  const total = totalOf(data, headers);
  const pages = pagesOf(data, headers);
  if (pages !== undefined && pageName !== undefined && offsetName === undefined) {
    return current >= pages
      ? { kind: "end" }
      : { kind: "query", query: { [pageName]: current + 1 }, by: "number" };
  }
  if (
    total !== undefined &&
    (query[offsetName ?? ""] === undefined ? itemsSeen : start + items.length) >= total
  ) {
    return { kind: "end" };
  }
  const sizeName = given(sizeNames);
  const size = Number(query[sizeName ?? ""] ?? Number.NaN);
  if (total === undefined && items.length < size) return { kind: "end" };
  if (offsetName !== undefined)
    return { kind: "query", query: { [offsetName]: start + items.length }, by: "number" };
  return { kind: "query", query: { [pageName as string]: current + 1 }, by: "number" };
}

/** APIs that count pages from 0 say so in their first answer. */
function firstPage(data: unknown): number {
  for (const path of [
    ["page"],
    ["number"],
    ["page_number"],
    ["meta", "page"],
    ["pagination", "page"],
    ["page", "number"],
  ]) {
    if (at(data, path) === 0) return 0;
  }
  return 1;
}

const totalPaths = [
  ["total"], ["total_count"], ["totalCount"], ["count_total"], ["totalResults"], ["total_results"], ["totalItems"],
  ["total_entries"], ["totalElements"], ["total_size"], ["@odata.count"], ["meta", "total"], ["meta", "total_count"],
  ["meta", "count"], ["meta", "pagination", "total"], ["pagination", "total"], ["pagination", "total_count"],
  ["paging", "total"], ["result_info", "total_count"], ["page", "totalElements"], ["page", "total"], ["count"],
]; // prettier-ignore

const pagesPaths = [
  ["total_pages"], ["totalPages"], ["pages"], ["last_page"], ["page_count"], ["pageCount"], ["num_pages"],
  ["meta", "last_page"], ["meta", "total_pages"], ["meta", "pagination", "total_pages"], ["pagination", "pages"],
  ["pagination", "total_pages"], ["pagination", "totalPages"], ["result_info", "total_pages"], ["page", "totalPages"],
]; // prettier-ignore

function totalOf(data: unknown, headers: Record<string, string>): number | undefined {
  const named = headers["x-total-count"] ?? headers["x-total"] ?? headers["total-count"];
  if (named !== undefined && /^\d+$/.test(named)) return Number(named);
  const range = /\/(\d+)$/.exec(headers["content-range"] ?? "");
  if (range) return Number(range[1]);
  const items = itemsOf(data)?.length ?? 0;
  for (const path of totalPaths) {
    const found = at(data, path);
    // A `count` that is the number of items on this page is no total.
    if (typeof found === "number" && !(path[0] === "count" && found <= items)) return found;
  }
  return undefined;
}

function pagesOf(data: unknown, headers: Record<string, string>): number | undefined {
  const named = headers["x-total-pages"];
  if (named !== undefined && /^\d+$/.test(named)) return Number(named);
  return pagesPaths.map((path) => at(data, path)).find((found) => typeof found === "number");
}

function moreFlag(data: Record<string, unknown>): boolean | undefined {
  for (const path of [
    ["has_more"],
    ["hasMore"],
    ["has_next"],
    ["hasNext"],
    ["more"],
    ["meta", "has_more"],
    ["pagination", "has_more"],
    ["page_info", "has_next_page"],
    ["pageInfo", "hasNextPage"],
    ["pagination", "has_next"],
  ]) {
    const found = at(data, path);
    if (typeof found === "boolean") return found;
  }
  return undefined;
}

function hasCursor(data: unknown): boolean {
  return cursors.some(
    ({ path }) => path[0] !== "next" && Boolean(at(data, path)) && !isObject(at(data, path)),
  );
}

function at(value: unknown, path: readonly string[]): unknown {
  let found: unknown = value;
  for (const key of path) {
    if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}
