/**
 * `api.pages(path, args)`: the pages of a list, one after the other, in whatever way the API pages. Ends with the
 * list, at a cap, or where a page or an address comes a second time; and says whether the list is complete: in
 * `complete` and `hint`, and, for code that does not look there, as a warning in the run's logs.
 */
import type { CallArguments } from "./arguments.ts";
import { RequestError } from "./errors.ts";
import type { Answer } from "./answer.ts";
import type { Resolved } from "./operations.ts";
import { answerSchema, pagingParameters } from "./paging/declared.ts";
import { itemsOf, listNameOf } from "./paging/items.ts";
import { nextPage } from "./paging/next-page.ts";
import type { Declared, Next, PagingState } from "./paging/page.ts";
import { isSizeName } from "./paging/numbers.ts";
import { objectOf } from "../../../spec/objects.ts";
import { isObject } from "./parameters.ts";

/** More pages than any list that one run should read; the run's budget of requests is lower or near. */
const maxPages = 1_000;

export interface Pages extends AsyncIterable<Answer> {
  /** All items of all pages. */
  all(): Promise<unknown[]>;
  /** After the loop: whether the end of the list was reached. */
  complete: boolean;
  /** After the loop, if it is not complete: why, and what to do. */
  hint?: string;
}

export interface PagesArguments extends CallArguments {
  /** At most so many pages. */
  maxPages?: number;
}

/** A page and the address that it came from. */
export interface Fetched {
  answer: Answer;
  url: string;
}

interface PageSource {
  resolve(): Resolved;
  /** Called once, for the arguments that stay the same on all pages. */
  settled(args: CallArguments): CallArguments;
  first(args: CallArguments): Promise<Fetched>;
  /** A page by its absolute address, with the headers, cookies and body of the arguments. */
  follow(url: string, args: CallArguments): Promise<Fetched>;
  /** Puts a line into the run's logs. */
  warn(text: string): void;
}

export function pagesOf(source: PageSource, given: PagesArguments): Pages {
  const { maxPages: wanted, ...others } = Object(given) as PagesArguments;
  // What is no object is refused by the first call.
  const args = isObject(given) ? others : given;
  const asked = Math.trunc(Number(wanted));
  const cap = asked >= 1 ? Math.min(asked, maxPages) : maxPages;
  const pages: Pages = {
    complete: false,
    hint: "Nothing was read yet: await .all(), or loop with for await.",
    async *[Symbol.asyncIterator]() {
      pages.complete = false;
      delete pages.hint;
      const cut = yield* walk(source, args, cap);
      pages.complete = cut === undefined;
      if (!cut) return;
      pages.hint = cut.hint;
      // Code that set the cap knows of it.
      if (cap !== asked || !cut.capped)
        source.warn(`api.pages of ${source.resolve().operation.id} is not complete. ${cut.hint}`);
    },
    async all() {
      const name = listNameOf(source.resolve().operation.path);
      const items: unknown[] = [];
      for await (const { data } of pages) {
        for (const item of itemsOf(data, name) ?? (data === null ? [] : [data])) items.push(item);
      }
      return items;
    },
  };
  for (const name of ofLists.split(" ")) Object.defineProperty(pages, name, { get: notAList });
  return pages;
}

/** What code asks of the list that it takes the pages for. */
const ofLists = "length map filter find forEach reduce some slice flatMap items data";

function notAList(): never {
  throw new TypeError(
    "api.pages(…) is not a list. All items: await api.pages(…).all(). Page by page: for await (const { data } of api.pages(…)).",
  );
}

interface Cut {
  /** Why the list is not complete, and what to do. */
  hint: string;
  /** It has as many pages as the code, or the client, reads at most. */
  capped?: true;
}

/** @returns where the list was left, or undefined for all of it */
async function* walk(
  source: PageSource,
  given: CallArguments,
  cap: number,
): AsyncGenerator<Answer, Cut | undefined> {
  const resolved = source.resolve();
  const name = listNameOf(resolved.operation.path);
  const { declared, inBody } = pagingParameters(resolved);
  if (!isObject(given)) await source.first(given);
  let args = withAllowedSize(source.settled(given), declared);
  const ofBody = isObject(args.body) && inBody.size > 0 ? args.body : {};
  let query: PagingState["query"] = {
    ...Object.fromEntries(new URLSearchParams(resolved.search)),
    ...args.query,
    ...Object.fromEntries(Object.entries(ofBody).filter(([key]) => inBody.has(key))),
  };
  const state: PagingState = {
    query,
    declared,
    items: undefined,
    itemsSeen: 0,
    largestPage: 0,
    firstQuery: query,
    reachedBy: undefined,
    schema: answerSchema(resolved.object),
  };
  let page = await source.first(args);
  const seen = new Set([page.url]);
  for (let count = 1; ; count += 1) {
    const items = itemsOf(page.answer.data, name);
    if (count > 1 && state.reachedBy === "number" && sameItems(state.items, items)) {
      return { hint: samePage };
    }
    state.items = items;
    state.itemsSeen += items?.length ?? 0;
    const next: Next = nextPage(page.answer, { ...state, query });
    state.largestPage = Math.max(state.largestPage, items?.length ?? 0);
    yield page.answer;
    if (next.kind === "end") return undefined;
    if (next.kind === "short") {
      const hint = `The API counts ${next.total} items, its pages hold ${state.itemsSeen}: some may be hidden from this account.`;
      return { hint };
    }
    if (next.kind === "unknown") return { hint: next.more ? moreSomehow : cannotTell };
    if (count >= cap) {
      const hint = `Ended after ${cap} ${cap === 1 ? "page" : "pages"}; there are more. Narrow the query, or raise maxPages.`;
      return { hint, capped: true };
    }
    if (next.kind === "url") {
      if (!URL.canParse(next.url, page.url))
        return {
          hint: `The API names ${JSON.stringify(next.url)} as its next page, which is not an address.`,
        };
      const url = ownAddress(next.url, page.url);
      if (seen.has(url)) return { hint: cameTwice };
      try {
        page = await source.follow(url, args);
      } catch (error) {
        if (!isNotGoneTo(error)) throw error;
        return { hint: `The gateway refuses the next page, ${url}: ${error.message}` };
      }
      query = { ...query, ...Object.fromEntries(new URL(url).searchParams) };
      state.reachedBy = "url";
      seen.add(url);
      continue;
    }
    const key = JSON.stringify(next.query);
    const isSame = Object.entries(next.query).every(([one, value]) => String(query[one]) === String(value));
    if (seen.has(key) || isSame) return { hint: cameTwice };
    seen.add(key);
    query = { ...query, ...next.query };
    args = withParameters(args, next.query, inBody);
    page = await source.first(args);
    state.reachedBy = next.by;
  }
}

const samePage =
  "The API returned the same page again: it does not page by the parameter that its document declares. Look in the answer for another way.";
const cameTwice = "The API led back to a page already read; the loop ended there.";
const cannotTell =
  "Neither the answer nor the document tells whether there are more pages. If the list looks cut, see describe(operation) and page by hand.";
const moreSomehow =
  "There are more items, but neither the answer nor the document tells how to ask for them. Look at the answer; send an undocumented parameter with check: false.";

/** An API that does not know the parameter that it is paged with gives its first page again and again. */
function sameItems(before: unknown[] | undefined, now: unknown[] | undefined): boolean {
  if (!before || !now || before.length === 0 || before.length !== now.length) return false;
  const print = (list: unknown[]) =>
    JSON.stringify(isObject(list[0]) ? [list[0], list[Math.floor(list.length / 2)], list.at(-1)] : list);
  return print(before) === print(now);
}

/**
 * The absolute address of the next page. A server behind a proxy often writes its own scheme, host or base path, which
 * nobody else can reach: where the path is that of this page, the next one is where this one was.
 */
function ownAddress(next: string, current: string): string {
  const from = new URL(current);
  const url = new URL(next, from);
  const isSameList = from.pathname === url.pathname || from.pathname.endsWith(url.pathname);
  return isSameList && url.pathname !== "/" ? `${from.origin}${from.pathname}${url.search}` : url.href;
}

function isNotGoneTo(error: unknown): error is RequestError {
  return error instanceof RequestError && /^(?:denied|unknown-operation)$/.test(error.failure.kind);
}

/** Code that asks for a larger page than is allowed wants the whole list, and gets it page by page. */
function withAllowedSize(args: CallArguments, declared: readonly Declared[]): CallArguments {
  const allowed = declared.filter(
    ({ name, maximum = Infinity }) => isSizeName(name) && Number(args.query?.[name]) > maximum,
  );
  if (allowed.length === 0 || args.check === false) return args;
  const sizes = allowed.map(({ name, maximum }) => [name, maximum] as const);
  return { ...args, query: { ...args.query, ...Object.fromEntries(sizes) } };
}

function withParameters(
  args: CallArguments,
  changed: Record<string, string | number>,
  inBody: ReadonlySet<string>,
): CallArguments {
  const query = { ...args.query };
  const body = { ...objectOf(args.body) };
  for (const [name, value] of Object.entries(changed)) (inBody.has(name) ? body : query)[name] = value;
  return { ...args, query, ...(Object.keys(body).length > 0 && { body }) };
}
