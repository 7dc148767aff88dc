import { expect, it } from "vitest";
import text from "../../.isogate/documents/@octokit+openapi@23.0.2/generated/api.github.com.json?raw";
import { compileDocument } from "../../src/spec/compile.ts";
import { openCatalog } from "../../src/spec/open.ts";
import { allParameters, differences } from "../../scripts/lib/dereference.ts";

type Json = Record<string, unknown>;

const raw = JSON.parse(text) as Json;
const url = "file:///api.github.com.json";
const { catalog, report } = await compileDocument(
  {
    url,
    files: new Map([[url, JSON.parse(text) as unknown]]),
    refused: new Map(),
    faults: [],
    bytes: text.length,
  },
  { server: "https://api.github.com", auth: { security: [{ token: [] }] } },
);
const open = () => openCatalog(catalog.index, catalog.body.slice().buffer);

it("keeps all 1,223 operations of GitHub's document", () => {
  expect(report).toMatchObject({ operationsFound: 1223, operationsKept: 1223, faults: [] });
  expect(open().operations).toHaveLength(1223);
});

it("shows every operation as a true dereference does", () => {
  const paths = open().spec["paths"] as Record<string, Record<string, Json>>;
  const wrong: string[] = [];
  for (const [path, item] of Object.entries(raw["paths"] as Record<string, Record<string, Json>>)) {
    for (const method of ["get", "put", "post", "delete", "options", "head", "patch", "trace"]) {
      const operation = item[method];
      if (!operation) continue;
      const shown = paths[path]?.[method] as Json;
      const want = {
        ...operation,
        parameters: allParameters(raw, item, operation),
        security: [{ token: [] }],
        servers: operation["servers"] ?? [{ url: "https://api.github.com" }],
      };
      wrong.push(...differences(raw, shown, want).map((difference) => `${method} ${path}${difference}`));
    }
  }
  expect(wrong).toEqual([]);
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
  expect(differences(raw, schema, want?.requestBody.content["application/json"]?.schema)).toEqual([]);
  expect(Object.keys(schema["properties"] as Json)).toContain("assignees");
});
