import { describe, expect, it } from "vitest";
import { pointerOf } from "../../../src/spec/read/open-catalog.ts";
import { catalogOf } from "../catalog-of.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- `spec` is read here as the model reads it: without types
type Free = any;

const plain = {
  openapi: "3.1.0",
  info: { title: "Trees", version: "1", description: "x".repeat(300) },
  paths: {
    "/trees": {
      get: {
        operationId: "listTrees",
        tags: ["trees"],
        summary: "Lists trees",
        description: "d".repeat(200),
        parameters: [
          { $ref: "#/components/parameters/Page" },
          { name: "deep", in: "query", schema: { $ref: "#/components/schemas/Tree" } },
        ],
        responses: {
          200: {
            description: "ok",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Tree" } } },
          },
        },
      },
      post: {
        operationId: "addTree",
        requestBody: { $ref: "#/components/requestBodies/Tree" },
        responses: {},
      },
    },
  },
  components: {
    parameters: { Page: { name: "page", in: "query", schema: { type: "integer" } } },
    requestBodies: {
      Tree: {
        content: {
          "application/json": { schema: { $ref: "#/components/schemas/Tree", description: "beside" } },
        },
      },
    },
    schemas: {
      Tree: {
        type: "object",
        description: "t".repeat(1_100),
        properties: {
          name: { type: "string" },
          children: { type: "array", items: { $ref: "#/components/schemas/Tree" } },
          leaf: { $ref: "#/components/schemas/Leaf" },
        },
      },
      Leaf: { type: "string", enum: ["green", "brown"] },
    },
  },
};

const open = async () => (await catalogOf({ "trees.json": plain })).spec as Free;

describe("spec behaves as a plain object", () => {
  it("has its members in the document's order, under Object.keys, entries and in", async () => {
    const spec = await open();
    expect(Object.keys(spec)).toEqual(["openapi", "info", "paths", "components", "servers", "security"]);
    const operation = spec.paths["/trees"].get;
    expect("responses" in operation).toBe(true);
    expect("requestBody" in operation).toBe(false);
    expect(Object.keys(operation)).toEqual([
      "tags",
      "summary",
      "operationId",
      "description",
      "parameters",
      "responses",
      "security",
      "servers",
    ]);
    expect(Object.fromEntries(Object.entries(operation))["operationId"]).toBe("listTrees");
  });

  it("can be spread, destructured and assigned", async () => {
    const spec = await open();
    const { get } = spec.paths["/trees"];
    const copy = { ...get, extra: 1 };
    expect(copy.responses[200].description).toBe("ok");
    expect(Object.assign({}, get).parameters).toHaveLength(2);
    const {
      parameters: [page],
    } = get;
    expect(page.name).toBe("page");
    expect(Object.create(get).responses[200].description).toBe("ok");
  });

  it("can be cloned and printed, touched before or not", async () => {
    for (const touch of [false, true]) {
      const spec = await open();
      const operation = spec.paths["/trees"].get;
      if (touch) void operation.responses[200];
      const clone = structuredClone(operation);
      expect(clone.responses[200].content["application/json"].schema.properties.name).toEqual({
        type: "string",
      });
      const tree = clone.responses[200].content["application/json"].schema;
      expect(tree.properties.children.items).toBe(tree);
      expect(JSON.parse(JSON.stringify(spec.components.parameters))).toEqual(plain.components.parameters);
    }
  });

  it("is changed by assignment, delete and array methods, and only here", async () => {
    const catalog = await catalogOf({ "trees.json": plain });
    const spec = catalog.spec as Free;
    const operation = spec.paths["/trees"].get;
    operation.responses = "mine";
    operation.parameters.push("more");
    delete operation.description;
    operation.tags.push("mine");
    spec.components.schemas.Tree.properties.leaf = 1;
    delete spec.paths["/trees"].post;
    spec.paths["/mine"] = {};
    expect(operation.responses).toBe("mine");
    expect("description" in operation).toBe(false);
    expect(Object.keys(spec.paths)).toEqual(["/trees", "/mine"]);
    expect(operation.parameters[1].schema.properties.leaf).toBe(1);
    const other = catalog.reopen().spec as Free;
    expect(other.paths["/trees"].get.parameters).toHaveLength(2);
    expect(other.paths["/trees"].get.tags).toEqual(["trees"]);
    expect(other.components.schemas.Tree.properties.leaf.enum).toEqual(["green", "brown"]);
    expect(catalog.operations[0]?.tags).toEqual(["trees"]);
  });

  it("can be frozen and still be read", async () => {
    const operation = Object.freeze((await open()).paths["/trees"].get);
    expect(operation.responses[200].description).toBe("ok");
    expect(operation.responses[200].description).toBe("ok");
  });
});

describe("references are the things themselves", () => {
  it("shares what is shared, and a cycle is a cycle", async () => {
    const spec = await open();
    const tree = spec.components.schemas.Tree;
    expect(tree.properties.children.items).toBe(tree);
    expect(spec.paths["/trees"].get.responses[200].content["application/json"].schema).toBe(tree);
  });

  it("puts what stands beside a $ref over its target, in a copy", async () => {
    const spec = await open();
    const schema = spec.paths["/trees"].post.requestBody.content["application/json"].schema;
    expect(schema.description).toBe("beside");
    expect(schema.properties.name.type).toBe("string");
    expect(spec.components.schemas.Tree.description).toBe("t".repeat(1_100));
    expect(pointerOf(schema)).toBeUndefined();
  });

  it("tells where a component came from", async () => {
    const spec = await open();
    expect(pointerOf(spec.components.schemas.Tree)).toBe("#/components/schemas/Tree");
    expect(pointerOf(spec.paths["/trees"].get.parameters[0])).toBe("#/components/parameters/Page");
    expect(pointerOf(spec.paths["/trees"].get)).toBeUndefined();
  });
});

it("takes __proto__ and constructor as names like any other", async () => {
  const text = `{ "openapi": "3.1.0", "info": { "title": "P", "version": "1" },
    "paths": { "/a": { "get": { "operationId": "__proto__", "tags": ["constructor"], "responses": {}, "__proto__": { "x": 1 },
      "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/__proto__" } } } } } },
      "__proto__": { "get": { "operationId": "toString", "responses": {} } } },
    "components": { "schemas": { "__proto__": { "type": "object", "properties": { "__proto__": { "$ref": "#/components/schemas/constructor" } } },
      "constructor": { "type": "string" } } } }`;
  const catalog = await catalogOf({ "proto.json": JSON.parse(text) as unknown });
  const spec = catalog.spec as Free;
  const schemas = spec.components.schemas;
  expect(Object.keys(schemas)).toEqual(["__proto__", "constructor"]);
  const schema = spec.paths["/a"].get.requestBody.content["application/json"].schema;
  expect(Object.getOwnPropertyDescriptor(schemas, "__proto__")?.value ?? schemas["__proto__"]).toBe(schema);
  expect(schema.properties["__proto__"]).toEqual({ type: "string" });
  expect(Object.keys(spec.paths)).toEqual(["/a", "/__proto__"]);
  expect(spec.paths["/__proto__"].get.operationId).toBe("toString");
  expect(catalog.operations.map((operation) => operation.id)).toEqual(["__proto__", "toString"]);
  expect(catalog.describe("toString")).toContain("toString");
  expect(catalog.find("constructor")[0]?.id).toBe("__proto__");
  expect(({} as Free).x).toBeUndefined();
  expect(catalog.report.faults).toEqual([]);
});

it("opens a thousand paths and components in a moment", async () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `/p${index}`);
  const catalog = await catalogOf({
    "many.json": {
      openapi: "3.1.0",
      info: {},
      paths: Object.fromEntries(
        names.map((name) => [
          name,
          { get: { responses: { 200: { $ref: `#/components/responses/${name.slice(1)}` } } } },
        ]),
      ),
      components: {
        responses: Object.fromEntries(
          names.map((name) => [name.slice(1), { description: "d".repeat(1_200) }]),
        ),
      },
    },
  });
  const startedAt = performance.now();
  let length = 0;
  for (const item of Object.values((catalog.spec as Free).paths) as Free[])
    length += item.get.responses[200].description.length;
  for (const response of Object.values((catalog.spec as Free).components.responses) as Free[])
    length += response.description.length;
  expect(length).toBe(2 * 3_000 * 1_200);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

describe("paths that are only asked for by name", () => {
  const byName = async () =>
    (await catalogOf({ "trees.json": plain })).reopen({ pathsByName: true }).spec as Free;

  it("are the same as all others", async () => {
    const [spec, whole] = [await byName(), await open()];
    expect(spec.paths["/trees"]).toEqual(whole.paths["/trees"]);
    expect(spec.paths["/trees"]).toBe(spec.paths["/trees"]);
    expect(spec.paths["/trees"].post.requestBody).toBe(spec.components.requestBodies.Tree);
  });

  it("are undefined where there are none, and what code puts there is there", async () => {
    const spec = await byName();
    expect(spec.paths["/bushes"]).toBeUndefined();
    expect(spec.paths["/trees/"]).toBeUndefined();
    spec.paths["/bushes"] = { get: 1 };
    spec.paths["/trees"] = { get: 2 };
    expect([spec.paths["/bushes"].get, spec.paths["/trees"].get]).toEqual([1, 2]);
  });

  it("are found however many are asked for", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `/${index}`);
    const paths = Object.fromEntries(
      names.map((name) => [name, { get: { operationId: name, responses: {} } }]),
    );
    const catalog = await catalogOf({ "a.json": { openapi: "3.1.0", info: {}, paths } });
    const { spec }: Free = catalog.reopen({ pathsByName: true });
    expect(names.map((name) => spec.paths[name].get.operationId)).toEqual(names);
    expect(spec.paths["/60"]).toBeUndefined();
  });

  it("leave alone what every object has", async () => {
    const spec = await byName();
    expect(spec.paths["toString"]).toBe(Object.prototype.toString);
    expect(spec.paths["__proto__"]).not.toBeNull();
    expect(({} as Free)["/trees"]).toBeUndefined();
  });
});

it("keeps texts that a column of the index cannot hold", async () => {
  const texts = ["tab\there", "line\nbreak", "Straße", "日本", "", "\u2028", "\ud800"];
  const paths = Object.fromEntries(
    texts.map((text, index) => [
      `/${text}/${index}`,
      { get: { operationId: `${text}-${index}`, summary: text, responses: {} } },
    ]),
  );
  const { operations, spec } = await catalogOf({ "a.json": { openapi: "3.1.0", info: {}, paths } });
  expect(operations.map(({ path, summary }) => ({ path, summary }))).toEqual(
    texts.map((summary, index) => ({ path: `/${summary}/${index}`, summary })),
  );
  expect(Object.keys(spec["paths"] as object)).toEqual(Object.keys(paths));
});
