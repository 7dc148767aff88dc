import { describe, expect, it } from "vitest";
import { catalogOf, documentWith } from "../catalog-of.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- `spec` is read here as the model reads it: without types
type Free = any;

const thing = (spec: Free) => spec.paths["/things/{id}"].get;

describe("operations", () => {
  it("keeps every method, those of 3.2 and of no version too", async () => {
    const operation = { responses: {} };
    const { operations, spec, report } = await catalogOf({
      "methods.json": {
        openapi: "3.2.0",
        info: {},
        paths: {
          "/a": {
            get: operation,
            put: operation,
            post: operation,
            delete: operation,
            options: operation,
            head: operation,
            patch: operation,
            trace: operation,
            query: operation,
            search: operation,
            additionalOperations: {
              COPY: { operationId: "copyIt", responses: { 200: { description: "copied" } } },
            },
          },
        },
      },
    });
    expect(operations.map(({ id, access }) => [id, access])).toEqual([
      ["get_a", "read"],
      ["put_a", "write"],
      ["post_a", "write"],
      ["delete_a", "delete"],
      ["options_a", "read"],
      ["head_a", "read"],
      ["patch_a", "write"],
      ["trace_a", "read"],
      ["query_a", "read"],
      ["search_a", "read"],
      ["copyIt", "write"],
    ]);
    expect(report).toMatchObject({ operationsFound: 11, operationsKept: 11 });
    for (const { path, method } of operations)
      expect((spec as Free).paths[path][method].operationId).toBeTypeOf("string");
    expect((spec as Free).paths["/a"].additionalOperations.COPY.responses[200].description).toBe("copied");
    expect(Object.keys((spec as Free).paths["/a"])).not.toContain("copy");
  });

  it("gives a second operation of the same id one of its own, and says so", async () => {
    const {
      operations,
      report,
      describe: describeIt,
    } = await catalogOf({
      "twice.json": {
        openapi: "3.0.0",
        info: {},
        paths: {
          "/a": { get: { operationId: "list" } },
          "/b/{c}": { get: { operationId: "list" } },
          "/d": { get: { operationId: "get_b_c" } },
        },
      },
    });
    expect(operations.map(({ id }) => id)).toEqual(["list", "get_b_c_2", "get_b_c"]);
    expect(report.faults).toEqual([
      {
        pointer: "#/paths/~1b~1{c}/get",
        message: 'Duplicate operationId "list"; this one was renamed "get_b_c_2"',
      },
    ]);
    expect(describeIt("GET /b/{c}")).toContain("get_b_c_2");
    expect(describeIt("get_b")).toMatch(/no operation or schema "get_b".*nearest are/);
  });

  it("keeps odd path keys apart", async () => {
    const paths = [
      "/token",
      "/token#refresh",
      "/responses?beta=true",
      "/a/{b}.json",
      "/a/{b}:delete",
      "/x/microsoft.graph.delta()",
      "/a/{other}.json",
    ];
    const { operations } = await catalogOf({
      "odd.json": {
        openapi: "3.1.0",
        info: {},
        paths: Object.fromEntries(paths.map((path) => [path, { get: { responses: {} } }])),
      },
    });
    expect(operations.map(({ path }) => path)).toEqual(paths);
    expect(new Set(operations.map(({ id }) => id)).size).toBe(paths.length);
  });

  it("takes a 200-character id, and the access that the API file says", async () => {
    const id = "i".repeat(200);
    const document = { openapi: "3.1.0", info: {}, paths: { "/a": { post: { operationId: id }, get: {} } } };
    const { operations } = await catalogOf(
      { "long.json": document },
      { access: { [id]: "read", "GET /a": "write", gone: "read" } },
    );
    expect(operations.map(({ access }) => access)).toEqual(["read", "write"]);
  });

  it("has the parameters of its path, its own winning, references followed", async () => {
    const { spec } = await catalogOf({
      "parameters.json": {
        openapi: "3.1.0",
        info: {},
        paths: {
          "/a/{id}": {
            parameters: [
              { $ref: "#/components/parameters/id" },
              { name: "page", in: "query", description: "of the path" },
              { name: "page", in: "header" },
            ],
            get: { parameters: [{ name: "page", in: "query", description: "own" }] },
          },
        },
        components: { parameters: { id: { name: "id", in: "path", required: true } } },
      },
    });
    const shown = (spec as Free).paths["/a/{id}"].get.parameters.map((one: Free) => [
      one.in,
      one.name,
      one.description,
    ]);
    expect(shown).toEqual([
      ["path", "id", undefined],
      ["header", "page", undefined],
      ["query", "page", "own"],
    ]);
    expect(Object.keys((spec as Free).paths["/a/{id}"])).toEqual(["get"]);
  });

  it("keeps webhooks apart", async () => {
    const { spec, operations } = await catalogOf({
      "hooks.json": {
        openapi: "3.1.0",
        info: {},
        webhooks: { born: { post: { requestBody: { $ref: "#/components/requestBodies/b" } } } },
        components: { requestBodies: { b: { description: "body" } } },
      },
    });
    expect(operations).toEqual([]);
    expect((spec as Free).webhooks.born.post.requestBody.description).toBe("body");
  });
});

describe("security and servers", () => {
  it.each<[string, object, object, object[]]>([
    ["the operation's own", { security: [{ own: [] }] }, { security: [{ root: [] }] }, [{ own: [] }]],
    ["the root's", {}, { security: [{ root: [] }] }, [{ root: [] }]],
    ["none where it is open", { security: [] }, { security: [{ root: [] }] }, []],
    ["none where none is said", {}, {}, []],
  ])("security: %s", async (_, operation, rest, want) => {
    expect(thing((await catalogOf({ "s.json": documentWith(operation, rest) })).spec).security).toEqual(want);
  });

  it("security: the API file corrects all but what is open", async () => {
    const auth = {
      schemes: { token: { type: "http" as const, scheme: "bearer" } },
      security: [{ token: [] }],
    };
    const corrected = await catalogOf({ "s.json": documentWith({ security: [{ wrong: [] }] }) }, { auth });
    expect(thing(corrected.spec).security).toEqual([{ token: [] }]);
    expect((corrected.spec as Free).components.securitySchemes.token.scheme).toBe("bearer");
    expect(
      thing((await catalogOf({ "s.json": documentWith({ security: [] }) }, { auth })).spec).security,
    ).toEqual([]);
  });

  const web = "https://api.example.com/docs/";
  it.each<[string, string, object, object, string | undefined, string[]]>([
    ["none at all, from disk", "file:///d/", {}, {}, undefined, ["/"]],
    ["none at all, from the web", web, {}, {}, undefined, ["https://api.example.com/"]],
    ["relative", web, {}, { servers: [{ url: "../v1" }] }, undefined, ["https://api.example.com/v1"]],
    ["empty", web, {}, { servers: [{ url: "" }] }, undefined, ["https://api.example.com/docs/s.json"]],
    [
      "with variables",
      web,
      {},
      { servers: [{ url: "https://{site}/{v}" }, { url: "/{v}/x" }] },
      undefined,
      ["https://{site}/{v}", "https://api.example.com/{v}/x"],
    ],
    [
      "of the operation",
      web,
      { servers: [{ url: "https://up.example.com" }] },
      { servers: [{ url: "/" }] },
      undefined,
      ["https://up.example.com"],
    ],
    [
      "overridden",
      web,
      {},
      { servers: [{ url: "/" }] },
      "https://mine.example.com/v2",
      ["https://mine.example.com/v2"],
    ],
    [
      "a host for uploads stays, if the base is the API's own",
      web,
      { servers: [{ url: "https://up.example.com" }] },
      { servers: [{ url: "https://api.example.com/v1" }] },
      "https://api.example.com/v1",
      ["https://up.example.com"],
    ],
    [
      "a host for uploads goes, if the base is elsewhere",
      web,
      { servers: [{ url: "https://up.example.com" }] },
      { servers: [{ url: "https://api.example.com" }] },
      "http://127.0.0.1:4010",
      ["http://127.0.0.1:4010"],
    ],
  ])("servers: %s", async (_, folder, operation, rest, server, want) => {
    const { spec } = await catalogOf(
      { "s.json": documentWith(operation, rest) },
      server === undefined ? {} : { server },
      folder,
    );
    expect(thing(spec).servers.map((one: Free) => one.url)).toEqual(want);
  });
});

describe("schemas of 3.0 in the shape of 3.1", () => {
  it.each<[object, object]>([
    [{ type: "string", nullable: true }, { type: ["string", "null"] }],
    [{ type: "string", nullable: false }, { type: "string" }],
    [{ oneOf: [{ type: "string" }], nullable: true }, { oneOf: [{ type: "string" }, { type: "null" }] }],
    [
      { allOf: [{ type: "string" }], nullable: true },
      { allOf: [{ type: "string" }], nullable: true },
    ],
    [
      { type: "number", minimum: 1, exclusiveMinimum: true },
      { type: "number", exclusiveMinimum: 1 },
    ],
    [
      { type: "number", maximum: 1, exclusiveMaximum: false },
      { type: "number", maximum: 1 },
    ],
    [
      { type: "object", properties: { nullable: { type: "string", nullable: true } } },
      { type: "object", properties: { nullable: { type: ["string", "null"] } } },
    ],
    [{ example: { type: "string", nullable: true } }, { example: { type: "string", nullable: true } }],
  ])("%j", async (given, want) => {
    const { spec } = await catalogOf({
      "s.json": { openapi: "3.0.3", info: {}, paths: {}, components: { schemas: { S: given } } },
    });
    expect((spec as Free).components.schemas.S).toEqual(want);
  });
});

describe("references", () => {
  it.each([
    ["#/components/schemas/a~1b"],
    ["#/components/schemas/a%7Eb".replace("%7E", "~1")],
    ["#/components/schemas/%7Bx%7D"],
    ["#anchor"],
    ["#/components/schemas/alias/properties/inner"],
    ["#"],
  ])("%s is followed", async ($ref) => {
    const schema = { type: "string" };
    const schemas = {
      "a/b": schema,
      "{x}": schema,
      anchored: { $anchor: "anchor", type: "string" },
      target: { properties: { inner: schema } },
      alias: { $ref: "#/components/schemas/target" },
      it: { properties: { p: { $ref } } },
    };
    const { spec, report } = await catalogOf({
      "r.json": { openapi: "3.1.0", info: {}, type: "string", paths: {}, components: { schemas } },
    });
    expect((spec as Free).components.schemas.it.properties.p.type).toBe("string");
    expect(report.faults).toEqual([]);
  });

  it("leaves one that leads nowhere as it is, with a fault", async () => {
    const { spec, report } = await catalogOf({
      "r.json": documentWith({ requestBody: { $ref: "#/gone", description: "kept" } }),
    });
    expect(thing(spec).requestBody).toEqual({ $ref: "#/gone", description: "kept" });
    expect(report.faults).toEqual([
      {
        pointer: "#/paths/~1things~1{id}/get/requestBody",
        message: 'Unresolved $ref: "#/gone" does not exist',
      },
    ]);
  });

  it("spans files, also in circles, and names their faults", async () => {
    const { spec, report } = await catalogOf({
      "openapi.yaml": documentWith({}, { paths: { "/things/{id}": { $ref: "paths/thing.yaml" } } }),
      "paths/thing.yaml": {
        parameters: [{ $ref: "../parameters.yaml#/id" }],
        get: { responses: { 200: { $ref: "../responses/ok.yaml" } } },
      },
      "parameters.yaml": { id: { name: "id", in: "path" } },
      "responses/ok.yaml": {
        description: { $ref: "../texts.yaml#/ok" },
        content: { "application/json": { schema: { $ref: "../schemas/node.yaml" } } },
      },
      "schemas/node.yaml": { properties: { next: { $ref: "node.yaml" }, lost: { $ref: "lost.yaml" } } },
      "texts.yaml": { ok: "All is well" },
    });
    const { parameters, responses } = thing(spec);
    expect(parameters[0].name).toBe("id");
    expect(responses[200].description).toBe("All is well");
    const node = responses[200].content["application/json"].schema;
    expect(node.properties.next).toBe(node);
    expect(report.faults.map(({ pointer }) => pointer)).toEqual(["schemas/node.yaml#/properties/lost"]);
  });

  it("follows 100 nested allOf", async () => {
    let schema: object = { type: "object", properties: { deepest: { type: "string" } } };
    for (let depth = 0; depth < 100; depth++) schema = { allOf: [schema] };
    const { describe: describeIt, report } = await catalogOf({
      "d.json": documentWith({ requestBody: { content: { "application/json": { schema } } } }),
    });
    expect(describeIt("getThing")).toContain("deepest");
    expect(report.faults).toEqual([]);
  });
});

describe("security and parameters that are written in another form", () => {
  const key = { type: "apiKey", in: "header", name: "X-Key" };
  const read = (root: object, operation: object) =>
    catalogOf({
      "odd.json": {
        openapi: "3.0.3",
        info: { title: "x", version: "1" },
        ...root,
        components: { securitySchemes: { key } },
        paths: { "/a": { get: { responses: {}, ...operation } } },
      },
    });

  it.each<[string, object, object, string]>([
    ["a list of names", { security: ["key"] }, {}, 'A requirement must be a map; "key"'],
    ["a map", { security: { key: [] } }, {}, "It must be a list; the one entry was used"],
    ["a map at the operation", {}, { security: { key: [] } }, "It must be a list; the one entry was used"],
    ["no scopes", { security: [{ key: null }] }, {}, "The scopes of a requirement must be a list"],
    ["no scopes at the operation", {}, { security: [{ key: null }] }, "The scopes of a requirement"],
    ["scopes in a map", {}, { security: [{ key: {} }] }, "The scopes of a requirement must be a list"],
  ])("asks for the scheme: %s", async (_name, root, operation, message) => {
    const { operations, operationObject, report } = await read(root, operation);
    expect(operationObject(operations[0]!)["security"]).toEqual([{ key: [] }]);
    expect(report.faults.map((fault) => fault.message).join()).toContain(message);
  });

  it.each([
    "#/components/securitySchemes/key",
    "odd.json#/components/securitySchemes/key",
    "./odd.json#/components/securitySchemes/key",
    "#/components/securitySchemes/%6bey",
  ])("asks for the scheme by its URI: %s", async (uri) => {
    for (const [root, operation] of [
      [{ security: [{ [uri]: ["a"] }] }, {}],
      [{}, { security: [{ [uri]: ["a"] }] }],
    ] as const) {
      const { operations, operationObject, report } = await read(root, operation);
      expect(operationObject(operations[0]!)["security"]).toEqual([{ key: ["a"] }]);
      expect(report.faults).toEqual([]);
    }
  });

  it.each([
    "#/components/securitySchemes/other",
    "#/components/schemas/key",
    "other.json#/key",
    "#/components/securitySchemes",
  ])("says that there is no scheme at %s", async (uri) => {
    const { operations, operationObject, report } = await read({}, { security: [{ [uri]: [] }] });
    expect(operationObject(operations[0]!)["security"]).toEqual([{ [uri]: [] }]);
    expect(report.faults.map(({ message }) => message).join()).toContain(`no security scheme "${uri}"`);
  });

  it("keeps scopes, and what may go without", async () => {
    const { operations, operationObject, report } = await read({ security: [{}, { key: ["a"] }] }, {});
    expect(operationObject(operations[0]!)["security"]).toEqual([{}, { key: ["a"] }]);
    expect(report.faults).toEqual([]);
  });

  it("takes one parameter for a list of one", async () => {
    const parameters = { name: "q", in: "query", schema: { type: "string" } };
    const { operations, operationObject, report } = await read({}, { parameters });
    expect(operationObject(operations[0]!)["parameters"]).toEqual([parameters]);
    expect(report.faults).toMatchObject([{ message: "It must be a list; the one entry was used" }]);
  });
});
