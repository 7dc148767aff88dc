/** Opens a compiled catalog: the document with its search. Costs nothing until something is touched. */
import { once } from "../../terms/once.ts";
import type { OpenedCatalog } from "../catalog.ts";
import { splitIndex } from "../layout.ts";
import { openDocument, withSearch, type DocumentOptions } from "./open-document.ts";
import { searchIndex } from "./find.ts";
import { describeIn, type DescribeOptions } from "./search-document.ts";
import { signatureIn } from "./signature.ts";

export { asReference, copiedFrom, pointerOf, type Copied } from "./units.ts";

export interface OpenOptions extends DocumentOptions, DescribeOptions {}

const texts = { describe: () => describeIn, signature: () => signatureIn };

/**
 * @param body without it, `operations`, `servers` and `find` work, but `spec` and `describe` throw
 */
export function openCatalog(index: string, body?: ArrayBuffer, options: OpenOptions = {}): OpenedCatalog {
  const sections = splitIndex(index);
  const search = once(() => searchIndex(sections.search));
  return withSearch(openDocument(sections, body, options), search, texts, options);
}
