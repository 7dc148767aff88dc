import { expect, it } from "vitest";
import { execute, received } from "../gateway/running.ts";

const list = (way: string, names: string[], members: string[] = []) => [
  `/list/${way}`,
  {
    get: {
      operationId: `list-${way}`,
      parameters: names.map((name) => ({ name, in: "query", schema: { type: "string" } })),
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
  ]),
};

const all = ["i1", "i2", "i3", "i4", "i5", "i6", "i7"];

async function paged(
  way: string,
  args = "{}",
): Promise<{ ids: string[]; pages: number; complete: boolean; hint?: string }> {
  const ran = await execute(
    `const pages = api.pages("/list/${way}", ${args});
     const ids = [];
     let count = 0;
     for await (const { data } of pages) {
       count += 1;
       ids.push(...(Array.isArray(data) ? data : data.items ?? data.results ?? data.result ?? data.value ?? data.data).map(({ id }) => id));
     }
     return { ids, pages: count, complete: pages.complete, hint: pages.hint };`,
    { document },
  );
  expect(ran.failure).toBeUndefined();
  return ran.value as never;
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
  expect(found.hint).toContain("Nothing in the answer or the document tells");
});

it("ends where the cursor repeats", async () => {
  await received();
  expect(await paged("repeat")).toMatchObject({
    pages: 2,
    complete: false,
    hint: expect.stringContaining("already"),
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

it("gives all items at once", async () => {
  const ran = await execute(`return (await api.pages("list-total").all()).map(({ id }) => id)`, { document });
  expect(ran.value).toEqual(all);
});
