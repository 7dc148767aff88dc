/** How the client tells the next page from an answer: each row an answer as some API gives it. */
import { expect, it } from "vitest";
import { itemsOf } from "../../../../../src/sandbox/guest/client/paging/items.ts";
import { nextPage } from "../../../../../src/sandbox/guest/client/paging/next-page.ts";
import { type Declared } from "../../../../../src/sandbox/guest/client/paging/page.ts";
import { type Next } from "../../../../../src/sandbox/guest/client/paging/page.ts";

interface Row {
  what: string;
  link?: string;
  data?: unknown;
  /** Names of parameters that the document declares; those with `#` are numbers. */
  declared?: string[];
  query?: Record<string, unknown>;
  want: Next;
}

const two = [{ id: 1 }, { id: 2 }];
const url = (text: string): Next => ({ kind: "url", url: text });
const ask = (query: Record<string, string | number>, by: "cursor" | "number"): Next => ({
  kind: "query",
  query,
  by,
});
const end: Next = { kind: "end" };
const page2 = url("https://api.example/x?page=2");
const to = "<https://api.example/x?page=2>";

const rows: Row[] = [
  { what: "a Link header", link: `${to}; rel="next"`, want: page2 },
  { what: "a Link header in capitals", link: `${to}; REL=NEXT`, want: page2 },
  { what: "single quotes", link: `${to}; rel='next'`, want: page2 },
  { what: "blanks around everything", link: ` ${to} ; rel = "next" `, want: page2 },
  { what: "several relations", link: `${to};rel="last next"`, want: page2 },
  { what: "a title with a comma and another rel in it", link: `${to}; title="a, b; rel=prev"; rel="next"`, want: page2 },
  { what: "another kind of link before it", link: `</a.css>; rel=preload; as=style, ${to}; rel=next`, want: page2 },
  { what: "a comma in the address", link: `<https://api.example/x?a=1,2>; rel="next"`, want: url("https://api.example/x?a=1,2") },
  { what: "a next page that is announced as empty", link: `${to}; rel="next"; results="false"`, want: end },
  { what: "a last page", link: `${to}; rel="first"`, want: end },
  { what: "a relative address", data: { items: two, next: "items?page=2" }, declared: ["page"], want: url("items?page=2") },
  { what: "an address called next_page", data: { items: two, next_page: "https://api.example/x?page=2" }, declared: ["page"], want: page2 },
  { what: "next: null", data: { items: two, next: null }, declared: ["page"], want: end },
  { what: "next: false", data: { items: two, next: false }, declared: ["page"], want: end },
  { what: "next: 2", data: { items: two, next: 2 }, declared: ["page"], want: ask({ page: 2 }, "cursor") },
  { what: "next_cursor: null", data: { items: two, next_cursor: null }, declared: ["cursor"], want: end },
  { what: "next_cursor: an empty text", data: { items: two, next_cursor: "" }, declared: ["cursor"], want: end },
  { what: "next_cursor: false", data: { items: two, next_cursor: false }, declared: ["cursor"], want: end },
  { what: "next_cursor: 0", data: { items: two, next_cursor: 0 }, declared: ["cursor"], want: end },
  { what: "a cursor beside an empty list", data: { items: [], next_cursor: "c" }, declared: ["cursor"], want: ask({ cursor: "c" }, "cursor") },
  { what: "hasMore: false beside a cursor", data: { items: two, next_cursor: "c", hasMore: false }, declared: ["cursor"], want: end },
  { what: "isLast: true", data: { values: two, isLast: true }, declared: ["startAt"], want: end },
  { what: "has_more beside a short page", data: { items: two, has_more: true }, declared: ["page", "limit"], query: { limit: 5 }, want: ask({ page: 2 }, "number") },
  { what: "a first page that is shorter than asked", data: two, declared: ["page", "per_page"], query: { per_page: 500 }, want: ask({ page: 2 }, "number") },
  { what: "the same, where the document allows that size", data: two, declared: ["page", "per_page<=500"], query: { per_page: 500 }, want: end },
  { what: "a total", data: { items: two, total: 2 }, declared: ["offset"], want: end },
  { what: "a total in text", data: { items: two, total: "3" }, declared: ["offset"], want: ask({ offset: 2 }, "number") },
  { what: "a total that is the length of a full page", data: { items: two, total: 2 }, declared: ["offset", "limit"], query: { limit: 2 }, want: ask({ offset: 2 }, "number") },
  { what: "a total and no parameter to page with", data: { items: two, total: 3 }, want: { kind: "unknown", more: true } },
  { what: "dates from and to", data: two, declared: ["from", "to", "page"], query: { from: "2026-01-01" }, want: ask({ page: 2 }, "number") },
  { what: "from as a number", data: two, declared: ["from#"], want: ask({ from: 2 }, "number") },
  { what: "page and offset, page given", data: two, declared: ["page", "offset"], query: { page: 3 }, want: ask({ page: 4 }, "number") },
  { what: "page and offset, offset given", data: two, declared: ["page", "offset"], query: { offset: 4 }, want: ask({ offset: 6 }, "number") },
  { what: "pages that are counted from 0", data: { content: two, number: 0 }, declared: ["page"], want: ask({ page: 1 }, "number") },
  { what: "an index of pages", data: two, declared: ["pageIndex"], want: ask({ pageIndex: 1 }, "number") },
  { what: "an underscore", data: two, declared: ["_page"], want: ask({ _page: 2 }, "number") },
  { what: "items that are counted from 1", data: { Resources: two, totalResults: 5 }, declared: ["startIndex"], want: ask({ startIndex: 3 }, "number") },
  { what: "a page with nothing on it", data: [], declared: ["page"], query: { page: 4 }, want: end },
  { what: "no parameter that has to do with pages", data: two, declared: ["color"], want: end },
  { what: "a parameter that may have to do with pages", data: two, declared: ["pageToken"], want: { kind: "unknown", more: false } },
]; // prettier-ignore

it.each(rows)("$what", ({ link, data = two, declared = [], query = {}, want }) => {
  const items = itemsOf(data);
  const page = { headers: link === undefined ? {} : { link }, data };
  const state = { query, firstQuery: query, items, itemsSeen: items?.length ?? 0, largestPage: 0 };
  const known = declared.map((text): Declared => {
    const [, name = "", number, maximum] = /^([^#<]+)(#)?(?:<=(\d+))?$/.exec(text) ?? [];
    return { name, isNumber: number !== undefined, ...(maximum && { maximum: Number(maximum) }) };
  });
  expect(nextPage(page, { ...state, declared: known, reachedBy: undefined, schema: undefined })).toEqual(
    want,
  );
});

it.each([
  ["the one that the path names", { users: [], columns: [1, 2] }, "users", []],
  ["the one with a usual name", { tags: [1, 2], items: [{}] }, undefined, [{}]],
  ["the one that holds objects", { users: [{ id: 1 }], columns: [1, 2, 3] }, undefined, [{ id: 1 }]],
])("takes for the list %s", (_what, data, name, want) => {
  expect(itemsOf(data, name)).toEqual(want);
});
