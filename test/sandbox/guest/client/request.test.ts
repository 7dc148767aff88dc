import { expect, it } from "vitest";
import { buildRequest } from "../../../../src/sandbox/guest/client/request.ts";
import { match } from "../../../../src/request/match.ts";
import { plainCatalog } from "../../../setup/plain-catalog.ts";

const catalog = plainCatalog({
  servers: [{ url: "https://api.test" }],
  paths: {
    "/x/{p}": { get: {} },
    "/x/{p}.{q}/y": { get: {} },
    "/z/f(p='{p}',q='{q}')": { get: {} },
    "/z(%27{p}%27)": { get: {} },
  },
});

const built = (path: string, values: Record<string, unknown>) => {
  const operation = catalog.operations.find((one) => one.path === path);
  if (!operation) throw new Error("no such path");
  const given = new Map<string, string>();
  const resolved = { operation, object: {}, base: "https://api.test", given, query: new Map(), search: "" };
  const context = { catalog, config: { api: "test", signed: [] }, parameters: [], account: undefined };
  return buildRequest("GET", resolved, { path: values }, context);
};

it.each([
  ["/x/{p}", { p: ["."] }],
  ["/x/{p}", { p: [".."] }],
  ["/x/{p}.{q}/y", { p: ".", q: "" }],
])("does not send values that make a dot segment: %s with %j", async (path, values) => {
  await expect(built(path, values)).rejects.toThrow("another operation");
});

it.each(["O'Neil", "'", "''", "a',q='b", "a')/z", "%27", "1''"])(
  "sends %j between quotes so that it is one value, as OData reads it",
  async (text) => {
    const { url } = await built("/z/f(p='{p}',q='{q}')", { p: text, q: "2" });
    const found = match(catalog, {}, "GET", url);
    if (text.includes("/")) return expect(found.kind).toBe("refused");
    if (found.kind !== "matched") throw new Error(url);
    expect(found.matched.fits[0]?.values).toEqual({ p: text, q: "2" });
    const encoded = await built("/z(%27{p}%27)", { p: text });
    expect(encoded.url).toBe(
      `https://api.test/z(%27${encodeURIComponent(text).replaceAll("'", "%27%27").replaceAll(")", "%29")}%27)`,
    );
  },
);
