/**
 * From page to page. What an answer says (evidence.ts) leads to a verdict (verdict.ts) and to requests that may give
 * the next page (ways.ts), which are tried in their order. A request that gives a page again has led nowhere, and the
 * next way is tried. The walk ends with the list, at a cap, or where no way leads on.
 */
import type { Answer } from "../answer.ts";
import type { CallArguments } from "../arguments.ts";
import { ApiError } from "../errors.ts";
import type { Resolved } from "../operations.ts";
import { objectOf } from "../../../../spec/objects.ts";
import { isObject, textOf } from "../parameters.ts";
import { ownStep } from "./own.ts";
import { addressesOf, expanded } from "./addresses.ts";
import { evidenceOf, type Evidence } from "./evidence.ts";
import { listNameOf } from "./items.ts";
import { answerSchema, numberOf, placesOf, valueAt, withValues, type Place, type Values } from "./places.ts";
import { sizeOf, verdictOf, type Progress, type Verdict } from "./verdict.ts";
import { firstIn, isIndex, ways, type Asked, type Step } from "./ways.ts";

/** A page and the address that it came from. */
export interface Fetched {
  answer: Answer;
  url: string;
}

export interface PageSource {
  /** What the code calls the client by. */
  called: string;
  resolve(): Resolved;
  /** Called once, for the arguments that stay the same on all pages. */
  settled(args: CallArguments): CallArguments;
  first(args: CallArguments): Promise<Fetched>;
  /** A page by its absolute address, with the headers, cookies and body of the arguments. */
  follow(url: string, args: CallArguments): Promise<Fetched>;
  /** Puts a sentence at the beginning of the reply. */
  warn(text: string): void;
}

interface Page {
  answer: Answer;
  list: unknown[] | undefined;
}

export interface Cut {
  /** Why the list is not complete, and what to do. */
  hint: string;
  /** Whether the answers say that there is more. */
  more?: boolean;
  /** It has as many pages as the code, or the client, reads at most. */
  capped?: boolean;
}

/** Requests that may lead nowhere after one page, before the list is given up. */
const maxTries = 5;

/** @returns where the list was left, or undefined for all of it */
export async function* walk(
  source: PageSource,
  given: CallArguments,
  cap: number,
): AsyncGenerator<Page, Cut | undefined> {
  const resolved = source.resolve();
  if (!isObject(given)) await source.first(given);
  let args = source.settled(given);
  let search = new URLSearchParams(resolved.search);
  const query = { ...Object.fromEntries(search), ...args.query };
  const places = placesOf(resolved, { ...args, query });
  const sent = (place: Place) => valueAt(place, args, search);
  if (args.check !== false) args = withValues(args, allowedSizes(places, sent));
  const schema = answerSchema(resolved.object);
  // AutoRest's extension says outright which member has the address of the next page, and which the items.
  const { itemName, nextLinkName } = objectOf(resolved.object["x-ms-pageable"]);
  const listName = typeof itemName === "string" ? itemName : listNameOf(resolved.operation.path);
  const described = places.map(({ about }) => (takesAnswers.test(about) ? about : "")).join(" ");
  /** Addresses, values and pages. */
  const met = new Set<string>();
  /** Pages that came before their turn. */
  const early = new Map<string, Fetched>();
  const progress: Progress = {
    pages: 0,
    items: 0,
    largest: 0,
    first: undefined,
    fromStart: true,
    reachedBy: "",
    failed: new Set(),
  };
  const read = ({ answer }: Fetched) =>
    evidenceOf(
      answer,
      listName,
      page?.list?.path,
      `${described} ${typeof nextLinkName === "string" ? nextLinkName : ""}`,
    );
  const asked = (): Asked => ({ places, sent, size: sizeOf(page, { places, sent }) });
  const judged = (one: Evidence) => verdictOf(one, progress, asked(), schema);
  let page!: Evidence;
  let fetched = await source.first(args);
  for (;;) {
    page = read(fetched);
    search = new URL(fetched.url).searchParams;
    const items = page.list?.items;
    if (progress.pages === 0) start();
    progress.pages += 1;
    progress.items += items?.length ?? 0;
    met.add(fetched.url).add(printOf(items));
    const told = ownStep(shown(fetched));
    const verdict = told === "end" ? "end" : told ? "more" : judged(page);
    yield { answer: fetched.answer, list: items };
    if (told === "end" || verdict === "end") return tooFew();
    progress.largest = Math.max(progress.largest, items?.length ?? 0);
    if (told && "hint" in told) return told;
    const next = await after(verdict, told && [told]);
    if (!next || "hint" in next) return next ?? tooFew();
    fetched = next;
  }

  function shown({ answer: { status, headers, data }, url }: Fetched) {
    return { operation: resolved.operation, url, status, headers, data, items: page.list?.items };
  }

  function start(): void {
    const place = places.find(({ kind }) => kind === "page");
    const isFirst = (value: unknown) => /^[01]?$/.test(textOf(value));
    progress.fromStart = places.every(
      (one) => !/^(?:page|offset|token)$/.test(one.kind ?? "") || isFirst(sent(one)),
    );
    if (place)
      progress.first =
        numberOf(sent(place)) ?? page.numbers.page ?? firstIn(place) ?? Number(!isIndex(place));
  }

  /** The API counts more items than its pages hold. */
  function tooFew(): Cut | undefined {
    const { total = 0 } = page.numbers;
    if (!progress.fromStart || progress.items >= total) return undefined;
    return {
      hint: `The API counts ${total} items, its pages hold ${progress.items}: some may be hidden from this account.`,
      more: true,
    };
  }

  /** @returns the next page, why there is none, or undefined if that was the last */
  async function after(verdict: Verdict, told?: Step[]): Promise<Fetched | Cut | undefined> {
    const isMore = verdict !== "unknown";
    const lost = new Set<string>();
    let why: string | undefined;
    let last: Step["after"];
    let odd: { step: Step; taken: Fetched } | undefined;
    const reached = ({ way, values }: Step, taken: Fetched) => {
      lost.delete(way);
      for (const one of lost) progress.failed.add(one);
      progress.reachedBy = way;
      if (values) args = withValues(args, values);
      return taken;
    };
    let tries = 0;
    const steps = told ?? Object.values(ways).flatMap((way) => way(page, asked()));
    // Where a body asks, an address is often one for GET, beside the token that goes into the body.
    if (places.some(({ group }) => group === "body"))
      steps.sort((one, other) => Number(Boolean(one.url)) - Number(Boolean(other.url)) || 0);
    for (const [index, step] of steps.entries()) {
      const { way } = step;
      if (progress.failed.has(way) || (step.after && !(step.after === last && lost.has(way)))) continue;
      if (tries >= maxTries) break;
      if (progress.pages >= cap)
        return {
          hint: `Ended after ${cap} ${cap === 1 ? "page" : "pages"}; there are more. Narrow the query, or raise maxPages.`,
          more: true,
          capped: true,
        };
      const taken = await (step.values ? ask(step.values, step) : follow(step.url ?? ""));
      if (taken !== cameTwice) tries += 1;
      if (taken instanceof ApiError) {
        // Django answers 404 after the last page, and to a range behind the last item the answer is 416.
        if (way.startsWith("range") && taken.status === 416) return undefined;
        if (!isMore && /^(?:404|416)$/.test(String(taken.status))) return undefined;
        lost.add(way);
        why ??= `The next page was refused: ${taken.message}`;
      } else if (typeof taken === "string") why ??= taken;
      else {
        const found = read(taken);
        const items = found.list?.items;
        const isAgain = items?.length && met.has(printOf(items));
        // Numbers lead past the end, where counts are wrong.
        const isEmpty =
          isMore && items?.length === 0 && /^(?:number|last)/.test(way) && judged(found) !== "more";
        const isOdd = step.holds !== undefined && step.holds !== items?.length;
        const isShifted = steps[index + 1]?.after === "overlap" && overlaps(page.list?.items, items);
        if (!isAgain && !isEmpty && !isShifted && !isOdd) return reached(step, taken);
        // Pages do count from 1, and the total is wrong.
        if (isAgain && odd && step.after === "odd") return reached(odd.step, odd.taken);
        if (isOdd && !isAgain && !isEmpty) {
          odd = { step, taken };
          early.set(keyOf(step.values ?? []), taken);
        }
        lost.add(way);
        last = isAgain ? "same" : isShifted ? "overlap" : isOdd ? "odd" : undefined;
        if (isAgain) why ??= samePage;
      }
    }
    if (verdict === "counted" && lost.size > 0 && why === undefined) return undefined;
    // Mailgun's last page is empty, and its next page is itself.
    if (why === cameTwice && !page.more && page.list?.items.length === 0) return undefined;
    return { hint: why ?? (isMore ? moreSomehow : cannotTell), more: isMore };
  }

  /** @returns the answer, the refusal of a guess, or why nothing was asked */
  async function ask(values: Values, { isGuess }: Step): Promise<Fetched | ApiError | string> {
    const key = keyOf(values);
    const kept = early.get(key);
    if (kept) return kept;
    if (met.has(key)) return cameTwice;
    met.add(key);
    try {
      // The judge has passed the first request; the answer is the reason for this one.
      return await source.first({ ...withValues(args, values), check: false });
    } catch (error) {
      if (isGuess && error instanceof ApiError && /^(?:400|404|416|422)$/.test(String(error.status)))
        return error;
      throw error;
    }
  }

  async function follow(named: string): Promise<Fetched | string> {
    const next = expanded(named, (name) => search.get(name));
    let refusal = cameTwice;
    for (const url of addressesOf(next, fetched.url, resolved.base)) {
      if (met.has(url)) continue;
      try {
        return await source.follow(url, args);
      } catch (error) {
        const kind = error instanceof ApiError ? error.kind : "";
        if (!/^(?:denied|unknown-operation)$/.test(kind)) throw error;
        const advice = kind === "denied" ? "" : ' The operator can allow it with "outside" in the API file.';
        refusal = `The gateway refuses the next page, ${url}: ${(error as Error).message}${advice}`;
      }
    }
    return URL.canParse(next, fetched.url)
      ? refusal
      : `The API names ${JSON.stringify(next)} as its next page, which is not an address.`;
  }
}

/** What a step asks for: the same steps have the same. */
const keyOf = (values: Values): string =>
  JSON.stringify(values.map(([{ group, path }, value]) => [group, path, value]));

const samePage = "The API gave the same page again. Look in the answer for another way.";
const cameTwice = "The API led back to a page already read; the loop ended there.";
const cannotTell =
  "Neither the answer nor the document tells whether there are more pages. If the list looks cut, see describe(operation).";
const moreSomehow =
  "There are more items, but nothing tells how to ask for them. Look at the answer; send an undocumented parameter with check: false.";

/** In the description of a parameter. */
const takesAnswers = /previous|prior|earlier|before|last|return|response|answer/i;

/** An API that does not know the parameter that it is paged with gives its first page again and again. */
function printOf(items: readonly unknown[] = []): string {
  const some = [items[0], items[items.length >> 1], items.at(-1)];
  return JSON.stringify([
    items.length,
    ...some.map((item) => (isObject(item) ? (item["id"] ?? item) : item)),
  ]);
}

/** Whether a page begins with the last item of the page before it: positions that count from 1. */
function overlaps(before: readonly unknown[] = [], items: readonly unknown[] = []): boolean {
  const [last, first, other] = [before.at(-1), items[0], before.at(-2)].map((item) => JSON.stringify(item));
  return first !== undefined && first === last && first !== other;
}

/** Code that asks for a larger page than is allowed wants the whole list, and gets it page by page. */
function allowedSizes(places: readonly Place[], sent: Asked["sent"]): Values {
  return places.flatMap((place): Values => {
    const maximum = place.kind === "size" ? numberOf(place.schema["maximum"]) : undefined;
    return Number(sent(place)) > (maximum ?? Infinity) ? [[place, maximum]] : [];
  });
}
