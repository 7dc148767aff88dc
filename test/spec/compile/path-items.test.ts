/** One path item with the same method in two spellings: the one of OpenAPI is used, and nothing is lost from the count. */
import { expect, it } from "vitest";
import { compileDocument } from "../../../src/spec/compile/compile-document.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";

it.each([
  [["get", "GET"], "get"],
  [["GET", "get"], "get"],
  [["Get", "post", "get"], "get"],
  [["GET"], "GET"],
])("reads %j", async (keys, used) => {
  const item = Object.fromEntries(keys.map((key) => [key, { operationId: key, responses: {} }]));
  const document = { openapi: "3.1.0", info: { title: "T", version: "1" }, paths: { "/a": item } };
  const url = "file:///a.json";
  const files = new Map<string, unknown>([[url, document]]);
  const loaded = { url, files, refused: new Map(), faults: [], bytes: 0 };
  const { catalog, report } = await compileDocument(loaded, {});
  const { operations } = openCatalog(catalog.index, catalog.body.slice().buffer);
  expect(operations.filter(({ method }) => method === "get").map(({ id }) => id)).toEqual([used]);
  expect(report.operationsFound).toBe(report.operationsKept);
  const twice = keys.filter((key) => key.toLowerCase() === "get").length - 1;
  expect(report.faults.filter(({ message }) => message.includes("Duplicate method get"))).toHaveLength(twice);
});
