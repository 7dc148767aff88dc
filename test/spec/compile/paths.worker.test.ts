import { expect, it } from "vitest";
import { catalogOf } from "../catalog-of.ts";
import { plainPath } from "../../../src/spec/plain-path.ts";

const document = (paths: object, rest: object = {}) => ({
  "openapi.json": { openapi: "3.1.0", info: { title: "Paths", version: "1" }, paths, ...rest },
});

it.each<[written: string, path: string, rest?: object]>([
  ["/a/{id}", "/a/{id}"],
  ["/v1/{+property}:run", "/v1/{property}:run", { spanning: ["property"] }],
  ["/files/{path+}", "/files/{path}", { spanning: ["path"] }],
  ["/files/{path*}", "/files/{path}", { spanning: ["path"] }],
  ["/files/{*path}", "/files/{path}", { spanning: ["path"] }],
  ["/files/{**path}", "/files/{path}", { spanning: ["path"] }],
  ["/files/{path...}", "/files/{path}", { spanning: ["path"] }],
  ["/files/{path:path}", "/files/{path}", { spanning: ["path"] }],
  ["/files/{path:.*}", "/files/{path}", { spanning: ["path"] }],
  ["/files/{path:.+}/raw", "/files/{path}/raw", { spanning: ["path"] }],
  ["/v1/{name=projects/*/topics/*}:publish", "/v1/{name}:publish", { spanning: ["name"] }],
  ["/v1/{name=**}", "/v1/{name}", { spanning: ["name"] }],
  ["/a/{id:int}", "/a/{id}"],
  ["/a/{id:[0-9]{4}}/b", "/a/{id}/b"],
  ["/a/{id:[^/]+}", "/a/{id}"],
  ["/a/{id?}", "/a/{id}", { optional: "id" }],
  ["/a/{id:int?}", "/a/{id}", { optional: "id" }],
  ["/a{/id}", "/a/{id}"],
  ["/a{.format}", "/a.{format}"],
  ["/a{;color}", "/a;color={color}"],
  ["/a/{x,y}", "/a/{x},{y}"],
  ["/a{?q,page}", "/a", { query: ["q", "page"] }],
  ["/a{#part}", "/a"],
  ["/a/{$}", "/a/"],
  ["a/b", "/a/b"],
  ["a{x}", "/a{x}"],
  [" /a/b ", "/a/b"],
  ["", ""],
  ["?action=x", "?action=x"],
  ["https://api.example.com/a", "https://api.example.com/a"],
  ["/a/{", "/a/{"],
  ["/a/{}", "/a/{}"],
])("reads the path %s as %s", (written, path, rest = {}) => {
  expect(plainPath(written)).toEqual({ path, spanning: [], query: [], ...rest });
});

it("leaves a colon in a name that is declared", () => {
  expect(plainPath("/a/{x:y}", new Set(["x:y"])).path).toBe("/a/{x:y}");
});

it("gives each placeholder its parameter, in whatever case and with whatever operator", async () => {
  const id = { in: "path", required: true, schema: { type: "integer" } };
  const { operations, operationObject, report } = await catalogOf(
    document(
      {
        "/a/{ID}": { get: { parameters: [{ $ref: "#/components/parameters/id" }] } },
        "/b/{+name}": { get: { parameters: [{ ...id, name: "+name" }] } },
        "/c/{proxy+}": { get: { parameters: [{ ...id, name: "proxy" }] } },
        "/d/{rest+}": { get: {} },
        "/e{?q}": { get: {} },
      },
      { components: { parameters: { id: { ...id, name: "id" } } } },
    ),
  );
  const wide = { "x-multi-segment": true };
  const text = { schema: { type: "string" } };
  expect(operations.map((one) => [one.path, operationObject(one)["parameters"]])).toEqual([
    ["/a/{ID}", [{ ...id, name: "ID" }]],
    ["/b/{name}", [{ ...id, name: "name", ...wide }]],
    ["/c/{proxy}", [{ ...id, name: "proxy", ...wide }]],
    ["/d/{rest}", [{ name: "rest", in: "path", required: true, ...text, ...wide }]],
    ["/e", [{ name: "q", in: "query", ...text }]],
  ]);
  expect(report.faults).toEqual([]);
});

it("adds the path without an optional segment, unless the document has it", async () => {
  const item = { get: { operationId: "item", responses: {} } };
  const { operations, report } = await catalogOf(
    document({
      "/a/{id?}": item,
      "/b/{id?}": { get: { operationId: "b", responses: {} } },
      "/b": { get: { operationId: "all", responses: {} } },
    }),
  );
  expect(operations.map(({ id, path }) => [id, path])).toEqual([
    ["item", "/a/{id}"],
    ["item_without_id", "/a"],
    ["b", "/b/{id}"],
    ["all", "/b"],
  ]);
  expect(report).toMatchObject({ operationsFound: 3, operationsKept: 3, faults: [] });
});

it("leaves a path as it is written if the plain one exists", async () => {
  const { operations, report } = await catalogOf(
    document({ "/a/{+id}": { get: {} }, "/a/{id}": { get: {} }, b: { get: {} }, "/b": { post: {} } }),
  );
  expect(operations.map(({ path }) => path)).toEqual(["/a/{+id}", "/a/{id}", "b", "/b"]);
  expect(report.faults.map(({ message }) => message)).toEqual([
    'The path "/a/{id}" exists beside it; this one was left as it is written',
    'The path "/b" exists beside it; this one was left as it is written',
  ]);
});

const ok = { responses: { 200: { description: "ok" } } };

it.each(["got", "psot", "any", "all", "fetch"])(
  "reports the method %s, which does not exist",
  async (method) => {
    const { operations, report, spec } = await catalogOf(document({ "/a": { get: ok, [method]: ok } }));
    expect(operations.map((one) => one.method)).toEqual(["get"]);
    expect(report).toMatchObject({
      operationsFound: 1,
      operationsKept: 1,
      faults: [
        {
          pointer: `#/paths/~1a/${method}`,
          message: `"${method}" is not a method of HTTP; it was not taken for an operation`,
        },
      ],
    });
    expect((spec["paths"] as Record<string, Record<string, unknown>>)["/a"]?.[method]).toEqual(ok);
  },
);

it("keeps methods of HTTP that OpenAPI does not list", async () => {
  const methods = ["search", "purge", "copy", "propfind", "list", "version-control"];
  const { operations, report } = await catalogOf(
    document({ "/a": Object.fromEntries(methods.map((method) => [method, ok])) }),
  );
  expect(operations.map((one) => one.method)).toEqual(methods);
  expect(report.faults).toEqual([]);
});

it.each(["x-amazon-apigateway-any-method", "x-any-method", "x-any"])(
  "takes %s for every method that the path does not list",
  async (any) => {
    const { operations, report } = await catalogOf(
      document({
        "/{proxy+}": { post: { operationId: "own", ...ok }, [any]: { operationId: "proxy", ...ok } },
      }),
    );
    expect(operations.map(({ id, method }) => [id, method])).toEqual([
      ["own", "post"],
      ["proxy_get", "get"],
      ["proxy_put", "put"],
      ["proxy_delete", "delete"],
      ["proxy_options", "options"],
      ["proxy_patch", "patch"],
    ]);
    expect(report).toMatchObject({ operationsFound: 2, operationsKept: 2, faults: [] });
  },
);

it("takes the operation of a gateway that only states its integration", async () => {
  const { operations } = await catalogOf(
    document({ "/a": { "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": {} } } }),
  );
  expect(operations).toHaveLength(6);
});

it("leaves other extensions alone", async () => {
  const extension = { $ref: "#/nowhere", responses: {} };
  const { operations, report, spec } = await catalogOf(
    document({ "/a": { get: ok, "x-google-backend": extension, "x-company": extension } }),
  );
  expect(operations).toHaveLength(1);
  expect(report.faults).toEqual([]);
  const item = (spec["paths"] as Record<string, Record<string, unknown>>)["/a"];
  expect(item).toMatchObject({ "x-google-backend": extension, "x-company": extension });
});

it("takes the paths of AutoRest that differ only in their query", async () => {
  const { operations, report, spec, operationObject } = await catalogOf(
    document(
      { "/{container}": { get: { operationId: "list", ...ok } } },
      {
        "x-ms-paths": {
          "/{container}?comp=acl": { get: { $ref: "#/components/x-shared" } },
          "/{container}": { put: { operationId: "taken", ...ok } },
        },
        components: { "x-shared": { operationId: "acl", ...ok } },
      },
    ),
  );
  expect(operations.map(({ id, path }) => [id, path])).toEqual([
    ["list", "/{container}"],
    ["acl", "/{container}?comp=acl"],
  ]);
  expect(operationObject(operations[1]!)).toMatchObject({ operationId: "acl" });
  expect(Object.keys(spec["paths"] as object)).toEqual(["/{container}", "/{container}?comp=acl"]);
  expect(report).toMatchObject({ operationsFound: 2, operationsKept: 2 });
  expect(report.faults).toContainEqual({
    pointer: "#/x-ms-paths/~1{container}",
    message: 'The path "/{container}" exists in "paths", which was used',
  });
});

it("takes one entry where a list belongs, and places in any case", async () => {
  const { operationObject, operations, report } = await catalogOf(
    document(
      {
        "/a": {
          servers: { url: "https://a.example" },
          get: { security: { key: [] }, parameters: [{ in: "Query", name: "q" }], ...ok },
        },
      },
      { components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } } },
    ),
  );
  expect(operationObject(operations[0]!)).toMatchObject({
    servers: [{ url: "https://a.example" }],
    security: [{ key: [] }],
    parameters: [{ in: "query", name: "q" }],
  });
  expect(report.faults.map(({ pointer, message }) => `${pointer} ${message}`)).toEqual([
    "#/paths/~1a/servers It must be a list; the one entry was used",
    '#/paths/~1a/get The parameter "q" is in "Query"; "query" was used',
    "#/paths/~1a/get/security It must be a list; the one entry was used",
  ]);
});

it.each<[tags: unknown, texts: string[], faults: number]>([
  [["a", "b"], ["a", "b"], 0],
  [[2019, true], ["2019", "true"], 1],
  ["pets", ["pets"], 1],
  [[{ name: "pets", description: "x" }], ["pets"], 1],
  [["a", null, ["b"], {}], ["a"], 1],
  [7, ["7"], 1],
  [null, [], 0],
])("reads the tags %j as %j", async (tags, texts, faults) => {
  const { operations, report } = await catalogOf(document({ "/a": { get: { tags, ...ok } } }));
  expect(operations[0]?.tags).toEqual(texts);
  expect(report.faults).toHaveLength(faults);
});

it("keeps an operationId that is a number", async () => {
  const { operations } = await catalogOf(document({ "/a": { get: { operationId: 2019, ...ok } } }));
  expect(operations[0]?.id).toBe("2019");
});

it.each([3, 3.1, 3.2, "3", "3.0", "v3.0.1", " 3.1.0 "])("reads the version %j", async (openapi) => {
  const { operations } = await catalogOf({
    "openapi.json": { openapi, info: {}, paths: { "/a": { get: ok } } },
  });
  expect(operations).toHaveLength(1);
});

it.each([2, "2", "2.0"])("reads version %j of Swagger", async (swagger) => {
  const { operations } = await catalogOf({
    "swagger.json": { swagger, info: {}, paths: { "/a": { get: ok } } },
  });
  expect(operations).toHaveLength(1);
});
