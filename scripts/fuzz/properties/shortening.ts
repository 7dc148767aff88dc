/** A shortened result is JSON within its budget, and contains only what the whole result contains. */
import * as fc from "fast-check";
import { shortenJson } from "../../../src/mcp/shorten.ts";
import { estimateTokens } from "../../../src/mcp/token-estimate.ts";

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "grapheme", maxLength: 30 }) },
  fc.lorem({ maxCount: 60 }),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: fc.constantFrom("\ud83d\ude00", "é", "…", '"', "\\", "\n"), maxLength: 400 }),
);
const key = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom("id", "name", "items", "…", "……", "__proto__", "constructor", "0", "toJSON"),
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 12 }),
    fc.array(fc.record({ id: fc.integer(), name: text, more: tie("value") }), { maxLength: 60 }),
    fc.dictionary(key, tie("value"), { maxKeys: 12 }),
  ),
}));

/** As `JSON.parse` gives it, with `__proto__` as an ordinary member; and a budget that is mostly too small for it. */
const tooLarge = fc
  .tuple(
    value.map((one) => JSON.parse(JSON.stringify(one)) as unknown),
    fc.integer({ min: 2, max: 110 }),
  )
  .map(([whole, percent]) => {
    const budget = Math.floor((estimateTokens(JSON.stringify(whole)) * percent) / 100);
    return { whole, budget: Math.max(20, budget) };
  });

export const isValidAndWithinItsBudget = fc.property(tooLarge, ({ whole, budget }) => {
  const shortened = shortenJson(JSON.stringify(whole), budget);
  JSON.parse(shortened.text);
  if (shortened.tokens > budget) throw new Error(`${shortened.tokens} tokens of ${budget}`);
  if (estimateTokens(shortened.text) !== shortened.tokens)
    throw new Error("the number of tokens is not that of the text");
});

export const whatIsThereIsTrue = fc.property(tooLarge, ({ whole, budget }) => {
  const { text: json, leftOut } = shortenJson(JSON.stringify(whole), budget);
  const shown: unknown = JSON.parse(json);
  if (json === '"…"') return;
  if (/[^\P{Cc}\n\r\t]|\p{Bidi_Control}|[\u{e0000}-\u{e007f}]/u.test(json))
    throw new Error("something acts unseen");
  if (leftOut.length === 0 && JSON.stringify(shown) !== JSON.stringify(whole))
    throw new Error("changed without saying so");
  isPartOf(shown, whole, "result");
});

/** Throws if `shown` contains something that is not in `whole`. */
function isPartOf(shown: unknown, whole: unknown, at: string): void {
  if (Object.is(shown, whole)) return;
  if (typeof shown === "string") return isShortForm(shown, whole, at);
  if (Array.isArray(shown) && Array.isArray(whole)) {
    for (const [index, one] of shown.entries()) {
      const isMarker = index === shown.length - 1 && /^… \[[\d,]+ more items\]$/.test(String(one));
      if (isMarker && shown.length - 1 + counted(String(one)) === whole.length) continue;
      isPartOf(one, whole[index], `${at}[${index}]`);
    }
    return;
  }
  if (isRecord(shown) && isRecord(whole)) {
    for (const [name, one] of Object.entries(shown)) {
      const isMarker = /^…+$/.test(name) && /^\[[\d,]+ more members?\]$/.test(String(one));
      if (isMarker && !Object.hasOwn(whole, name)) continue;
      if (!Object.hasOwn(whole, name)) throw new Error(`${at} has no ${name}`);
      isPartOf(one, whole[name], `${at}.${name}`);
    }
    const missing = Object.keys(whole).length - Object.keys(shown).length;
    const said = Object.entries(shown).find(([name]) => !Object.hasOwn(whole, name));
    if (missing > 0 && !said) throw new Error(`${at} lacks ${missing} members without saying so`);
    return;
  }
  throw new Error(`${at} is ${JSON.stringify(shown)}`);
}

function isShortForm(shown: string, whole: unknown, at: string): void {
  const cut = /^([^]*)… \[([\d,]+) more characters\]$/.exec(shown);
  if (typeof whole === "string" && cut?.[1] !== undefined) {
    if (whole.startsWith(cut[1]) && cut[1].length + counted(shown.slice(cut[1].length)) === whole.length)
      return;
  }
  const named = /^\[([\d,]+) (item|member)s?\]$/.exec(shown);
  if (named && typeof whole === "object" && whole !== null) {
    if (Object.keys(whole).length === counted(shown) && Array.isArray(whole) === (named[2] === "item"))
      return;
  }
  throw new Error(`${at} is ${JSON.stringify(shown)}`);
}

const counted = (marker: string) => Number((/[\d,]+(?= )/.exec(marker)?.[0] ?? "").replaceAll(",", ""));

const isRecord = (one: unknown): one is Record<string, unknown> =>
  typeof one === "object" && one !== null && !Array.isArray(one);
