/** What is asked for after one answer: each row an answer as some API gives it, without a server. */
import { describe, expect, it } from "vitest";
import type { Resolved } from "../../../../../src/sandbox/guest/client/operations.ts";
import { evidenceOf } from "../../../../../src/sandbox/guest/client/paging/evidence.ts";
import { walk } from "../../../../../src/sandbox/guest/client/paging/walk.ts";

interface Row {
  what: string;
  link?: string;
  data?: unknown;
  /** Names of parameters that the document declares; those with `#` are numbers. */
  declared?: string[];
  query?: Record<string, unknown>;
  /** The query of the request that follows; or how the walk ends. */
  want: string;
}

const two = [{ id: 1 }, { id: 2 }];
const to = "<https://api.example/x?page=2>";
const page2 = "page=2";
const end = "end";

const rows: Row[] = [
  { what: "a Link header", link: `${to}; rel="next"`, want: page2 },
  { what: "a Link header in capitals", link: `${to}; REL=NEXT`, want: page2 },
  { what: "single quotes", link: `${to}; rel='next'`, want: page2 },
  { what: "blanks around everything", link: ` ${to} ; rel = "next" `, want: page2 },
  { what: "several relations", link: `${to};rel="last next"`, want: page2 },
  { what: "a title with a comma and another rel in it", link: `${to}; title="a, b; rel=prev"; rel="next"`, want: page2 },
  { what: "another kind of link before it", link: `</a.css>; rel=preload; as=style, ${to}; rel=next`, want: page2 },
  { what: "a comma in the address", link: `<https://api.example/x?a=1,2>; rel="next"`, want: "a=1,2" },
  { what: "a next page that is announced as empty", link: `${to}; rel="next"; results="false"`, want: end },
  { what: "a last page", link: `${to}; rel="first"`, want: end },
  { what: "a relative address", data: { items: two, next: "x?page=2" }, declared: ["page"], want: page2 },
  { what: "an address called next_page", data: { items: two, next_page: "https://api.example/x?page=2" }, declared: ["page"], want: page2 },
  { what: "a template", data: { items: two, next: "/x?page=2{&sort,size}" }, query: { size: 2 }, want: "page=2&size=2" },
  { what: "next: null", data: { items: two, next: null }, declared: ["page"], want: end },
  { what: "next: false", data: { items: two, next: false }, declared: ["page"], want: end },
  { what: "next: 2", data: { items: two, next: 2 }, declared: ["page"], want: page2 },
  { what: "next_cursor: null", data: { items: two, next_cursor: null }, declared: ["cursor"], want: end },
  { what: "next_cursor: an empty text", data: { items: two, next_cursor: "" }, declared: ["cursor"], want: end },
  { what: "next_cursor: false", data: { items: two, next_cursor: false }, declared: ["cursor"], want: end },
  { what: "next_cursor: 0", data: { items: two, next_cursor: 0 }, declared: ["cursor"], want: end },
  { what: "a cursor beside an empty list", data: { items: [], next_cursor: "c" }, declared: ["cursor"], want: "cursor=c" },
  { what: "hasMore: false beside a cursor", data: { items: two, next_cursor: "c", hasMore: false }, declared: ["cursor"], want: end },
  { what: "isLast: true", data: { values: two, isLast: true }, declared: ["startAt"], want: end },
  { what: "has_more beside a short page", data: { items: two, has_more: true }, declared: ["page", "limit"], query: { limit: 5 }, want: "limit=5&page=1" },
  { what: "a page that is shorter than asked", data: two, declared: ["page", "per_page"], query: { per_page: 500 }, want: end },
  { what: "a page that may be capped", data: Array.from({ length: 100 }, (_, id) => ({ id })), declared: ["page", "per_page"], query: { per_page: 500 }, want: "per_page=500&page=1" },
  { what: "a total", data: { items: two, total: 2 }, declared: ["offset"], want: end },
  { what: "a total in text", data: { items: two, total: "3" }, declared: ["offset"], want: "offset=2" },
  { what: "a total that is the length of a full page", data: { items: two, total: 2 }, declared: ["offset", "limit"], query: { limit: 2 }, want: "limit=2&offset=2" },
  { what: "a total and no parameter to page with", data: { items: two, total: 3 }, want: "There are more items" },
  { what: "dates from and to", data: two, declared: ["from", "to", "page"], query: { from: "2026-01-01" }, want: "from=2026-01-01&page=1" },
  { what: "from as a number", data: two, declared: ["from#"], want: "from=2" },
  { what: "page and offset, page given", data: two, declared: ["page", "offset"], query: { page: 3 }, want: "page=4" },
  { what: "page and offset, offset given", data: two, declared: ["page", "offset"], query: { offset: 4 }, want: "offset=6" },
  { what: "pages that are counted from 0", data: { content: two, number: 0 }, declared: ["page"], want: "page=1" },
  { what: "an index of pages", data: two, declared: ["pageIndex"], want: "pageIndex=1" },
  { what: "an underscore", data: two, declared: ["_page"], want: "_page=1" },
  { what: "items that are counted from 1", data: { Resources: two, totalResults: 5 }, declared: ["startIndex"], want: "startIndex=3" },
  { what: "a page with nothing on it", data: [], declared: ["page"], query: { page: 4 }, want: end },
  { what: "no parameter that has to do with pages", data: two, declared: ["color"], want: end },
  { what: "a parameter that may have to do with pages", data: two, declared: ["pageToken"], want: "Neither the answer nor the document tells" },
  { what: "a token that is no count, and a parameter that is", data: { items: two, next: "abc" }, declared: ["page#"], want: "next=abc" },
  { what: "a sync token", data: { items: two, nextSyncToken: "s" }, declared: ["pageToken", "syncToken"], want: "Neither the answer nor the document tells" },
  { what: "an access token", data: { items: two, meta: { access_token: "s" } }, declared: ["color"], want: end },
  { what: "a page before", data: { items: two, previous: "/x?page=0", prev_cursor: "p" }, declared: ["color"], want: end },
  { what: "a total of another list", data: { things: two, tags: { total: 9, items: [{}] } }, declared: ["color"], want: end },
]; // prettier-ignore

const bare = (name: string) => name.replace("#", "");

/** The first request after the answer, or how the walk ends. */
async function next({ link, data = two, declared = [], query = {} }: Row): Promise<string> {
  const parameters = declared.map((name) => ({
    name: bare(name),
    in: "query",
    schema: name.endsWith("#") ? { type: "integer" } : {},
  }));
  const resolved = {
    operation: { id: "x", method: "get", path: "/x" },
    object: { parameters },
    base: "https://api.example",
    search: "",
  };
  let first = true;
  const answered = (search: string) => {
    if (!first) throw new Error(search);
    first = false;
    const headers: Record<string, string> = link === undefined ? {} : { link };
    return Promise.resolve({
      url: `https://api.example/x?${search}`,
      answer: { status: 200, headers, data },
    });
  };
  const source = {
    called: "api",
    resolve: () => resolved as unknown as Resolved,
    settled: <Args>(args: Args) => args,
    first: async (args: { query?: object }) =>
      answered(new URLSearchParams(Object.entries(args.query ?? {})).toString()),
    follow: async (url: string) => answered(decodeURIComponent(new URL(url).search.slice(1))),
    warn: () => undefined,
  };
  const pages = walk(source, { query }, 10);
  try {
    await pages.next();
    const { value } = await pages.next();
    return value === undefined ? end : (value as { hint: string }).hint;
  } catch (error) {
    return (error as Error).message;
  }
}

it.each(rows)("$what", async (row) => {
  const found = await next(row);
  if (/^[A-Z]/.test(row.want)) expect(found).toContain(row.want);
  else expect(found).toBe(row.want);
});

const listOf = (data: unknown, name?: string) =>
  evidenceOf({ status: 200, headers: {}, data }, name, undefined, "").list?.items;

it.each([
  ["the one that the path names", { users: [], columns: [1, 2] }, "users", []],
  ["the one with a usual name", { tags: [1, 2], items: [{}] }, undefined, [{}]],
  ["the one that holds objects", { users: [{ id: 1 }], columns: [1, 2, 3] }, undefined, [{ id: 1 }]],
  [
    "one that lies deep",
    { data: { repository: { issues: { edges: [{ id: 1 }] } } } },
    "graphql",
    [{ id: 1 }],
  ],
  ["an object of objects that the path names", { users: { a: { id: 1 }, b: { id: 2 } } }, "users", two],
])("takes for the list %s", (_what, data, name, want) => {
  expect(listOf(data, name)).toEqual(want);
});

describe("an answer of any size and depth", () => {
  const timeOf = (data: unknown) => {
    const start = performance.now();
    evidenceOf({ status: 200, headers: {}, data }, "things", undefined, "");
    return performance.now() - start;
  };
  const nested = (depth: number) => {
    let data: unknown = { next: "x" };
    for (let level = 0; level < depth; level += 1) data = { data };
    return data;
  };

  it.each<[string, unknown]>([
    ["members", Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`next${index}`, index]))],
    ["lists", Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`list${index}`, [{}]]))],
    ["depth", nested(50_000)],
    ["a long name", { ["nextpage".repeat(100_000)]: "x", ["totalitems".repeat(100_000) + "!"]: 1 }],
    ["a long token", { next: `${"a/".repeat(500_000)} ` }],
    ["items", { things: Array.from({ length: 200_000 }, (_, id) => ({ id })) }],
  ])("is read in little time: %s", (_what, data) => {
    expect(timeOf(data)).toBeLessThan(3_000);
  });
});
