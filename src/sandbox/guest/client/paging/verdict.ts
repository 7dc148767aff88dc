/** Whether there is more after a page: by what the answer says outright, then by its counts, then by what is missing. Pure. */
import { plain } from "../../../../request/nearest.ts";
import { memberOf, shapeOf } from "../../../../spec/read/shape.ts";
import { isObject } from "../parameters.ts";
import { isNextName, type Evidence } from "./evidence.ts";
import { numberOf, type Place } from "./places.ts";
import { isEcho, isSent, wayOf, type Asked } from "./ways.ts";

export interface Progress {
  /** Pages and items so far, this page included. */
  pages: number;
  items: number;
  /** The most items that an earlier page held; 0 on the first. */
  largest: number;
  /** Whether the first page is that of the list, and its number, if pages have one. */
  fromStart: boolean;
  first: number | undefined;
  /** The way that this page was reached in; empty for the first. */
  reachedBy: string;
  /** Ways that led nowhere. */
  failed: Set<string>;
}

/**
 * `more`: the answer says so. `counted`: its total says so, which may count what this account cannot see.
 * `end`: it says that this is the last page, or proves it. `unknown`: nothing tells.
 */
export type Verdict = "more" | "counted" | "end" | "unknown";

/** @param schema of the answer, as the document has it */
export function verdictOf(page: Evidence, progress: Progress, asked: Asked, schema: unknown): Verdict {
  const { more, links, tokens, ended, list, isPart, inside } = page;
  const { reachedBy, failed, largest } = progress;
  if (more === false) return "end";
  const length = list?.items.length ?? 0;
  const counted = ofPages(page, progress, asked) ?? ofTotal(page, progress, asked);
  const goesOn = tokens.some((token) => {
    const way = wayOf(token);
    // A token that led here, and is here again, goes on; but one that is on every page does not lead past the end.
    if (reachedBy.startsWith(way)) {
      // Solr and Crossref give the mark that they were given when there is nothing behind it.
      if (isSent(token, asked) && (length === 0 || length < largest)) return false;
      return token.trust > 0 || (length >= (asked.size ?? 1) && counted !== "end");
    }
    return (
      token.trust === 2 ||
      (token.trust === 1 && !isEcho(token, asked) && ![...failed].some((one) => one.startsWith(way)))
    );
  });
  // CKAN links from each page to a next one, without end.
  if (!more && length === 0 && counted === "end" && reachedBy === "link") return "end";
  if (more || links.length > 0 || goesOn || (isPart && counted !== "end")) return "more";
  if (ended || /^(?:link|token|undeclared|range)/.test(reachedBy)) return "end";
  if (counted) return counted;
  const isShort = length < (asked.size ?? 0) && !mayBeCap(length, page, asked);
  const isPaged = asked.places.some(({ kind }) => kind !== undefined);
  // The place of the next page is in the document and not in this answer: many leave it out on the last page.
  if (list && (length === 0 || isShort || length < largest)) return "end";
  if (inside && !isPaged) return length === 1 ? "more" : "unknown";
  return !isPaged || namesNext(schema) ? "end" : "unknown";
}

function ofPages({ numbers }: Evidence, progress: Progress, asked: Asked): Verdict | undefined {
  const { fromStart, first, pages } = progress;
  const count = numbers.pages ?? (numbers.last === undefined ? 0 : numbers.last + Number(first === 0));
  const number = fromStart ? pages : (numbers.page ?? valueOf("page", asked));
  return count === 0 || number === undefined ? undefined : number >= count ? "end" : "more";
}

function ofTotal({ numbers, list }: Evidence, progress: Progress, asked: Asked): Verdict | undefined {
  const { total, offset = valueOf("offset", asked) } = numbers;
  const { items, fromStart, largest } = progress;
  const length = list?.items.length ?? 0;
  const to = fromStart ? items : offset === undefined ? undefined : offset + length;
  if (total === undefined || to === undefined) return undefined;
  // A "total" that is the length of a full page counts that page only, and one that is too low counts something else.
  if (
    fromStart &&
    (to > total || (largest === 0 && total === length && length >= (valueOf("size", asked) ?? Infinity)))
  )
    return undefined;
  return to < total ? "counted" : "end";
}

function valueOf(kind: Place["kind"], { places, sent }: Asked): number | undefined {
  return numberOf(
    places
      .filter((one) => one.kind === kind)
      .map(sent)
      .find(numberOf),
  );
}

/** Items that a full page holds: what the API says, what was asked for, or what the document has as a default. */
export function sizeOf({ numbers: { size } }: Evidence, asked: Omit<Asked, "size">): number | undefined {
  const sent = valueOf("size", asked as Asked) ?? size;
  const place = asked.places.find(({ kind }) => kind === "size");
  return sent === undefined ? numberOf(place?.schema["default"]) : Math.min(sent, size ?? sent);
}

/** An API may cap pages without a word, at a round number, where the document tells no maximum. */
function mayBeCap(length: number, { numbers }: Evidence, { places, sent }: Asked): boolean {
  const place = places.find((one) => one.kind === "size" && sent(one) !== undefined);
  const isOpen = place && place.schema["maximum"] === undefined && numbers.size === undefined;
  return Boolean(isOpen) && length > 0 && (length % 10 === 0 || length % 25 === 0 || length % 16 === 0);
}

/** Whether a schema has a place for the next page; a few levels deep. */
function namesNext(schema: unknown, depth = 3): boolean {
  if (depth === 0 || !isObject(schema)) return false;
  return shapeOf(schema).holders.some((holder) =>
    Object.keys(holder).some(
      (name) => isNextName(plain(name)) || namesNext(memberOf(schema, name), depth - 1),
    ),
  );
}
