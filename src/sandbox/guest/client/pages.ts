/**
 * `api.pages(path, args)`: the pages of a list, one after the other, in whatever way the API pages (paging/walk.ts).
 * The list is complete if its end is said or proven. Else `complete` is false and `hint` says why. If there is more,
 * `all()` throws an error with the `items` that were read; where nothing tells, or in a loop, the reply begins with it.
 */
import type { Answer } from "./answer.ts";
import { holdsMembers, type CallArguments } from "./arguments.ts";
import { walk, type Cut, type PageSource } from "./paging/walk.ts";

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

/** What `all()` throws where the list goes on and cannot be followed. */
class IncompleteList extends Error {
  override readonly name = "IncompleteList";
}

export function pagesOf(source: PageSource, given: PagesArguments): Pages {
  const { maxPages: wanted, ...others } = Object(given) as PagesArguments;
  // What is no object is refused by the first call.
  const args = holdsMembers(given) ? others : given;
  const asked = Math.trunc(Number(wanted));
  const cap = asked >= 1 ? Math.min(asked, maxPages) : maxPages;
  let cut: Cut | undefined;
  const pages: Pages = {
    complete: false,
    hint: "Nothing was read yet: await .all(), or loop with for await.",
    async *[Symbol.asyncIterator]() {
      for await (const { answer } of read()) yield answer;
      if (cut) source.warn(sentence());
    },
    async all() {
      const items: unknown[] = [];
      try {
        for await (const { answer, list } of read())
          for (const item of list ?? (answer.data === null ? [] : [answer.data])) items.push(item);
        if (cut?.more)
          throw new IncompleteList(`${sentence()} error.items has the ${items.length} items that were read.`);
      } catch (error) {
        if (error instanceof Error)
          Object.defineProperty(error, "items", { value: items, configurable: true });
        throw error;
      }
      if (cut) source.warn(sentence());
      return items;
    },
  };
  const sentence = () =>
    `${source.called}.pages of ${source.resolve().operation.id} is not complete. ${pages.hint}`;
  async function* read() {
    pages.complete = false;
    delete pages.hint;
    cut = yield* walk(source, args, cap);
    pages.complete = cut === undefined;
    if (cut) pages.hint = cut.hint;
    // Code that set the cap knows of it.
    if (cut?.capped && cap === asked) cut = undefined;
  }
  for (const name of ofLists.split(" "))
    Object.defineProperty(pages, name, { get: () => notAList(`${source.called}.pages(…)`) });
  return pages;
}

/** What code asks of the list that it takes the pages for. */
const ofLists =
  "length map filter find findIndex forEach reduce some every slice flatMap flat at join sort includes concat entries keys values push toArray next items data";

function notAList(call: string): never {
  throw new TypeError(
    `${call} is not a list. All items: await ${call}.all(). Page by page: for await (const { data } of ${call}).`,
  );
}
