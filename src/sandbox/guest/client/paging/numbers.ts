/**
 * Paging by a page number or an offset, until the API's own total is reached, or a page is empty or shorter than
 * those before it. A first page shorter than asked for proves nothing: many APIs silently cap the page size. Pure.
 */
import { plain } from "../../../../request/nearest.ts";
import type { Declared, Next, Page, PagingState } from "./page.ts";
import { firstAt, pageCountOf, pathsIn, saysMore, totalOf } from "./places.ts";

/** Without their spelling; those in the second list mean other things too, and count as numbers only. */
const pageNames = /^(?:page(?:number|no|num|index)?|currentpage)$/;
const offsetNames = /^(?:offset|skip|startat|startindex|pageoffset)$/;
const ambiguous: Record<string, Place["kind"]> = { p: "page", start: "offset", from: "offset" };

export const isSizeName = (name: string): boolean =>
  /^(?:perpage|limit|pagesize|pagelimit|size|count|maxresults|take|top|pagelen|rows)$/.test(plain(name));

/** The parameter that pages are asked for with. */
interface Place {
  name: string;
  kind: "page" | "offset";
  declared: Declared | undefined;
}

export function nextNumber(page: Page, state: PagingState): Next | undefined {
  const { items, itemsSeen, query, firstQuery } = state;
  const place = placeOf(state);
  if (!items || !place) return undefined;
  const fromStart = isStart(firstQuery[place.name]);
  const { data, headers } = page;
  const total = totalOf(data, headers, items.length);
  const isShortOfTotal = total !== undefined && itemsSeen < total && fromStart;
  if (items.length === 0) return isShortOfTotal ? { kind: "short", total } : { kind: "end" };
  const current = currentOf(place, page, query);
  if (Number.isNaN(current)) return undefined;
  const more = saysMore(data);
  if (more === false) return { kind: "end" };
  if (!more && isLast(place, { current, total, fromStart }, page, state)) return { kind: "end" };
  const next = place.kind === "page" ? current + 1 : current + items.length;
  return { kind: "query", query: { [place.name]: next }, by: "number" };
}

/** Whether a query parameter, by its name, has to do with pages at all. */
export function isPagingName(name: string): boolean {
  return /page|offset|cursor|skip|limit|marker|continuation|nexttoken|^(?:after|start|startat|next|continue|p|size|count|top|take|rows|first|maxresults)$/.test(
    plain(name),
  );
}

function isLast(
  { kind }: Place,
  { current, total, fromStart }: { current: number; total: number | undefined; fromStart: boolean },
  { data, headers }: Page,
  { items = [], itemsSeen, largestPage, query, declared }: PagingState,
): boolean {
  const pages = pageCountOf(data, headers);
  if (pages !== undefined && kind === "page") return current >= pages;
  const sized = sizeOf(query, declared);
  // A "total" that is the length of a full page, or of a later one, counts that page only.
  const ofThisPage = total === items.length && (largestPage > 0 || items.length >= sized.asked);
  if (total !== undefined && !ofThisPage) {
    return (kind === "offset" && !fromStart ? current + items.length : itemsSeen) >= total;
  }
  if (largestPage > 0) return items.length < largestPage;
  // Asked for no more than the document allows: then the API has no reason to give less than it has.
  return items.length < sized.asked && sized.asked <= (sized.maximum ?? -1);
}

const isStart = (value: unknown) => value === undefined || Number(value) === 0 || Number(value) === 1;

function placeOf({ query, declared }: PagingState): Place | undefined {
  const given = Object.keys(query).filter((name) => query[name] !== undefined);
  const places = [...new Set([...given, ...declared.map(({ name }) => name)])].flatMap((name): Place[] => {
    const known = declared.find((one) => one.name === name);
    const key = plain(name);
    const kind = pageNames.test(key)
      ? "page"
      : offsetNames.test(key)
        ? "offset"
        : known?.isNumber
          ? ambiguous[key]
          : undefined;
    return kind ? [{ name, kind, declared: known }] : [];
  });
  // What the code gave comes before what the document offers, then pages before offsets.
  return (
    places.find(({ name }) => given.includes(name)) ?? places.find(({ kind }) => kind === "page") ?? places[0]
  );
}

function sizeOf(
  query: PagingState["query"],
  declared: readonly Declared[],
): { asked: number; maximum?: number | undefined } {
  const name = Object.keys(query).find((one) => query[one] !== undefined && isSizeName(one));
  if (name === undefined) return { asked: Number.NaN };
  return { asked: Number(query[name]), maximum: declared.find((one) => one.name === name)?.maximum };
}

/** Where answers say which page they are, or where they begin. */
const ownNumbers = {
  page: pathsIn(
    "page number page_number pageNumber pageIndex current_page currentPage meta/page meta/current_page " +
      "pagination/page pagination/current_page result_info/page page/number",
  ),
  offset: pathsIn("offset skip startAt startIndex start from meta/offset paging/offset pagination/offset"),
};

/** The number of this page, or where it begins. */
function currentOf({ name, kind, declared }: Place, { data }: Page, query: PagingState["query"]): number {
  if (query[name] !== undefined) return Number(query[name]);
  const own = firstAt(data, ownNumbers[kind], (found) => typeof found === "number");
  if (own !== undefined) return own as number;
  const first = declared?.default ?? (declared?.minimum === 0 ? 0 : undefined);
  if (first !== undefined) return first;
  // SCIM counts items from 1; an index of pages is counted from 0 like any other.
  if (kind === "offset") return plain(name) === "startindex" ? 1 : 0;
  return plain(name) === "pageindex" ? 0 : 1;
}
