/**
 * `api.pages(path, args)`: the pages of a list, one after the other, in whatever way the API pages. Ends with the
 * list, at a cap, or where a page or an address comes a second time; and says whether the list is complete.
 */
import type { CallArguments } from "./arguments.ts";
import type { Answer } from "./index.ts";
import { isJson } from "./media.ts";
import { itemsOf, nextPage, type PagingState } from "./paging.ts";
import type { Resolved } from "./operations.ts";
import { parametersOf } from "./request.ts";
import { record } from "./schema.ts";

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

export interface PageSource {
  resolve(): Resolved;
  first(args: CallArguments): Promise<Fetched>;
  /** A page by its absolute address. */
  follow(url: string): Promise<Fetched>;
}

export function pagesOf(source: PageSource, { maxPages: cap = maxPages, ...args }: PagesArguments): Pages {
  const pages: Pages = {
    complete: false,
    async *[Symbol.asyncIterator]() {
      yield* walk(source, args, Math.min(cap, maxPages), pages);
    },
    async all() {
      const items: unknown[] = [];
      for await (const { data } of pages) for (const item of itemsOf(data) ?? [data]) items.push(item);
      return items;
    },
  };
  return pages;
}

async function* walk(
  source: PageSource,
  args: CallArguments,
  cap: number,
  pages: Pages,
): AsyncGenerator<Answer> {
  const { object, search } = source.resolve();
  const declared = parametersOf(object)
    .filter((parameter) => parameter.in === "query")
    .map(({ name }) => name);
  const schema = answerSchema(object);
  let query: Record<string, unknown> = { ...Object.fromEntries(new URLSearchParams(search)), ...args.query };
  const seen = new Set<string>();
  let itemsSeen = 0;
  let reachedBy: PagingState["reachedBy"];
  let page = await source.first(args);
  for (let count = 1; ; count += 1) {
    itemsSeen += itemsOf(page.answer.data)?.length ?? 0;
    const next = nextPage(page.answer, { query, declared, itemsSeen, schema, reachedBy });
    yield page.answer;
    if (next.kind === "end") {
      pages.complete = true;
      return;
    }
    if (next.kind === "unknown") {
      pages.hint =
        "Nothing in the answer or the document tells whether there are more pages. Look at the operation's " +
        "parameters with describe(operation), and page by hand if the list looks cut.";
      return;
    }
    const key = next.kind === "url" ? next.url : JSON.stringify(next.query);
    if (seen.has(key)) {
      pages.hint = "The API led back to a page that was read already: the loop was ended there.";
      return;
    }
    seen.add(key);
    if (count >= cap) {
      pages.hint = `Ended after ${cap} pages; there are more. Narrow the query, or raise maxPages.`;
      return;
    }
    reachedBy = next.kind === "url" ? "url" : next.by;
    if (next.kind === "url") {
      page = await source.follow(new URL(next.url, page.url).href);
      query = { ...query, ...Object.fromEntries(new URL(page.url).searchParams) };
    } else {
      query = { ...query, ...next.query };
      page = await source.first({ ...args, query });
    }
  }
}

/** Schema of the JSON of the first successful answer that the document describes. */
function answerSchema(object: Record<string, unknown>): unknown {
  const responses = record(object["responses"]);
  const status = Object.keys(responses).find((code) => code.startsWith("2")) ?? "default";
  const content = record(record(responses[status])["content"]);
  const mediaType = Object.keys(content).find((type) => isJson(type) || type === "*/*");
  return mediaType === undefined ? undefined : record(content[mediaType])["schema"];
}
