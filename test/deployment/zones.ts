/** Small documents of one API, as a refresh compares them. */
import { compileDocument } from "../../src/spec/compile/compile-document.ts";
import { openCatalog } from "../../src/spec/read/open-catalog.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";

export type Document = Record<string, unknown>;

export const zones = (paths: object, rest: object = {}): Document => ({
  openapi: "3.1.0",
  info: { title: "Zones", version: "1" },
  servers: [{ url: "https://zones.example.com/v1" }],
  paths,
  ...rest,
});

export async function open(document: Document, file: ApiFile) {
  const url = "https://zones.example.com/openapi.json";
  const loaded = {
    url,
    files: new Map([[url, document as unknown]]),
    refused: new Map(),
    faults: [],
    bytes: 0,
  };
  const { catalog } = await compileDocument(loaded, file);
  return { hash: catalog.hash, opened: openCatalog(catalog.index, catalog.body.slice().buffer) };
}

export const fileOf = (part: object) =>
  ({ source: "https://zones.example.com/openapi.json", ...part }) as ApiFile;
export const schemes = (scheme: object) => ({
  components: { securitySchemes: { key: scheme } },
  security: [{ key: [] }],
});
export const one = (operation: object, path = "/zones/{id}") => ({ [path]: { delete: operation } });
export const parameter = (part: object) =>
  one({ operationId: "d", parameters: [{ name: "id", in: "path", ...part }] });
export const inHeader = { type: "apiKey", in: "header", name: "X-Key" };
