/** Two APIs in one run: neither can make the gateway act at the other. */
import { expect, inject, it } from "vitest";
import type { Access } from "../../src/terms/api-file.ts";
import { upstreamDocument } from "./document.ts";
import { deploy, executeOn, received } from "./running.ts";

const other = inject("otherUpstream");

async function both(code: string) {
  const first = await deploy({ document: upstreamDocument }, "first");
  const second = await deploy(
    {
      document: { ...upstreamDocument, info: { title: "Second", version: "1" } },
      file: { server: other, credential: { from: "shared", secrets: { token: "TEST_TOKEN" } } },
    },
    "second",
  );
  await received();
  return executeOn(code, [first, second]);
}

it("calls each by its own name, and each is signed with its own credential only", async () => {
  const ran = await both(
    `const [one, two] = await Promise.all([apis.first.get("/echo"), apis.second.get("/echo")]);
     return [one.data.headers.authorization ?? null, two.data.headers.authorization];`,
  );
  expect(ran.value).toEqual([null, "Bearer [redacted]"]);
});

it.each([
  ["a read", "get", 302, ""],
  ["a write", "post", 307, ", body: { a: 1 }"],
])("follows no redirect from one to the other: %s", async (_name, method, status, body) => {
  const to = JSON.stringify(`${other}/echo`);
  const ran = await both(
    `return await apis.first.${method}("/redirect", { query: { to: ${to}, status: "${status}" }${body} })`,
  );
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "redirects stay within the API" });
  expect((await received()).count).toBe(1);
});

const listed = (next: string) => JSON.stringify({ items: [{ id: 1 }], next });

it.each([
  ["an address of the other", `${other}/echo`],
  ["an address of the other, with a path", `${other}/echo/7?page=2`],
  ["the other's address without a scheme", other.replace("http:", "")],
])("takes no next page from the other: %s", async (_name, next) => {
  const ran = await both(
    `const pages = apis.first.pages("/type", { query: { type: "application/json", text: ${JSON.stringify(listed(next))} } });
     const seen = []; for await (const page of pages) seen.push(page.data); return [seen.length, pages.complete, pages.hint];`,
  );
  expect(ran.value).toEqual([1, false, expect.stringContaining("The gateway refuses the next page")]);
  expect((await received()).count).toBe(1);
});

it.each<[what: string, list: string, next: string, access: Record<string, Access>]>([
  ["a GET that writes", `"/type"`, "/echo/7", { getOne: "write" }],
  ["a GET that deletes", `"/type"`, "/echo", { getEcho: "delete" }],
  ["a POST that writes, from one that reads", `"postType"`, "/echo", { postType: "read" }],
  ["another POST, from one that writes", `"postType"`, "/echo", {}],
])("takes no next page that is a write: %s", async (_what, list, next, access) => {
  const api = await deploy({ document: upstreamDocument, file: { access } });
  await received();
  const text = JSON.stringify(listed(next));
  const ran = await executeOn(
    `const pages = api.pages(${list}, { query: { type: "application/json", text: ${text} }${list === `"postType"` ? `, body: ${listed(next)}` : ""}, check: false });
     for await (const page of pages); return [pages.complete, pages.hint];`,
    [api],
  );
  expect(ran.value).toEqual([false, expect.stringContaining("which is no read. It was not sent.")]);
  expect((await received()).count).toBe(1);
});

it("takes the next page from another read of the same API", async () => {
  const api = await deploy({ document: upstreamDocument });
  const ran = await executeOn(
    `const pages = api.pages("/type", { query: { type: "application/json", text: ${JSON.stringify(listed("/echo/7?page=2"))} } });
     const seen = []; for await (const page of pages) seen.push(page.data.url ?? 1); return seen;`,
    [api],
  );
  expect(ran.value).toEqual([1, "/echo/7?page=2"]);
});

it.each([
  ["an id", "postEchoo"],
  ["a method and path", "POST /ecko"],
  ["an object", '{"id":"redirectt"}'],
])("names the nearest of all APIs for %s that none has", async (_, asked) => {
  const ran = await both(
    `try { return describe(${asked.startsWith("{") ? asked : JSON.stringify(asked)}) } catch (error) { return error.message }`,
  );
  expect(ran.value).toMatch(
    /^There is no operation or schema ".*"\. (?:The nearest are: .*\((?:first|second)\)|Use find)/,
  );
});
