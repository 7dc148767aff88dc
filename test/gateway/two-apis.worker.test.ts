/** Two APIs in one run: neither can make the gateway act at the other. */
import { expect, inject, it } from "vitest";
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
