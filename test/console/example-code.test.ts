/** Code to begin with: it names what the document requires, and walks through what is a list. */
import { expect, it } from "vitest";
import { callExample, examplesFor } from "../../src/console/parts/example-code.ts";
import type { Documents } from "../../src/console/parts/in-words.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { catalogOf } from "../spec/catalog-of.ts";

const text = { type: "string" };
const body = {
  content: {
    "application/json": {
      schema: {
        type: "object",
        required: ["name", "size", "kind"],
        properties: { name: text, size: { type: "integer" }, kind: { enum: ["a", "b"] }, note: text },
      },
    },
  },
};
const paths = {
  "/account": { get: { operationId: "getAccount", summary: "Get the account" } },
  "/search": {
    get: {
      operationId: "findThings",
      parameters: [{ name: "q", in: "query", required: true, schema: text }],
    },
  },
  "/things": {
    get: { operationId: "listThings", summary: "List things, newest first" },
    post: { operationId: "createThing", summary: "Create a thing", requestBody: body },
  },
  "/things/{id}": {
    get: {
      operationId: "getThing",
      parameters: [{ name: "id", in: "path", required: true, schema: { ...text, example: "t_1" } }],
    },
  },
};

async function documents(): Promise<Documents> {
  const catalog = await catalogOf({
    "things.json": { openapi: "3.1.0", info: { title: "Things", version: "1" }, paths },
  });
  return new Map([["things", { api: { name: "things", title: "Things" } as DeployedApi, catalog }]]);
}

it("has a gap for each argument that the document requires, of its kind, and none for the others", async () => {
  const given = await documents();
  expect(callExample(given, "things", "createThing")).toBe(
    `// Create a thing\nreturn (await api.post("/things", {\n  body: { name: "", size: 0, kind: "a" },\n})).data;`,
  );
  expect(callExample(given, "things", "getThing")).toContain('path: { id: "t_1" }');
});

it("goes through the pages of what is a list and needs no arguments", async () => {
  const examples = examplesFor(await documents(), "things").map(({ code }) => code);
  expect(examples[0]).toContain('find("list things"');
  expect(examples.at(-1)).toBe('return await api.pages("/things").all();');
});
