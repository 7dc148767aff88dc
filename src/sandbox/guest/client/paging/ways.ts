/**
 * The ways to the next page, a row each, in the order of trust: what the answer names comes before what its numbers
 * imply. A row takes what the page says and what is known of the list, and gives the requests that may lead on.
 * To add a way, add a row. Pure.
 */
import { plain } from "../../../../request/nearest.ts";
import { objectOf } from "../../../../spec/objects.ts";
import { isObject, textOf } from "../parameters.ts";
import { isNamed, type Evidence, type Token } from "./evidence.ts";
import { kindOf, numberOf, type Place, type Values } from "./places.ts";

/** A request that may give the next page: an address, or values to set. */
export interface Step {
  /** The same for all pages that are reached in this way. */
  way: string;
  url?: string;
  values?: Values;
  /** The answer does not say all of it: the API may refuse it. */
  isGuess?: boolean;
  /** Items that the page has, if the step is right. */
  holds?: number;
  /**
   * To be tried only if the step before it gave the same page, one that begins with the last item of this, or one that
   * holds less or more than it should.
   */
  after?: "same" | "overlap" | "odd";
}

/** What is known of the list and of the request of this page. */
export interface Asked {
  places: readonly Place[];
  /** What the request had at a place. */
  sent(place: Place): unknown;
  /** Items that a full page holds, if that is known. */
  size: number | undefined;
}

export const ways: Record<string, (page: Evidence, asked: Asked) => Step[]> = {
  /** An address in a Link header or in the body. */
  link: ({ links }) =>
    links
      .toSorted((one, other) => Number(other.startsWith("http")) - Number(one.startsWith("http")))
      .map((url) => ({ way: "link", url })),

  /** A token of the answer, in the parameter that it belongs to. */
  token: ({ tokens }, asked) =>
    tokens
      .filter((token) => !isEcho(token, asked))
      .flatMap((token) =>
        asked.places
          .map((place) => ({ place, fit: fitOf(token, place, asked) }))
          .filter(({ fit }) => fit > 0)
          .sort((one, other) => other.fit - one.fit)
          .map(({ place, fit }): Step => ({
            way: `${wayOf(token)}${place.name}`,
            values: [[place, written(token.value, place)], ...beside(token, place, tokens, asked)],
            isGuess: fit < same,
          })),
      )
      .sort((one, other) => Number(one.isGuess) - Number(other.isGuess)),

  /** What the query of such an address has, in the parameters of these names: the address itself may be out of reach. */
  linked: ({ links }, { places, sent }) =>
    links.flatMap((url) => {
      const search = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "");
      const values = places.flatMap((place): Values => {
        const value = place.group === "query" ? search.get(place.path.join()) : null;
        return value === null || value === textOf(sent(place)) ? [] : [[place, value]];
      });
      return values.length > 0 ? [{ way: "link values", values, isGuess: true }] : [];
    }),

  /** A token that no declared parameter takes, under its own name: documents leave parameters out. */
  undeclared: ({ tokens }, asked) =>
    tokens
      .filter((token) => token.trust > 0 && !isEcho(token, asked))
      .map(({ key, path, value, inHeader }) => {
        const rest = key.replace(/^next[_-]?/i, "") || path.at(-2) || key;
        const name = /^next[A-Z]/.test(key) ? rest.charAt(0).toLowerCase() + rest.slice(1) : rest;
        const group = inHeader
          ? "headers"
          : asked.places.some((place) => place.group === "body")
            ? "body"
            : "query";
        return guess("undeclared", { group, path: [name], name }, value);
      }),

  /** Stripe, Discord: the id of the last item. Elasticsearch: its sort values. Telegram: the number after its id. */
  lastItem: ({ list, more }, { places, size = Infinity }) => {
    const items = list?.items ?? [];
    if (items.length === 0 || !(more ?? items.length >= size)) return [];
    return places
      .map((place) => guess("lastItem", place, afterLast(place, items)))
      .filter(({ values: [[, value]] }) => value !== undefined);
  },

  /** The number of the next page, or the position of the next item. */
  number: (page, asked) => counted(page, asked).flatMap((place) => numbersFor(place, page, asked)),

  /** Heroku's Next-Range, and Content-Range where the document declares nothing else. */
  range: ({ range }) =>
    range === undefined ? [] : [guess("range", { group: "headers", path: ["range"], name: "" }, range)],
};

const guess = (way: string, place: Values[0][0] & { name: string }, value: unknown) => ({
  way: `${way} ${place.name}`,
  values: [[place, value]] as [Values[0]],
  isGuess: true,
});

/** How the ways of a token begin. */
export const wayOf = ({ path }: Token): string => `token ${path.join()} `;

/** Whether a token is what the request had: that of this page. */
export const isEcho = ({ key, value, trust }: Token, { places, sent }: Asked): boolean =>
  !/^next/i.test(key) &&
  places.some(
    (place) =>
      (place.name === plain(key) || (trust < 2 && place.kind === "token")) &&
      textOf(sent(place)) === textOf(value),
  );

/** Whether the request had the token that its answer has. */
export const isSent = ({ value }: Token, { places, sent }: Asked): boolean =>
  places.some((place) => place.kind === "token" && textOf(sent(place)) === textOf(value));

/** The names agree. */
const same = 40;

/** A key of several members goes as JSON into a parameter that is text: written out member by member, it would be others. */
const written = (value: unknown, { group, schema }: Place): unknown =>
  isObject(value) && group !== "body" && [schema.type].flat().includes("string")
    ? JSON.stringify(value)
    : value;

/** How well a token goes into a parameter; 0: not at all. Descriptions and names tell; the type may forbid it. */
function fitOf({ key, path, value }: Token, place: Place, { sent }: Asked): number {
  const { name, kind, about } = place;
  const own = plain(key);
  const number = numberOf(value);
  if (own === name) return 100;
  if (kind === "size" || (place.isNumber && number === undefined)) return 0;
  if (isNamed(key, about)) return 90;
  // `next_page_token` is for `page_token`, `meta.page.after` for `page[after]`, `next_token` for `pagination_token`.
  if (own.endsWith(name) || (kind && path.join("").endsWith(name))) return same + name.length;
  const stem = own.replace(/^(?:odata)?(?:next|end)/, "");
  if (kind && stem.length > 3 && name.endsWith(stem)) return same;
  if (kind === "token") return 20;
  // Google's `nextPage: [{ startIndex }]` is for `start`; Lever's token is for a text that is called an offset.
  if (number !== undefined && (kind === "page" || kind === "offset") && kindOf([key], true) === kind)
    return 15;
  if (kind === "offset" && number === undefined && !place.isNumber) return 15;
  if (stem !== "" || number === undefined) return 0;
  if (kind === "page") return number === (numberOf(sent(place)) ?? 1) + 1 ? 12 : 10;
  return kind === "offset" ? 11 : 0;
}

/** Some APIs (Intercom, MediaWiki, S3) give several values that go back together. */
function beside(token: Token, taken: Place, tokens: readonly Token[], asked: Asked): Values {
  const above = ({ path }: Token) => path.slice(0, -1).join();
  return tokens.flatMap((one): Values => {
    if (one === token || above(one) !== above(token) || one.trust < 2) return [];
    const isIn = /next|continue/.test(above(one));
    const place = asked.places.find(
      (each) =>
        each !== taken &&
        (isIn ? each.name === plain(one.key) : each.kind === "token" && fitOf(one, each, asked) >= same),
    );
    return place ? [[place, one.value]] : [];
  });
}

/** The parameter that the code gave, then one that the answer speaks of, then pages before positions. */
function counted({ numbers, list }: Evidence, { places, sent }: Asked): Place[] {
  if (!list) return [];
  const of = (kind: Place["kind"]) =>
    places.filter((place) => place.kind === kind && !countsIds.test(place.about));
  const rank = (place: Place) =>
    sent(place) !== undefined ? 2 : Number(numbers[place.kind as "page" | "offset"] !== undefined);
  return [...of("page"), ...of("offset")].sort((one, other) => rank(other) - rank(one));
}

function numbersFor(place: Place, { numbers, list }: Evidence, { sent }: Asked): Step[] {
  const { total = Infinity } = numbers;
  const isOffset = place.kind === "offset";
  const asked = numberOf(sent(place));
  const first = firstIn(place);
  const shown = numbers[isOffset ? "offset" : "page"];
  // Where the answer counts otherwise than the request, the request counts.
  const isOther = shown !== undefined && first !== undefined && Math.abs(shown - first) === 1;
  const told = asked ?? (isOther ? first : (shown ?? first));
  const length = list?.items.length ?? 0;
  // HubSpot's is that of the next page: this one is at another.
  if (isOffset && numbers.offset !== undefined && Math.abs(numbers.offset - (asked ?? 0)) > 1)
    return [guess("number", place, numbers.offset)];
  if (told === undefined && !isOffset && !isIndex(place) && total < 3 * length)
    return [
      { ...guess("number", place, 2), holds: Math.min(length, total - length) },
      { ...guess("number", place, 1), after: "odd" },
    ];
  // SCIM counts items from 1.
  const here = told ?? Number(isOffset && place.name.endsWith("startindex"));
  const to = here + (isOffset ? length : 1);
  const step = guess("number", place, to);
  // Where nothing tells from where they are counted, or only the answer, which may count otherwise (Spring), the first
  // step shows it: a page that comes again, or an item.
  const after = isOffset
    ? told === undefined && ("overlap" as const)
    : asked === undefined && ("same" as const);
  return after ? [step, { ...guess("number", place, to + 1), after }] : [step];
}

const countsIds = /\bidentifier\b|\bid of\b/i;

function afterLast({ name, kind, about }: Place, items: readonly unknown[]): unknown {
  const [first, final] = [objectOf(items[0]), objectOf(items.at(-1))];
  if (name === "searchafter") return final["sort"];
  // Render and Relay give each item its cursor.
  const cursor = Object.keys(final).find((one) => plain(one) === name);
  if (kind === "token" && cursor !== undefined && name.includes("cursor")) return final[cursor];
  const key = Object.keys(final).find((one) => /(?:^|_)id$/i.test(one)) ?? "";
  const id = final[key];
  if (kind === "offset") return typeof id === "number" && countsIds.test(about) ? id + 1 : undefined;
  if (/^(?:startingafter|startafter|afterid|sinceid|lastid)$/.test(name)) return id;
  // Discord lists the newest first, and takes `before` then.
  const isDown = Number(first[key]) > Number(id);
  if (/^(?:before|beforeid|maxid)$/.test(name)) return isDown ? id : undefined;
  return name === "after" && !isDown ? id : undefined;
}

const countedFrom =
  /\b(?:(?:start|begin|count|number)(?:s|ing|ed)?(?: \w+)? (?:at|from|with)|first page(?: \w+)? (?:is|=)|default(?:s|ing)?(?: to| is|:)?)\W{0,3}(0|1|zero|one)\b|\b(0|1|zero|one)[- ](?:based|indexed)/i;

/** The number of the first page, or the position of the first item, as the document says. */
export function firstIn({ about, schema }: Place): number | undefined {
  const [, one, other = one] = countedFrom.exec(about) ?? [];
  if (numberOf(schema["default"]) !== undefined) return Number(schema["default"]);
  if (other !== undefined) return Number(/1|one/i.test(other));
  return [0, 1].find((number) => schema["minimum"] === number);
}

export const isIndex = ({ name }: Place): boolean => name.endsWith("index");
