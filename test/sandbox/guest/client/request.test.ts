import { expect, it } from "vitest";
import { buildRequest } from "../../../../src/sandbox/guest/client/request.ts";
import { plainCatalog } from "../../../setup/plain-catalog.ts";

const catalog = plainCatalog({
  servers: [{ url: "https://api.test" }],
  paths: { "/x/{p}": { get: {} }, "/x/{p}.{q}/y": { get: {} } },
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
  const built = buildRequest("GET", resolved, { path: values }, context);
  await expect(built).rejects.toThrow("another operation");
});
