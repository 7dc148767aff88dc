/** An API in a private network: its requests, and only they, go through its VPC service. */
import { expect, inject, it } from "vitest";
import type { ApiFile } from "../../../src/terms/api-file.ts";
import { deploy, executeOn, received } from "../running.ts";

const ok = { responses: { 200: { description: "What was asked." } } };
const parameter = { name: "to", in: "query", schema: { type: "string" } };
const document = {
  openapi: "3.1.0",
  info: { title: "Inventory", version: "1" },
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-key" } } },
  paths: {
    "/items": {
      get: { operationId: "listItems", ...ok },
      post: {
        operationId: "createItem",
        requestBody: { content: { "application/json": { schema: { type: "object" } } } },
        ...ok,
      },
    },
    "/away": { get: { operationId: "goAway", parameters: [parameter], ...ok } },
  },
};

/** Neither http nor a private host is allowed, and no server listens there. */
const file = {
  vpc: "0199295b-b3ac-7760-8246-bca40877b3e9",
  server: "http://inventory.corp:8080/v1",
  allowHttp: false,
  allowPrivate: [],
  credential: { from: "shared", secrets: { key: "TEST_KEY" } },
} satisfies Partial<ApiFile>;

/** The stand-in is bound for the API `inhouse` alone (vitest.config.ts). */
async function run(code: string, more: Partial<ApiFile> = {}, name = "inhouse") {
  return executeOn(code, [await deploy({ document, file: { ...file, ...more } }, name)]);
}

it("reads and writes through the service, signed, at the server that the file names", async () => {
  const ran = await run(
    `return [(await api.get("/items")).data, (await api.post("/items", { body: { sku: "a" } })).data]`,
  );
  const url = "http://inventory.corp:8080/v1/items";
  expect(ran.value).toEqual([
    { url, method: "GET", key: "[redacted]", body: "" },
    { url, method: "POST", key: "[redacted]", body: '{"sku":"a"}' },
  ]);
});

it("asks the address rules where the deployment has no such service", async () => {
  const ran = await run(`return await api.get("/items")`, {}, "unbound");
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "addresses that the gateway speaks to" });
});

it("follows a redirect to an allowed origin elsewhere over the internet, without the credential", async () => {
  const elsewhere = inject("otherUpstream");
  await received();
  const ran = await run(
    `return (await api.get("/away", { query: { to: ${JSON.stringify(`${elsewhere}/echo`)} } })).data.headers["x-key"] ?? null`,
    { redirectTo: [elsewhere], allowHttp: true, allowPrivate: ["127.0.0.1"] },
  );
  expect(ran.value).toBe(null);
  expect((await received()).count).toBe(1);
});

it("lets no redirect choose another host of the private network", async () => {
  const ran = await run(`return await api.get("/away", { query: { to: "http://10.9.8.7/items" } })`, {
    redirectTo: ["http://10.9.8.7"],
  });
  expect(ran.failure).toMatchObject({ kind: "denied" });
  expect(JSON.stringify(ran.failure)).toContain("10.9.8.7");
});
