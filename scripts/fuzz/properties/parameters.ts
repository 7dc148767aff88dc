/**
 * What the client writes, read by the other side: `URLSearchParams` as most servers have it, and small readers of
 * each style made from the text of OpenAPI 3.1 (section 4.8.12.2) alone. Paths and cookies are read after the gateway
 * has settled the URL's spelling, as the API receives them.
 */
import * as fc from "fast-check";
import { canonicalUrl, hrefOf } from "../../../src/request/canonical.ts";
import {
  cookiePairs,
  headerValue,
  pathValue,
  queryPairs,
} from "../../../src/sandbox/guest/client/parameters.ts";
import type { Parameter } from "../../../src/spec/read/required.ts";

const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom(..."a.b,;=&+ %|/?#[]{}'\"()$@!*~é日😀") }),
);
/** No empty items: `a=` is read as no item by half of all servers. */
const item = anyText.filter((text) => text !== "");
const items = fc.array(item, { minLength: 1, maxLength: 4 });
const key = fc.string({ unit: fc.constantFrom(..."abc_-.é $&=+,;%"), minLength: 1, maxLength: 4 });
const object = fc.dictionary(key, item, { minKeys: 1, maxKeys: 4 }).map((value) => ({ ...value }));
const scalar = fc.oneof(item, fc.integer(), fc.boolean());

const name = fc.constantFrom("color", "f[]", "q&a", "x y", "a.b", "__proto__");

function same(got: unknown, want: unknown): void {
  const [one, other] = [JSON.stringify(got), JSON.stringify(want)];
  if (one !== other) throw new Error(`read ${one}, should be ${other}`);
}

const entries = (value: Record<string, unknown>) => Object.entries(value).map(([k, v]) => [k, String(v)]);
const pairsOf = (flat: string[]) =>
  Array.from({ length: flat.length / 2 }, (_, at) => flat.slice(2 * at, 2 * at + 2));

/** The query on the wire, after the URL was settled. */
function sentQuery(pairs: string[]): string {
  const settled = canonicalUrl(`https://api.test/x?${pairs.join("&")}`);
  if (!settled.ok) throw new Error(settled.problem);
  return new URL(hrefOf(settled.url)).search.slice(1);
}

/** Name and raw value of the only pair. */
function onlyPair(query: string): [name: string, raw: string] {
  const [first = "", ...others] = query.split("&");
  if (others.length > 0) throw new Error(`more than one pair: ${query}`);
  const at = first.indexOf("=");
  return [decodeURIComponent(first.slice(0, at)), first.slice(at + 1)];
}

const reserved = fc.boolean();

export const queryOfASingleValue = fc.property(name, scalar, reserved, (called, value, allowReserved) => {
  const query = sentQuery(queryPairs({ name: called, in: "query", allowReserved }, value));
  same([...new URLSearchParams(query)], [[called, String(value)]]);
});

export const queryOfAnExplodedList = fc.property(name, items, reserved, (called, value, allowReserved) => {
  const query = sentQuery(queryPairs({ name: called, in: "query", allowReserved }, value));
  same(new URLSearchParams(query).getAll(called), value);
});

export const queryOfAnExplodedObject = fc.property(name, object, (called, value) => {
  const query = sentQuery(queryPairs({ name: called, in: "query" }, value));
  same([...new URLSearchParams(query)], entries(value));
});

const delimiters = { form: ",", spaceDelimited: "%20", pipeDelimited: "%7C" } as const;

export const queryOfADelimitedList = fc.property(
  name,
  items,
  fc.constantFrom(...(Object.keys(delimiters) as (keyof typeof delimiters)[])),
  (called, value, style) => {
    const query = sentQuery(queryPairs({ name: called, in: "query", style, explode: false }, value));
    const [readName, raw] = onlyPair(query);
    same(readName, called);
    // A delimiter that is percent-encoded cannot be told from one in an item, which is why 3.1 advises against it.
    if (style !== "form" && value.some((text) => /[ |]/.test(text))) return;
    same(raw.split(delimiters[style]).map(decodeURIComponent), value);
  },
);

export const queryOfADelimitedObject = fc.property(name, object, (called, value) => {
  const [readName, raw] = onlyPair(
    sentQuery(queryPairs({ name: called, in: "query", explode: false }, value)),
  );
  same(readName, called);
  same(pairsOf(raw.split(",").map(decodeURIComponent)), entries(value));
});

const plainKey = fc
  .string({ unit: fc.constantFrom(..."abcé _-."), minLength: 1, maxLength: 3 })
  .filter((text) => !/^\d/.test(text));
const { deep } = fc.letrec<{ deep: Record<string, unknown>; value: unknown }>((tie) => ({
  deep: fc.dictionary(plainKey, tie("value"), { minKeys: 1, maxKeys: 3 }).map((one) => ({ ...one })),
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, item, items, tie("deep")),
}));

/** `filter[since][gte]=1`, `filter[ids][0]=a`: what qs, Rack, PHP and Stripe read. */
function readDeep(query: string, called: string): unknown {
  const root: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [full, value] of new URLSearchParams(query)) {
    if (!full.startsWith(`${called}[`)) throw new Error(`a parameter ${full}`);
    const path = full.slice(called.length + 1, -1).split("][");
    let at = root;
    for (const step of path.slice(0, -1)) at = (at[step] ??= Object.create(null)) as Record<string, unknown>;
    at[path.at(-1) ?? ""] = value;
  }
  return listsOf(root);
}

function listsOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  const isList = keys.length > 0 && keys.every((one, index) => one === String(index));
  const members = Object.entries(value).map(([one, member]): [string, unknown] => [one, listsOf(member)]);
  return isList ? members.map(([, member]) => member) : Object.fromEntries(members);
}

export const queryOfADeepObject = fc.property(deep, (value) => {
  const query = sentQuery(
    queryPairs({ name: "filter", in: "query", style: "deepObject", explode: true }, value),
  );
  same(readDeep(query, "filter"), value);
});

export const queryOfContent = fc.property(name, fc.jsonValue(), (called, value) => {
  if (value === null || typeof value === "string") return;
  const parameter: Parameter = { name: called, in: "query", content: { "application/json": {} } };
  const query = sentQuery(queryPairs(parameter, value));
  same(JSON.parse(new URLSearchParams(query).get(called) ?? ""), JSON.parse(JSON.stringify(value)));
});

/** The segment on the wire, after the gateway has settled the URL; undefined if it is refused. */
function sentSegment(segment: string): string | undefined {
  // The client does not send these (test/sandbox/guest/client/request.test.ts).
  if (segment === "." || segment === "..") return undefined;
  const settled = canonicalUrl(`https://api.test/x/${segment}/y`);
  if (!settled.ok || settled.url.slashed.length > 0) return undefined;
  const raw = new URL(hrefOf(settled.url)).pathname.split("/");
  if (raw.length !== 4) throw new Error(`became ${hrefOf(settled.url)}`);
  return raw[2];
}

export const pathOfASingleValue = fc.property(scalar, (value) => {
  const raw = sentSegment(pathValue({ name: "p", in: "path" }, value));
  if (raw !== undefined) same(decodeURIComponent(raw), String(value));
});

export const pathOfAList = fc.property(
  items,
  fc.constantFrom("simple", "label", "matrix"),
  fc.boolean(),
  (value, style, explode) => {
    const raw = sentSegment(pathValue({ name: "p", in: "path", style, explode }, value));
    if (raw === undefined) return;
    if (style === "matrix") {
      const lead = explode
        ? raw
            .split(";")
            .slice(1)
            .map((part) => part.replace(/^p=/, ""))
        : raw.replace(/^;p=/, "").split(",");
      return same(lead.map(decodeURIComponent), value);
    }
    // A dot is not a reserved character, so it cannot be told from the delimiter (appendix E of OpenAPI 3.1.1).
    if (style === "label" && explode && value.some((text) => text.includes("."))) return;
    const list = style === "label" ? raw.slice(1).split(explode ? "." : ",") : raw.split(",");
    same(list.map(decodeURIComponent), value);
  },
);

export const pathOfAnObject = fc.property(
  object,
  fc.constantFrom("simple", "matrix"),
  fc.boolean(),
  (value, style, explode) => {
    const raw = sentSegment(pathValue({ name: "p", in: "path", style, explode }, value));
    if (raw === undefined) return;
    const bare = style === "matrix" ? raw.replace(explode ? /^;/ : /^;p=/, "") : raw;
    const read = explode
      ? bare.split(style === "matrix" ? ";" : ",").map((pair) => pair.split("="))
      : pairsOf(bare.split(","));
    same(
      read.map((pair) => pair.map(decodeURIComponent)),
      entries(value),
    );
  },
);

const headerText = fc
  .string({ unit: fc.constantFrom(...'ab1.-_ ;="/%'), minLength: 1 })
  .map((text) => text.trim() || "x");

export const headerOfAList = fc.property(fc.array(headerText, { minLength: 1, maxLength: 4 }), (value) => {
  const headers = new Headers({ "x-list": headerValue({ name: "x-list", in: "header" }, value) });
  same((headers.get("x-list") ?? "").split(","), value);
});

export const cookieOfASingleValue = fc.property(scalar, (value) => {
  const header = cookiePairs({ name: "c", in: "cookie" }, value).join("; ");
  // RFC 6265 section 4.1.1: these end a value or are not cookie octets.
  if (/[\s",;\\]/.test(header)) throw new Error(`the cookie ${header}`);
  same(decodeURIComponent(header.replace(/^c=/, "")), String(value));
});
