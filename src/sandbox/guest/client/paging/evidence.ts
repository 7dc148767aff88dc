/**
 * What an answer says of the list that it is a page of, wherever it says it: in a header, or in the body at any depth
 * outside of the items. One walk, bounded in depth and in members; it looks into no list but one of links. Pure.
 */
import { plain } from "../../../../request/nearest.ts";
import type { Answer } from "../answer.ts";
import { isObject } from "../parameters.ts";
import { chosen, isLinks, relationOf, type List } from "./items.ts";
import { linksOf } from "./link-header.ts";
import { kindOf, numberOf } from "./places.ts";

export interface Token {
  /** As the answer spells it. */
  key: string;
  /** Names from the root to it, without their spelling. */
  path: readonly string[];
  value: unknown;
  /** 2: it is named as the next page. 1: it may be that of this page. 0: the last page has one, too. */
  trust: number;
  inHeader: boolean;
}

export interface Evidence {
  /** Undefined if there is none. */
  list: List | undefined;
  /** Addresses of the next page. */
  links: string[];
  tokens: Token[];
  /** What the next page's Range header is. */
  range?: string;
  /** There is more, or there is not. */
  more?: boolean;
  /** Status 206: a part of the list, unless its counts end it. */
  isPart: boolean;
  /** A few items hold lists of their own, and one of these says that it goes on. */
  inside?: boolean;
  /** A place of the next page is there, and nothing in it. */
  ended: boolean;
  /** Items and pages in all, and what may be items in all; of this page its number, the position of its first item, and what a page holds. */
  numbers: Partial<Record<"total" | "count" | "pages" | "last" | "page" | "offset" | "size", number>>;
}

const maxDepth = 6;
const maxMembers = 2_000;
const maxLists = 20;
/** Of tokens, and of addresses. */
const maxNamed = 10;
/** Items, their members and levels that are searched for lists of their own. */
const maxInside = 20;
const insideDepth = 4;

// Names without their spelling.
const next =
  /^(?:odata)?next(?:page|records?|results?|batch|set|token|continuationtoken|cursor|ur[li]|link|href|mark(?:er)?|offset|start(?:ing)?|id|key|index|skip|from|after|since|search|state|position|number|path|by|forward|partition|row|version)*$|^(?:continu(?:e|ation)(?:token|ur[il]|id|key)?|resumptiontoken|lastevaluatedkey|more|(?:load)?more(?!info|details|help)[a-z]*(?:ur[li]|link))$/;
const own =
  /^(?:cursor|after|marker|pag(?:e|ing|ination)(?:token|cursor|state)|(?:skip|list)token|cursor(?:after|token|mark))$/;
const everywhere = /^(?:(?:end|after|last)cursor|lastid|scrollid|bookmark)$/;
const address = /(?:ur[li]|link|href|path)$/;
const noAddress = /(?:token|cursor|marker|key|id)$/;
const things =
  "(?:pages?|items?|results?|records?|rows?|entries|elements|hits|matches|objects|documents|data|count|size)*";
const more = RegExp(
  `^(?:has|is|are)?(?:more|next|additional)${things}(?:available|exists?|in[a-z]+)?$|truncated$`,
);
const last =
  /^(?:is)?(?:last(?:page|batch|resultset)?|done|end(?:of(?:list|results|stream|data|records))?|eof|exhausted|final(?:page)?|nomore(?:pages|items|results)?)$/;
const counts = RegExp(
  `^(?:total|nb)(?:s|(?:number)?(?:of)?(?!pages?)${things}(?:available|found)?)$|(?:result|record|item|row|count|num)s?(?:total|found)$|^odatacount$`,
);
/** Of those that were asked for, where a total counts all. */
const filtered =
  /^(?:(?:records?|total|items?|count)?(?:filtered|matched|matching)(?:total|count|records?|items?)?)$/;
const ofPages = /^(?:(?:total|nb|num|numberof|max)pages?|pages?(?:count|total)|pages)$/;
const weakCounts = /^(?:results?|records?|items?|rows)?count$/;
const aboveNext = /^(?:odata)?next(?:page|link|by[a-z]+)?$|^continue$/;
/** Where a link has what its request sends. */
const insideNext = /^(?:body|query|params|parameters|query(?:params|parameters|string))$/;
const aboveOthers = /^(?:prev(?:ious)?(?:page)?|self|first|last|request|before|ratelimit)$/;
const besideLink = /^(?:rel|type|title|method|templated|name|total|count|size|limit|perpage)$/;
const otherHeaders = /rate-?limit|retry|^(?:link|content-.*|set-cookie|date|etag|location)$/;

/** Whether a member of an answer, by its name, is where the next page is. */
export const isNextName = (name: string): boolean => next.test(name) || own.test(name);

/**
 * @param name what the path calls the list
 * @param known path of the list on an earlier page
 * @param described what the document says of parameters that take something of an answer
 */
export function evidenceOf(
  { status, headers, data }: Answer,
  name: string | undefined,
  known: readonly string[] | undefined,
  described: string,
): Evidence {
  const { signs, lists, maps } = walk(data);
  const beside = new Set(signs.filter(goesOn).map(({ path }) => path.slice(0, -1).join()));
  const list = chosen(lists, maps, name, known, ({ path }) => beside.has(path.slice(0, -1).join()));
  const found: Evidence = { list, links: [], tokens: [], isPart: status === 206, ended: false, numbers: {} };
  readLinks(headers["link"] ?? "", found);
  for (const [key, value] of Object.entries(headers)) {
    if (otherHeaders.test(key)) continue;
    const path = [nameInHeader(key)];
    if (path[0] === "nextrange") [found.range, found.more] = [value, true];
    else if (value.startsWith("{"))
      for (const sign of walk(jsonOf(value)).signs) read(sign, found, described);
    else read({ key, path, value, inHeader: true }, found, described);
  }
  readRange(headers["content-range"] ?? "", found);
  const others = lists.filter((one) => one.path !== list?.path && isObject(one.items[0]));
  // What stands nearer to the list comes first, and what stands nearer to another list is about that one.
  for (const sign of signs.toSorted((one, other) => near(other.path, list) - near(one.path, list)))
    if (!others.some(({ path }) => shared(sign.path, path) > near(sign.path, list)))
      read(sign, found, described);
  if (list && list.items.length <= maxInside && list.items.some((item) => goesOnInside(item, insideDepth)))
    found.inside = true;
  // What is only called a count is the total where nothing is called so.
  if (found.numbers.count !== undefined) found.numbers.total ??= found.numbers.count;
  found.links.splice(maxNamed);
  found.tokens.sort((one, other) => other.trust - one.trust).splice(maxNamed);
  return found;
}

/** `X-Pagination-Total` and `X-Nomad-NextToken` without what stands before the name. */
function nameInHeader(key: string): string {
  const parts = key.split("-");
  const ends = parts.map((_, index) => plain(parts.slice(index).join("-")));
  const name = plain(key).replace(/^(?:x(?:wp|ms)?)?(?:pagination)?(?=.)/, "");
  return ends.find((one) => next.test(one) || own.test(one)) ?? name;
}

/** Whether an item says that a list in it goes on. */
function goesOnInside(value: unknown, depth: number): boolean {
  if (depth === 0 || typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return Object.entries(value)
    .slice(0, maxInside)
    .some(
      ([key, member]) =>
        (more.test(plain(key)) && flagOf(plain(key), member) === true) || goesOnInside(member, depth - 1),
    );
}

/** Whether a member says outright that there is more. */
function goesOn({ path, value }: Sign): boolean {
  const name = path.at(-1) ?? "";
  if (isObject(value) || isNothing(value)) return false;
  return next.test(name) || (more.test(name) && flagOf(name, value) === true);
}

interface Sign {
  key: string;
  path: readonly string[];
  value: unknown;
  inHeader?: boolean;
}

function walk(data: unknown): { signs: Sign[]; lists: List[]; maps: List[] } {
  const signs: Sign[] = [];
  const lists: List[] = Array.isArray(data) ? [{ path: [], items: data }] : [];
  const maps: List[] = [];
  const queue = [{ value: data, path: [] as string[] }];
  let left = maxMembers;
  for (const { value, path: above } of queue) {
    if (!isObject(value) || ArrayBuffer.isView(value)) continue;
    for (const key in value) {
      if ((left -= 1) < 0) return { signs, lists, maps };
      const member = value[key];
      const path = [...above, plain(key.replace(/^[a-z]+:/i, ""))];
      if (isLinks(member)) {
        for (const link of member.slice(0, maxLists))
          queue.push({ value: link, path: [...path, plain(relationOf(link) ?? "")] });
      } else if (isOne(member) && (aboveNext.test(plain(key)) || aboveOthers.test(plain(key)))) {
        queue.push({ value: member[0], path });
      } else if (Array.isArray(member)) {
        if (lists.length < maxLists) lists.push({ path, items: member });
      } else {
        signs.push({ key, path, value: member });
        if (isObject(member) && path.length < maxDepth) {
          queue.push({ value: member, path });
          maps.push({ path, items: [member] });
        }
      }
    }
  }
  return { signs, lists, maps };
}

/** What one member, or one header, tells. */
function read({ key, path, value, inHeader = false }: Sign, found: Evidence, described: string): void {
  const [name = "", above = ""] = path.toReversed();
  if (path.slice(0, -1).some((one) => aboveOthers.test(one))) return;
  const flag = flagOf(name, value);
  if (flag !== undefined && more.test(name)) found.more ||= flag;
  else if (flag !== undefined && last.test(name)) found.more ||= !flag;
  const holder = insideNext.test(above) ? (path.at(-3) ?? "") : above;
  const inNext = aboveNext.test(holder) && !besideLink.test(name) && !counts.test(name);
  const isNext = inNext || next.test(name) || isNamed(key, described);
  const isText = typeof value === "string";
  // Airtable calls its token an offset; a number of that name is the position of this page.
  if (
    isNext ||
    own.test(name) ||
    everywhere.test(name) ||
    (name === "offset" && isText && /\D/.test(value))
  ) {
    const trust = isNext ? 2 : everywhere.test(name) || above === "cursors" ? 0 : 1;
    if (isNothing(value)) found.ended ||= trust > 0 && (!inNext || address.test(name));
    else if (isText && isNext && isAddress(value, name)) found.links.push(value);
    else if (
      isText ||
      typeof value === "number" ||
      (isObject(value) && /(?:key|token|after)$|^nextcursor$/.test(name))
    )
      found.tokens.push({ key, path, value, trust, inHeader });
    if (isNext) return;
  }
  const number = numberOf(value);
  if (number === undefined) return;
  const { numbers, list } = found;
  const length = list?.items.length ?? 0;
  const isOfPaging = /^(?:pag|meta$)/.test(above);
  // `rate: { limit }` and `utc_offset` are about something else.
  const isNear = path.length < 2 || isOfPaging || near(path, list) > 0 || /info$|^result|^data$/.test(above);
  let kind: string | undefined =
    isNear && !/utc|zone|credit|rate/.test(name) ? kindOf([above, name], true) : undefined;
  // `page: { total }` counts either.
  if (filtered.test(name)) numbers.total = number;
  else if (counts.test(name) || (name === "value" && above === "total"))
    kind = above === "page" && number <= length ? "pages" : "total";
  else if (ofPages.test(name)) kind = "pages";
  else if (/^last(?:page)?$/.test(name)) kind = "last";
  else if (name === "number" && path.length < 2) kind = "page";
  else if (name === "remainingitemcount" && number > 0) found.more = true;
  // A count that is the length of this page, or of any, is no total.
  else if (weakCounts.test(name)) kind = number > length && number !== numbers.size ? "count" : undefined;
  // Bitbucket's size is a total.
  else if (/^(?:size|first|top|rows|take)$/.test(name) && !isOfPaging) return;
  if (kind !== undefined) numbers[kind as keyof typeof numbers] ??= number;
}

/** A Link header without `next` is the last page, if it links to other pages at all (RFC 8288). */
function readLinks(header: string, found: Evidence): void {
  const links = linksOf(header);
  const to = links.find(({ rels, isEmpty }) => rels.includes("next") && !isEmpty);
  if (to) found.links.push(to.url);
  else
    found.ended = links.some(({ rels }) =>
      rels.some((rel) => /^(?:next|prev|previous|first|last)$/.test(rel)),
    );
}

/** `items 0-24/66` (RFC 9110, 14.4, with a unit of its own). */
function readRange(header: string, found: Evidence): void {
  const [, unit = "items", first, to, total] =
    /^\s*(?:([\w-]+)[ =])?(\d+)-(\d+)\/(\d+|\*)/.exec(header) ?? [];
  if (to === undefined || unit === "bytes") return;
  const from = Number(to) + 1;
  found.range ??= `${unit}=${from}-${from + Number(to) - Number(first)}`;
  found.numbers.offset = Number(first);
  if (total === "*") return;
  found.numbers.total = Number(total);
  found.more = from < Number(total);
}

function flagOf(name: string, value: unknown): boolean | undefined {
  const text = String(value);
  if (/^(?:true|false)$/.test(text)) return text === "true";
  return /^[01]$/.test(text) && /^(?:has|is)/.test(name) ? text === "1" : undefined;
}

/** No next page, where one would be: 0 is Twitter's and Redis's word for it, -1 SugarCRM's. */
const isNothing = (value: unknown): boolean => /^(?:|0|-1|null|none|false|undefined)$/i.test(String(value));

/** Google lists the one next page. */
const isOne = (value: unknown): value is [object] =>
  Array.isArray(value) && value.length === 1 && isObject(value[0]);

/**
 * Whether the description of a parameter names a member of an answer: a name that is no word of English, or in quotes,
 * or called a token.
 */
export function isNamed(key: string, about: string): boolean {
  if (key.length < 3 || !about.includes(key)) return false;
  if (key.length > 4 && /[a-z][A-Z]|[^A-Za-z]/.test(key)) return true;
  const name = key.replaceAll(/[^\w-]/g, "\\$&");
  const named = `["'\`*]${name}["'\`*]|\\b${name} (?:token|cursor|marker|field|property|member|value|attribute)\\b`;
  return RegExp(named).test(about);
}

/** An address, absolute or relative; not a cursor and not a page number. */
const isAddress = (value: string, name: string): boolean =>
  address.test(name) ||
  /^(?:\?[^=\s]+=|https?:\/\/\S)/.test(value) ||
  (!noAddress.test(name) && /^(?:https?:\/\/|\/|\?|[\w.~/-]+\?[^=\s]+=)\S*$/.test(value));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const near = (path: readonly string[], list: List | undefined) => shared(path, list?.path ?? []);

function shared(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((name, index) => name !== other[index]);
  return at < 0 ? one.length : at;
}
