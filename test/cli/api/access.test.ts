/** Which operations `api add` proposes as reads: only where path, words and answers say so, and nothing says otherwise. */
import { describe, expect, it } from "vitest";
import { proposedReads } from "../../../src/cli/api/access.ts";
import { draftApiFile, formatApiFile } from "../../../src/cli/api/draft.ts";
import { parse } from "jsonc-parser";
import { catalogOf } from "../../spec/catalog-of.ts";

const json = (schema: object) => ({ content: { "application/json": { schema } } });
const list = json({ type: "array", items: { type: "object" } });
const members = (...names: string[]) =>
  json({ type: "object", properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])) });

async function catalogWith(path: string, summary: string, body: object, responses: object, method = "post") {
  return catalogOf({
    "a.json": {
      openapi: "3.1.0",
      info: { title: "t", version: "1" },
      servers: [{ url: "https://api.example.com" }],
      paths: { [path]: { [method]: { operationId: "op", summary, requestBody: body, responses } } },
    },
  });
}

describe("is proposed", () => {
  it.each<[string, string, object, object, string]>([
    [
      "/issues/search",
      "Search issues",
      members("q", "limit"),
      { 200: list },
      'its path ends in "search"; it says "Search issues"; it asks by q, limit; it answers 200 with a list',
    ],
    [
      "/kv/range",
      "Range gets the keys in the range from the key-value store.",
      members("key", "range_end"),
      { 200: members("kvs") },
      'its path ends in "range"',
    ],
    [
      "/v1/projects/{p}/jobs:query",
      "Queries jobs",
      members("filter", "pageSize"),
      { 200: list },
      'its path ends in "query"',
    ],
    [
      "/monitors/validate",
      "Validate a monitor",
      members("query"),
      { 200: members("errors") },
      'its path ends in "validate"',
    ],
    [
      "/orders/dry-run",
      "Dry run of an order",
      members("symbol"),
      { 200: members("price") },
      'its path ends in "dry-run"',
    ],
    [
      "/stats/count/",
      "Counts requests that match",
      members("filter"),
      { default: members("count") },
      "it answers by default",
    ],
  ])("%s: %s", async (path, summary, body, responses, reason) => {
    const [proposal] = proposedReads(await catalogWith(path, summary, body, responses));
    expect(proposal?.id).toBe("op");
    expect(proposal?.reason).toContain(reason);
  });
});

describe("is not proposed", () => {
  it.each<[string, string, string, object, object]>([
    ["a search that is made", "/searches", "Search issues", members("q"), { 200: list }],
    ["what creates a search", "/issues/search", "Create a search job", members("q"), { 200: list }],
    ["what answers with something new", "/issues/search", "Search issues", members("q"), { 201: list }],
    ["what begins something", "/issues/search", "Search issues", members("q"), { 202: list }],
    [
      "what answers nothing",
      "/issues/validate",
      "Validate an issue",
      members("q"),
      { 200: { description: "ok" } },
    ],
    ["SQL", "/database/query", "Query a database", members("sql", "params"), { 200: list }],
    ["a lone query, which may be SQL", "/query", "Query the data", members("query"), { 200: list }],
    ["a word that only the path has", "/issues/search", "Reindex issues", members("q"), { 200: list }],
    [
      "a word that only the summary has",
      "/issues/rebuild",
      "Search issues again",
      members("q"),
      { 200: list },
    ],
    [
      "what deletes what it finds",
      "/issues/search",
      "Search issues and delete them",
      members("q"),
      { 200: list },
    ],
    ["a saved search", "/search/{id}", "Search issues", members("q"), { 200: list }],
  ])("%s: %s, %s", async (_, path, summary, body, responses) => {
    expect(proposedReads(await catalogWith(path, summary, body, responses))).toEqual([]);
  });

  it.each(["get", "put", "delete"])("%s, whatever it says", async (method) => {
    expect(
      proposedReads(
        await catalogWith("/issues/search", "Search issues", members("q"), { 200: list }, method),
      ),
    ).toEqual([]);
  });
});

it("stands in the file with its reason, for the person who reviews it", async () => {
  const catalog = await catalogWith("/issues/search", "Search issues", members("q"), { 200: list });
  const { file, notes, reasons } = draftApiFile(catalog, { source: "a.json" }, { name: "a", secrets: {} });
  const written = formatApiFile(file, "A", reasons);
  expect(written).toContain(
    '    // its path ends in "search"; it says "Search issues"; it asks by q; it answers 200 with a list\n    "op": "read",',
  );
  expect(parse(written)).toMatchObject({ access: { op: "read" } });
  expect(notes.at(-1)).toContain("1 operation only reads although it is sent by POST");
});
