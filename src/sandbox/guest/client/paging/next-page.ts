/**
 * How an API pages: told from the answer that came (a Link header, an address or a cursor in the body, totals) and
 * from the parameters that the document declares. Pure: answer and arguments in, the next request out.
 */
import type { Next, Page, PagingState } from "./page.ts";
import { isObject } from "../parameters.ts";
import { memberOf } from "../../../../spec/read/shape.ts";
import { linksOf } from "./link-header.ts";
import { isPagingName, nextNumber } from "./numbers.ts";
import { addressPaths, at, cursors, endsList, isAddress, saysMore, totalOf } from "./places.ts";

/** In the order of trust: what the server says outright before what its numbers imply. */
export function nextPage(page: Page, state: PagingState): Next {
  return (
    linkHeader(page) ??
    nextAddress(page) ??
    nextCursor(page, state) ??
    (state.reachedBy === "url" || state.reachedBy === "cursor" ? { kind: "end" } : undefined) ??
    nextNumber(page, state) ??
    lastByOmission(page, state)
  );
}

/** The place of the next page is in the document and not in this answer: many leave it out on the last page. */
function lastByOmission({ data, headers }: Page, { schema, declared, items, itemsSeen }: PagingState): Next {
  const total = totalOf(data, headers, items?.length ?? 0);
  const more = saysMore(data) === true || (items !== undefined && total !== undefined && total > itemsSeen);
  if (more) return { kind: "unknown", more };
  const names = declared.map(({ name }) => name);
  const addressed = addressPaths.some((path) => memberAt(schema, path));
  const pointed = cursors.some(
    (cursor) => memberAt(schema, cursor.path) && cursor.names.some((name) => names.includes(name)),
  );
  // A list that takes no parameter to page with has one page.
  return addressed || pointed || !names.some(isPagingName)
    ? { kind: "end" }
    : { kind: "unknown", more: false };
}

function memberAt(schema: unknown, path: readonly string[]): boolean {
  let found = schema;
  for (const key of path) found = memberOf(found, key);
  return found !== undefined;
}

/** A Link header without `next` is the last page, if it links to other pages at all. */
function linkHeader({ headers }: Page): Next | undefined {
  const header = headers["link"];
  if (header === undefined) return undefined;
  const links = linksOf(header);
  const next = links.find(({ rels, isEmpty }) => rels.includes("next") && !isEmpty);
  if (next) return { kind: "url", url: next.url };
  return links.some(({ rels }) => rels.some((rel) => /^(?:next|prev|previous|first|last)$/.test(rel)))
    ? { kind: "end" }
    : undefined;
}

function nextAddress({ data }: Page): Next | undefined {
  for (const path of addressPaths) {
    const found = at(data, path);
    if (isAddress(found)) return { kind: "url", url: found };
    const isOver = found === null || found === "" || found === false;
    if (isOver && !hasCursor(data)) return { kind: "end" };
  }
  return undefined;
}

function hasCursor(data: unknown): boolean {
  return cursors.some(
    ({ path }) => path[0] !== "next" && !isObject(at(data, path)) && Boolean(at(data, path)),
  );
}

function nextCursor({ data }: Page, { declared, items }: PagingState): Next | undefined {
  if (saysMore(data) === false) return { kind: "end" };
  const takes = (name: string) => declared.some((one) => one.name === name);
  let ended = false;
  for (const { path, names } of cursors) {
    const found = at(data, path);
    if (found === undefined || isObject(found)) continue;
    const name = names.find(takes);
    if (name === undefined) continue;
    if (endsList(found)) ended = true;
    else if (typeof found === "string" || typeof found === "number")
      return { kind: "query", query: { [name]: found }, by: "cursor" };
  }
  return ended ? { kind: "end" } : lastItem(data, items, takes);
}

/** Stripe and its like: `has_more`, and the id of the last item goes into `starting_after`. */
function lastItem(
  data: unknown,
  items: unknown[] | undefined,
  takes: (name: string) => boolean,
): Next | undefined {
  const name = ["starting_after", "after_id", "start_after", "after"].find(takes);
  if (name === undefined || !isObject(data) || saysMore(data) !== true) return undefined;
  const last: unknown = items?.at(-1);
  const id = (isObject(last) ? last["id"] : undefined) ?? data["last_id"];
  return typeof id === "string" || typeof id === "number"
    ? { kind: "query", query: { [name]: id }, by: "cursor" }
    : undefined;
}
