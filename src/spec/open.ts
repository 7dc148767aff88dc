import type { OpenedCatalog } from "./catalog.ts";

/**
 * Opens a compiled catalog.
 * @param _index the index, as compiled
 * @param _body the body; without it `operations` and `find` work, `spec` and `describe` do not
 */
export function openCatalog(_index: string, _body?: ArrayBuffer): OpenedCatalog {
  throw new Error("not written yet");
}
