/** What code does to `spec` and `operations` does not break what it asks afterwards. */
import { describe, expect, it } from "vitest";
import { catalogOf } from "../catalog-of.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- `spec` is read here as the model reads it: without types
type Free = any;

const get = (id: string) => ({ get: { operationId: id, responses: {}, security: [{ key: [] }] } });
const opened = () =>
  catalogOf({ "t.json": { openapi: "3.1.0", paths: { "/b": get("b"), "/a": get("a"), "/c": get("c") } } });

describe("after code has sorted operations", () => {
  it("an operation is still found by its id", async () => {
    const catalog = await opened();
    catalog.operations.sort((one, other) => (one.id < other.id ? -1 : 1));
    expect(catalog.operations.map((one) => catalog.operationObject(one)["operationId"])).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect(catalog.describe("a")).toContain('api.get("/a")');
    expect(catalog.find("b").map(({ id }) => id)).toEqual(["b"]);
  });
});

describe("after code has changed spec", () => {
  it.each<[string, (paths: Free) => unknown]>([
    ["has deleted the path", (paths) => delete paths["/b"]],
    ["has put another in its place", (paths) => (paths["/b"] = { get: { summary: "mine" } })],
  ])("an operation is still described: %s", async (_, change) => {
    const catalog = await opened();
    change((catalog.spec as Free).paths);
    expect(catalog.describe("b")).toContain('api.get("/b")');
  });

  it("the security of another operation is what it was", async () => {
    const { spec }: Free = await opened();
    spec.paths["/a"].get.security.push({ other: [] });
    expect(spec.paths["/b"].get.security).toEqual([{ key: [] }]);
  });

  it("what is the root's is not the operations'", async () => {
    const { spec }: Free = await opened();
    spec.servers.push({ url: "https://other.test" });
    spec.security.push({ other: [] });
    expect(spec.paths["/a"].get.servers).toHaveLength(spec.servers.length - 1);
    expect(spec.paths["/a"].get.security).toEqual([{ key: [] }]);
  });

  it("what is sealed takes a value", async () => {
    const { spec }: Free = await catalogOf({ "t.json": { openapi: "3.1.0", info: { title: "t" } } });
    Object.seal(spec).info = "mine";
    expect(spec.info).toBe("mine");
  });

  it("what is frozen refuses a change, as any object does in strict code", async () => {
    const { spec }: Free = await opened();
    const operation = Object.freeze(spec.paths["/a"].get);
    expect(() => (operation.responses = "mine")).toThrow(TypeError);
  });
});

it("asked for nothing, describe says what it takes", async () => {
  const catalog = await opened();
  expect(catalog.describe(undefined as never)).toMatch(/no operation/);
});

it("a media type is no end of a comment: */*", async () => {
  const { describe: describeIt } = await catalogOf({
    "t.json": {
      openapi: "3.1.0",
      paths: {
        "/a": {
          put: {
            operationId: "putA",
            requestBody: { content: { "*/*": { schema: { type: "string" } } } },
            responses: { 200: { description: "", content: { "text/*": { schema: { type: "string" } } } } },
          },
        },
      },
    },
  });
  expect(describeIt("putA")).not.toMatch(/\/\*[^*]*\*\/\*/);
});

it("a path that is not a map is shown as it is", async () => {
  const { spec } = await catalogOf({ "t.json": { openapi: "3.1.0", paths: { "x-note": "ours" } } });
  expect((spec as Free).paths).toEqual({ "x-note": "ours" });
});

it("a path that is an extension keeps its members and has no operations", async () => {
  const { spec, operations } = await catalogOf({
    "t.json": { openapi: "3.1.0", paths: { "x-ours": { get: { responses: {} }, note: { a: 1 } } } },
  });
  expect(operations).toEqual([]);
  expect((spec as Free).paths).toEqual({ "x-ours": { get: { responses: {} }, note: { a: 1 } } });
});

it("a name of a file that is no percent-encoding is no crash", async () => {
  const { report } = await catalogOf(
    { "t%zz.json": { openapi: "3.1.0", paths: {} } },
    {},
    "https://api.test/",
  );
  expect(report.faults).toEqual([]);
});
