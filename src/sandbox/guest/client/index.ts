import type { OpenedCatalog } from "../../../spec/catalog.ts";

/** The client of one API, as the model's code sees it under `api` or `apis.<name>`. */
export function createClient(_catalog: OpenedCatalog, _options: { fetch: typeof fetch }): unknown {
  throw new Error("not written yet");
}
