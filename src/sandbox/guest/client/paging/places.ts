/**
 * Where answers say that there is another page: JSON:API, HAL, OData, Django, Microsoft Graph, Zendesk and many others.
 * Tables only, and how they are read.
 */
import { isObject } from "../parameters.ts";

/** Member names separated by slashes, for each path. */
export function pathsIn(text: string): string[][] {
  return text.split(" ").map((path) => path.split("/"));
}

/** Members that hold the address of the next page. */
export const addressPaths = pathsIn(
  "next next_url nextUrl next_href next_page next_page_url next_page_uri nextPage nextPageUrl nextLink " +
    "@odata.nextLink odata.nextLink d/__next next/href next/url links/next _links/next _links/next/href " +
    "links/next/href links/pages/next paging/next paging/next/link paging/next_url pagination/next " +
    "pagination/next_url pagination/links/next meta/next meta/next_url meta/next_page_url meta/links/next " +
    "meta/pagination/links/next",
);

/** An address, absolute or relative; not a cursor and not a page number. */
export function isAddress(value: unknown): value is string {
  return (
    typeof value === "string" &&
    !/\s/.test(value) &&
    (/^(?:https?:\/\/|\/|\?)/.test(value) || /^[\w.~/-]+\?[^=]+=/.test(value))
  );
}

/** Places of a cursor in the body, each before the parameters that may take it. */
export const cursors = `
next_cursor cursor next_cursor after start_cursor page_token
nextCursor cursor nextCursor after
cursor cursor
cursor/next cursor after
cursors/after after cursor
response_metadata/next_cursor cursor
result_info/cursors/after cursor after
result_info/cursor cursor
meta/next_cursor cursor page[cursor] after
meta/nextCursor cursor after
meta/page/after page[cursor] after cursor
meta/cursor/next cursor page[cursor]
meta/next_page page page_number
paging/cursors/after after cursor
paging/next/after after cursor
pagination/next_cursor cursor after starting_after
pagination/nextCursor cursor after
pagination/cursor cursor
pagination/next_page page page_number
pagination/next page cursor
meta/pagination/next_page page
page_info/end_cursor after cursor
pageInfo/endCursor after cursor
nextPageToken pageToken page_token nextPageToken
next_page_token page_token pageToken next_page_token
nextToken nextToken NextToken
NextToken NextToken nextToken
next_marker marker next_marker
continuation_token continuation_token
metadata/continue continue
next_offset offset
nextOffset offset
nextPageStart start
next_page page page_token cursor
nextPage page pageToken cursor
next cursor after next starting_after page_token page offset
after after cursor`
  .trim()
  .split("\n")
  .map((line) => line.split(" "))
  .map(([path = "", ...names]) => ({ path: path.split("/"), names }));

/** What says that there is no next page where the cursor would be: 0 is Twitter's and Redis's word for it. */
export const endsList = (value: unknown): boolean =>
  value === null || value === "" || value === false || value === 0 || value === "0";

const moreFlags = pathsIn(
  "has_more hasMore has_next hasNext hasNextPage has_next_page more moreResults isTruncated " +
    "is_truncated meta/has_more meta/hasMore pagination/has_more pagination/hasMore pagination/has_next " +
    "pagination/hasNextPage paging/has_more page_info/has_next_page pageInfo/hasNextPage",
);

const lastFlags = pathsIn("isLast is_last last isLastPage pagination/is_last");

/** Whether there are more pages, where the answer says so outright. */
export function saysMore(data: unknown): boolean | undefined {
  const isFlag = (value: unknown) => typeof value === "boolean";
  const last = firstAt(data, lastFlags, isFlag);
  return (firstAt(data, moreFlags, isFlag) ?? (last === undefined ? undefined : !last)) as
    boolean | undefined;
}

const totalPaths = pathsIn(
  "total total_count totalCount count_total totalResults total_results totalItems total_entries " +
    "totalElements total_size @odata.count meta/total meta/total_count meta/count meta/pagination/total " +
    "pagination/total pagination/total_count paging/total result_info/total_count page/totalElements " +
    "page/total hits/total/value count",
);

const pagesPaths = pathsIn(
  "total_pages totalPages pages last_page page_count pageCount num_pages meta/last_page " +
    "meta/total_pages meta/pagination/total_pages pagination/pages pagination/total_pages " +
    "pagination/totalPages result_info/total_pages page/totalPages",
);

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
  const isCount = (value: unknown) => countOf(value) !== undefined;
  return countOf(headers["x-total-pages"]) ?? countOf(firstAt(data, pagesPaths, isCount));
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

/** The first value at one of the paths that passes. */
export function firstAt(data: unknown, paths: string[][], passes: (value: unknown) => boolean): unknown {
  return paths.map((path) => at(data, path)).find(passes);
}
