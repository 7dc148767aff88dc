/**
 * Where answers say that there is another page: JSON:API, HAL, OData, Django, Microsoft Graph, Zendesk and many others.
 * Tables only, and how they are read.
 */
import { isObject } from "../parameters.ts";

/** Members that hold the address of the next page. */
export const addressPaths = [
  ["next"],
  ["next_url"],
  ["nextUrl"],
  ["next_href"],
  ["next_page"],
  ["next_page_url"],
  ["next_page_uri"],
  ["nextPage"],
  ["nextPageUrl"],
  ["nextLink"],
  ["@odata.nextLink"],
  ["odata.nextLink"],
  ["d", "__next"],
  ["next", "href"],
  ["next", "url"],
  ["links", "next"],
  ["_links", "next"],
  ["_links", "next", "href"],
  ["links", "next", "href"],
  ["links", "pages", "next"],
  ["paging", "next"],
  ["paging", "next", "link"],
  ["paging", "next_url"],
  ["pagination", "next"],
  ["pagination", "next_url"],
  ["pagination", "links", "next"],
  ["meta", "next"],
  ["meta", "next_url"],
  ["meta", "next_page_url"],
  ["meta", "links", "next"],
  ["meta", "pagination", "links", "next"],
];

/** An address, absolute or relative; not a cursor and not a page number. */
export function isAddress(value: unknown): value is string {
  return (
    typeof value === "string" &&
    !/\s/.test(value) &&
    (/^(?:https?:\/\/|\/|\?)/.test(value) || /^[\w.~/-]+\?[^=]+=/.test(value))
  );
}

/** A cursor in the body, with the parameter that takes it. */
export const cursors: { path: string[]; names: string[] }[] = [
  { path: ["next_cursor"], names: ["cursor", "next_cursor", "after", "start_cursor", "page_token"] },
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
  { path: ["meta", "next_page"], names: ["page", "page_number"] },
  { path: ["paging", "cursors", "after"], names: ["after", "cursor"] },
  { path: ["paging", "next", "after"], names: ["after", "cursor"] },
  { path: ["pagination", "next_cursor"], names: ["cursor", "after", "starting_after"] },
  { path: ["pagination", "nextCursor"], names: ["cursor", "after"] },
  { path: ["pagination", "cursor"], names: ["cursor"] },
  { path: ["pagination", "next_page"], names: ["page", "page_number"] },
  { path: ["pagination", "next"], names: ["page", "cursor"] },
  { path: ["meta", "pagination", "next_page"], names: ["page"] },
  { path: ["page_info", "end_cursor"], names: ["after", "cursor"] },
  { path: ["pageInfo", "endCursor"], names: ["after", "cursor"] },
  { path: ["nextPageToken"], names: ["pageToken", "page_token", "nextPageToken"] },
  { path: ["next_page_token"], names: ["page_token", "pageToken", "next_page_token"] },
  { path: ["nextToken"], names: ["nextToken", "NextToken"] },
  { path: ["NextToken"], names: ["NextToken", "nextToken"] },
  { path: ["next_marker"], names: ["marker", "next_marker"] },
  { path: ["continuation_token"], names: ["continuation_token"] },
  { path: ["metadata", "continue"], names: ["continue"] },
  { path: ["next_offset"], names: ["offset"] },
  { path: ["nextOffset"], names: ["offset"] },
  { path: ["nextPageStart"], names: ["start"] },
  { path: ["next_page"], names: ["page", "page_token", "cursor"] },
  { path: ["nextPage"], names: ["page", "pageToken", "cursor"] },
  { path: ["next"], names: ["cursor", "after", "next", "starting_after", "page_token", "page", "offset"] },
  { path: ["after"], names: ["after", "cursor"] },
];

/** What says that there is no next page where the cursor would be: 0 is Twitter's and Redis's word for it. */
export const endsList = (value: unknown): boolean =>
  value === null || value === "" || value === false || value === 0 || value === "0";

const moreFlags = [
  ["has_more"], ["hasMore"], ["has_next"], ["hasNext"], ["hasNextPage"], ["has_next_page"], ["more"], ["moreResults"],
  ["isTruncated"], ["is_truncated"], ["meta", "has_more"], ["meta", "hasMore"], ["pagination", "has_more"],
  ["pagination", "hasMore"], ["pagination", "has_next"], ["pagination", "hasNextPage"], ["paging", "has_more"],
  ["page_info", "has_next_page"], ["pageInfo", "hasNextPage"],
]; // prettier-ignore

const lastFlags = [["isLast"], ["is_last"], ["last"], ["isLastPage"], ["pagination", "is_last"]];

/** Whether there are more pages, where the answer says so outright. */
export function saysMore(data: unknown): boolean | undefined {
  const more = moreFlags.map((path) => at(data, path)).find((found) => typeof found === "boolean");
  if (more !== undefined) return more as boolean;
  const last = lastFlags.map((path) => at(data, path)).find((found) => typeof found === "boolean");
  return last === undefined ? undefined : !last;
}

const totalPaths = [
  ["total"], ["total_count"], ["totalCount"], ["count_total"], ["totalResults"], ["total_results"], ["totalItems"],
  ["total_entries"], ["totalElements"], ["total_size"], ["@odata.count"], ["meta", "total"], ["meta", "total_count"],
  ["meta", "count"], ["meta", "pagination", "total"], ["pagination", "total"], ["pagination", "total_count"],
  ["paging", "total"], ["result_info", "total_count"], ["page", "totalElements"], ["page", "total"],
  ["hits", "total", "value"], ["count"],
]; // prettier-ignore

const pagesPaths = [
  ["total_pages"], ["totalPages"], ["pages"], ["last_page"], ["page_count"], ["pageCount"], ["num_pages"],
  ["meta", "last_page"], ["meta", "total_pages"], ["meta", "pagination", "total_pages"], ["pagination", "pages"],
  ["pagination", "total_pages"], ["pagination", "totalPages"], ["result_info", "total_pages"], ["page", "totalPages"],
]; // prettier-ignore

type Headers = Record<string, string>;

/** How many items there are in all. */
export function totalOf(data: unknown, headers: Headers, onThisPage: number): number | undefined {
  const named = countOf(headers["x-total-count"] ?? headers["x-total"] ?? headers["total-count"]);
  if (named !== undefined) return named;
  const range = /\/(\d+)$/.exec(headers["content-range"] ?? "");
  if (range) return Number(range[1]);
  for (const path of totalPaths) {
    const found = countOf(at(data, path));
    // A `count` that is the number of items on this page is no total.
    if (found !== undefined && !(path[0] === "count" && found <= onThisPage)) return found;
  }
  return undefined;
}

/** How many pages there are in all. */
export function pageCountOf(data: unknown, headers: Headers): number | undefined {
  const named = countOf(headers["x-total-pages"]);
  if (named !== undefined) return named;
  return pagesPaths.map((path) => countOf(at(data, path))).find((found) => found !== undefined);
}

const countOf = (value: unknown): number | undefined =>
  typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value)) ? Number(value) : undefined;

/** The value at a path of member names. */
export function at(value: unknown, path: readonly string[]): unknown {
  let found: unknown = value;
  for (const key of path) {
    if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}
