/** Opens a compiled catalog: the document, and what is looked up in it. Costs nothing until something is touched. */
import { once } from "../../terms/once.ts";
import type { OpenedCatalog } from "../catalog.ts";
import { splitIndex } from "../layout.ts";
import { openDocument, withSearch, type DocumentOptions } from "./open-document.ts";
import { searchIndex } from "./find.ts";
import { searchDocument, type DescribeOptions } from "./search-document.ts";

export { pointerOf } from "./units.ts";

export interface OpenOptions extends DocumentOptions, DescribeOptions {}

/**
 * Opens a compiled catalog.
 * @param index the index, as compiled
 * @param body the body; without it `operations`, `servers` and `find` work, `spec` and `describe` throw
 */
export function openCatalog(index: string, body?: ArrayBuffer, options: OpenOptions = {}): OpenedCatalog {
  const sections = splitIndex(index);
  const document = openDocument(sections, body, options);
  return withSearch(
    document,
    once(() =>
      searchDocument(
        document,
        once(() => searchIndex(sections.search)),
        options,
      ),
    ),
  );
}
