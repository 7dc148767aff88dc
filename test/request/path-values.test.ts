/** Values in paths that once became other values, or another path. Found by scripts/fuzz/properties/parameters.ts. */
import { expect, it } from "vitest";
import { match } from "../../src/request/match.ts";
import { buildRequest } from "../../src/sandbox/guest/client/request.ts";
import { plainCatalog } from "../setup/plain-catalog.ts";

const catalog = plainCatalog({
  servers: [{ url: "https://api.test" }],
  paths: { "/x/{p}": { get: {} }, "/x/{p}.{q}/y": { get: {} } },
});

it("sends an encoded delimiter of a list as it came: a,b and c are two values, not three", () => {
  const found = match(catalog, {}, "get", "https://api.test/x/a%2cb,c%3B%3d%3A%40");
  expect(found).toMatchObject({ matched: { href: "https://api.test/x/a%2Cb,c%3B%3D:@" } });
  expect(found).toMatchObject({ matched: { fits: [{ values: { p: "a,b,c;=:@" } }] } });
});

it.each([
  ["/x/{p}", { p: ["."] }],
  ["/x/{p}", { p: [".."] }],
  ["/x/{p}.{q}/y", { p: ".", q: "" }],
])("does not send values that make a dot segment: %s with %j", async (path, values) => {
  const operation = catalog.operations.find((one) => one.path === path);
  if (!operation) throw new Error("no such path");
  const resolved = {
    operation,
    object: {},
    base: "https://api.test",
    given: new Map<string, string>(),
    query: new Map(),
    search: "",
  };
  const context = { catalog, config: { api: "test", signed: [] }, parameters: [], account: undefined };
  const built = await buildRequest("GET", resolved, { path: values }, context);
  expect(built.ok).toBe(false);
});
