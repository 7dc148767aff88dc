import { expect, it } from "vitest";
import text from "../../../.isogate/documents/@octokit+openapi@23.0.2/generated/api.github.com.json?raw";
import { compileDocument } from "../../../src/spec/compile/compile-document.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";
import { differences, RawDocument } from "../../../scripts/corpus/dereference.ts";
import { verifyOperations } from "../../../scripts/corpus/verify.ts";

type Json = Record<string, unknown>;

const raw = JSON.parse(text) as Json;
const url = "file:///api.github.com.json";
const loaded = {
  url,
  files: new Map([[url, raw as unknown]]),
  refused: new Map<string, string>(),
  faults: [],
  bytes: text.length,
};
const { catalog, report } = await compileDocument(loaded, {
  server: "https://api.github.com",
  auth: { security: [{ token: [] }] },
});
const open = () => openCatalog(catalog.index, catalog.body.slice().buffer);

it("keeps all 1,223 operations of GitHub's document", () => {
  expect(report).toMatchObject({ operationsFound: 1223, operationsKept: 1223, faults: [] });
  expect(open().operations).toHaveLength(1223);
});

it("shows every operation as a true dereference does", async () => {
  const plain = await compileDocument(loaded, {});
  const opened = openCatalog(plain.catalog.index, plain.catalog.body.slice().buffer);
  expect(verifyOperations(loaded, opened, Infinity)).toEqual({ compared: 1223, wrong: [] });
});

it("answers a filter by tag", () => {
  const paths = open().spec["paths"] as Record<string, Record<string, Json>>;
  const found = Object.values(paths)
    .flatMap((item) => Object.values(item))
    .filter((operation) => (operation["tags"] as string[]).includes("issues"));
  const want = Object.values(raw["paths"] as Record<string, Record<string, Json>>)
    .flatMap((item) => Object.values(item))
    .filter((operation) => (operation["tags"] as string[] | undefined)?.includes("issues"));
  expect(found.length).toBeGreaterThan(20);
  expect(found.map((operation) => operation["operationId"])).toEqual(
    want.map((operation) => operation["operationId"]),
  );
});

it("prints the whole schema of a request body", () => {
  type Body = { requestBody: { content: Record<string, { schema: unknown }> } };
  const operation = (open().spec["paths"] as Record<string, Record<string, Body>>)[
    "/repos/{owner}/{repo}/issues"
  ]?.["post"];
  const schema = JSON.parse(
    JSON.stringify(operation?.requestBody.content["application/json"]?.schema),
  ) as Json;
  const want = (raw["paths"] as Record<string, Record<string, Body>>)["/repos/{owner}/{repo}/issues"]?.[
    "post"
  ];
  const value = want?.requestBody.content["application/json"]?.schema;
  expect(differences(new RawDocument(loaded), schema, { value, url })).toEqual([]);
  expect(Object.keys(schema["properties"] as Json)).toContain("assignees");
});
