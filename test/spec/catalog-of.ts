import type { CompileReport, OpenedCatalog } from "../../src/spec/catalog.ts";
import { compileDocument, type CatalogSettings } from "../../src/spec/compile/compile-document.ts";
import { openCatalog, type OpenOptions } from "../../src/spec/read/open-catalog.ts";

type Reopen = (options?: OpenOptions) => OpenedCatalog;

/** Compiles documents given as values; the first is the root. Relative names are files beside it. */
export async function catalogOf(
  files: Record<string, unknown>,
  settings: CatalogSettings = {},
  folder = "file:///documents/",
): Promise<OpenedCatalog & { report: CompileReport; reopen: Reopen }> {
  const entries = Object.entries(files).map(([name, value]): [string, unknown] => [
    new URL(name, folder).href,
    value,
  ]);
  const { catalog, report } = await compileDocument(
    {
      url: (entries[0] as [string, unknown])[0],
      files: new Map(entries),
      refused: new Map(),
      faults: [],
      bytes: 0,
    },
    settings,
  );
  const reopen: Reopen = (options) => openCatalog(catalog.index, catalog.body.slice().buffer, options);
  return Object.assign(reopen(), { report, reopen });
}

/** A document of one operation, `GET /things/{id}`, with what a test adds. */
export function documentWith(operation: object, rest: object = {}): Record<string, unknown> {
  return {
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    paths: { "/things/{id}": { get: { operationId: "getThing", responses: {}, ...operation } } },
    ...rest,
  };
}
