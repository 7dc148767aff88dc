import { expect, it } from "vitest";
import { callTool, deploy, execute, received } from "../../../gateway/running.ts";

const list = (way: string, names: string[], members: string[] = [], headers: string[] = []) => [
  `/list/${way}`,
  {
    get: {
      operationId: `list-${way}`,
      parameters: [
        ...names.map((name) => ({ name, in: "query", schema: { type: "string" } })),
        ...headers.map((name) => ({ name, in: "header", schema: { type: "string" } })),
      ],
      responses: {
        200: {
          description: "",
          content: {
            "application/json": {
              schema: { type: "object", properties: Object.fromEntries(members.map((name) => [name, {}])) },
            },
          },
        },
      },
    },
  },
];

const document = {
  openapi: "3.1.0",
  info: { title: "Lists", version: "1" },
  servers: [{ url: "/" }],
  paths: Object.fromEntries([
    list("link", ["page", "per_page"]),
    list("url", ["page"]),
    list("odata", ["page", "$top"], ["value", "@odata.nextLink"]),
    list("cursor", ["cursor", "limit"]),
    list("omitted", ["cursor", "pageToken"], ["items", "nextPageToken"]),
    list("page", ["page", "per_page"]),
    list("total", ["page", "per_page"]),
    list("offset", ["offset", "limit"]),
    list("short", ["offset", "limit"]),
    list("stripe", ["starting_after", "limit"]),
    list("repeat", ["cursor"]),
    list("forever", ["cursor"]),
    list("plain", ["color"]),
    list("unknown", ["limit"]),
    list("ignores", ["page"]),
    list("totals-too-many", ["offset", "limit"]),
    list("totals-the-page", ["offset", "limit"]),
    list("behind", ["page"]),
    list("elsewhere", ["page"]),
    list("nowhere", ["page"]),
    list("breaks", ["page"]),
    list("tenant", ["page"], [], ["X-Tenant"]),
    list("holes", ["cursor"]),
    list("self", ["page"]),
    list("zero", ["page"]),
    [
      "/list/sized",
      {
        get: {
          operationId: "list-sized",
          parameters: [
            { name: "offset", in: "query", schema: { type: "integer" } },
            { name: "limit", in: "query", schema: { type: "integer", maximum: 3 } },
          ],
          responses: {},
        },
      },
    ],
    list("scim", ["startIndex", "count"]),
    [
      "/list/posted",
      {
        post: {
          operationId: "list-posted",
          requestBody: {
            content: {
              "application/json": {
                schema: { type: "object", properties: { filter: {}, start_cursor: { type: "string" } } },
              },
            },
          },
          responses: {},
        },
      },
    ],
  ]),
};

const all = ["i1", "i2", "i3", "i4", "i5", "i6", "i7"];

async function paged(
  way: string,
  args = "{}",
): Promise<{ ids: string[]; pages: number; complete: boolean; hint?: string }> {
  return (await pagedWithNotes(way, args)).value;
}

async function pagedWithNotes(way: string, args: string) {
  const ran = await execute(
    `const pages = api.pages(${JSON.stringify(way.includes("-posted") ? way : `/list/${way}`)}, ${args});
     const ids = [];
     let count = 0;
     for await (const { data } of pages) {
       count += 1;
       ids.push(...(Array.isArray(data) ? data : data.items ?? data.results ?? data.result ?? data.value ?? data.data ?? data.content ?? data.Resources).map(({ id }) => id));
     }
     return { ids, pages: count, complete: pages.complete, hint: pages.hint };`,
    { document },
  );
  expect(ran.failure).toBeUndefined();
  const value = ran.value as { ids: string[]; pages: number; complete: boolean; hint?: string };
  expect(ran.logs).toEqual([]);
  return { value, notes: ran.notes };
}

it.each([
  ["a Link header", "link", "{}"],
  ["an address in the body", "url", "{}"],
  ["an OData nextLink that is left out on the last page", "odata", "{}"],
  ["a cursor", "cursor", "{}"],
  ["a page number until a page comes back short", "page", "{ query: { per_page: '3' } }"],
  ["a page number and the number of pages", "total", "{}"],
  ["an offset and a total", "offset", "{ query: { limit: '3' } }"],
  ["an offset until a page comes back short", "short", "{ query: { limit: '3' } }"],
  ["has_more and the last item's id", "stripe", "{}"],
  ["a page number that counts from 0, and says which page is the last", "zero", "{}"],
  ["an index that counts from 1", "scim", "{}"],
  ["an address that its server made behind a proxy", "behind", "{}"],
  [
    "an address, with a header that every request needs",
    "tenant",
    '{ headers: { "X-Tenant": "t" }, check: false }',
  ],
  ["a cursor in the body of a POST", "list-posted", "{ body: { filter: {} } }"],
])("reads every page of an API that pages by %s", async (_name, way, args) => {
  expect(await paged(way, args)).toEqual({ ids: all, pages: 3, complete: true });
});

it("takes a page as the last one when the document has a place for the next and the answer does not", async () => {
  expect(await paged("omitted", "{ query: { cursor: 'c6' } }")).toEqual({
    ids: ["i7"],
    pages: 1,
    complete: true,
  });
});

it("reads one page of a list that takes no parameter to page with", async () => {
  expect(await paged("plain")).toMatchObject({ pages: 1, complete: true });
});

it("says that it cannot tell how to go on", async () => {
  const found = await paged("unknown");
  expect(found).toMatchObject({ pages: 1, complete: false });
  expect(found.hint).toContain("Neither the answer nor the document tells");
});

it("ends where the cursor repeats", async () => {
  await received();
  expect(await paged("repeat")).toMatchObject({
    pages: 1,
    complete: false,
    hint: expect.stringContaining("same page again"),
  });
  expect((await received()).count).toBe(2);
});

it("ends at the cap", async () => {
  const found = await paged("forever", "{ maxPages: 4 }");
  expect(found).toMatchObject({
    pages: 4,
    complete: false,
    hint: expect.stringContaining("Ended after 4 pages"),
  });
});

it.each([
  ["the API names a next page that is none", `api.pages("list-nowhere")`],
  ["a later page fails", `api.pages("list-breaks")`],
])("throws from all() with the items that were read, where %s", async (_what, pages) => {
  const ran = await execute(
    `try { return await ${pages}.all() } catch (error) { return [error.name, error.message, error.items.length] }`,
    { document },
  );
  expect(ran.value).toEqual([
    expect.stringMatching(/^(?:IncompleteList|ApiError)$/),
    expect.stringMatching(/is not complete.*error\.items has the 3 items|answered 500/),
    3,
  ]);
});

it("begins the reply with it where nothing tells whether there are more pages", async () => {
  const { text } = await callTool(`return (await api.pages("list-unknown").all()).length`, [
    await deploy({ document }),
  ]);
  expect(text).toMatch(/^Run \w+\. Note: api\.pages of list-unknown is not complete\. Neither the answer/);
});

it("keeps it in the logs of a run that fails", async () => {
  const ran = await execute(`await api.pages("list-unknown").all(); throw new Error("x")`, { document });
  expect(ran.logs).toEqual([
    { level: "warn", text: expect.stringContaining("list-unknown is not complete") as string },
  ]);
});

it("gives all items at once", async () => {
  const ran = await execute(`return (await api.pages("list-total").all()).map(({ id }) => id)`, { document });
  expect(ran.value).toEqual(all);
});

it("goes on where the total is the length of a full page", async () => {
  expect(await paged("totals-the-page", "{ query: { limit: '3' } }")).toMatchObject({
    ids: all,
    complete: true,
  });
});

it("goes through empty pages as long as there is a cursor, and ends where the cursor is false", async () => {
  expect(await paged("holes")).toEqual({ ids: ["i1", "i2", "i3", "i7"], pages: 3, complete: true });
});

it.each([
  ["gives the same page whatever it is asked for", "ignores", 3, "same page again"],
  ["leads from a page to itself", "self", 3, "already"],
  ["leads to another origin", "elsewhere", 4, "https://elsewhere.example/other"],
  ["names something that is no address", "nowhere", 3, '"http://" as its next page'],
  ["counts more than it gives", "totals-too-many", 4, "counts 12 items, its pages hold 7"],
])("ends with an API that %s, and says so where code does not look", async (_name, way, requests, hint) => {
  await received();
  const { value, notes } = await pagedWithNotes(way, "{}");
  expect(value).toMatchObject({ complete: false, hint: expect.stringContaining(hint) });
  expect(new Set(value.ids).size).toBe(value.ids.length);
  expect(notes).toEqual([`api.pages of list-${way} is not complete. ${value.hint}`]);
  expect((await received()).count).toBe(requests);
});

it("asks for no larger pages than the document allows: whoever does wants the whole list", async () => {
  await received();
  expect(await paged("sized", "{ query: { limit: 100000 } }")).toEqual({
    ids: all,
    pages: 3,
    complete: true,
  });
  expect((await received()).requests[0]?.url).toBe("/list/sized?limit=3");
});

it.each(["(await api.pages('list-total')).map(({ id }) => id)", "api.pages('list-total').length"])(
  "says what to write where pages are taken for a list: %s",
  async (code) => {
    const ran = await execute(`return ${code}`, { document });
    expect((ran.failure as { message: string }).message).toContain("All items: await api.pages(…).all()");
    expect(ran.requests).toEqual([]);
  },
);

it("says of pages that were returned unread that nothing was read", async () => {
  const ran = await execute(`return api.pages("list-total")`, { document });
  expect(ran.value).toMatchObject({
    complete: false,
    hint: expect.stringContaining("Nothing was read yet") as string,
  });
});

it("does not warn of a cap that the code has set", async () => {
  expect((await pagedWithNotes("forever", "{ maxPages: 1 }")).notes).toEqual([]);
});

it("takes what is given as an argument in place of what stands in the path", async () => {
  await received();
  expect(await paged("page?per_page=3&page=1")).toEqual({ ids: all, pages: 3, complete: true });
  expect((await received()).requests.map(({ url }) => url)).toEqual([
    "/list/page?per_page=3&page=1",
    "/list/page?per_page=3&page=2",
    "/list/page?per_page=3&page=3",
  ]);
});

it("takes the array that the path names for the list, also on its last page", async () => {
  const ran = await execute(`return (await api.pages("list-scim", { query: { count: 3 } }).all()).length`, {
    document,
  });
  expect(ran.value).toBe(7);
});
