/** Of what a document says of a thing, the sentences that a call depends on. Pure. */
import { plain } from "../plain-text.ts";

/** What limits a value, or tells how it is written: such a sentence is worth its room. */
const telling =
  /\b(?:must|only|max|maximum|min|minimum|at most|at least|up to|limit|limits|limited|defaults?|format|formatted|e\.g|example|between|cannot|not allowed|not supported|either|one of|required|seconds|minutes|hours|days|bytes|characters|ISO|RFC|UTC|Unix|base64|comma|separated|prefix|syntax|unique|ignored|wildcard|range|cents|sensitive)\b|[`*=<>^]|\d/i;

/** What the type says by itself. */
const listsChoices =
  /^(?:(?:this |it )?(?:can|must|may|should) be (?:one of|either)|one of|(?:possible|allowed|valid|supported|available) (?:values|options)|enum)\b/i;
/** What leads out of the document. */
const leadsAway =
  /^_?(?:for (?:more|further|additional) (?:information|details?)|to learn more|see (?:also|our|the)|learn more|read more|more information|related guides?|note: this is an? preview)\b/i;
/** What begins a list of what an answer may look like, to the end of the text. */
const ofAnswers = /\bsupports? the following (?:custom )?media types\b/i;
/** What says nothing without the sentence before it. */
const refersBack =
  /^(?:this|that|these|those|it|they|otherwise|instead|however|but|in (?:this|that) case|if so|if not)\b|\b(?:otherwise|instead)\W*$/i;
/** A sentence ends, and not the number of a list's entry. */
const ends = /(?<=[.!?])(?<!(?:^|[\s:])\d{1,2}\.)\s+(?=[A-Z`"'([\d])/;
const namesDefault = /^(?:the )?(?:default(?:s|ed)?|by default)\b.{0,40}$/i;

/**
 * A description in at most `length` characters: its first sentence and those that tell limits and syntax.
 * @param known what is written beside it: an enum, a default
 * @param mark what says at the end that there is more
 */
export function excerpt(
  text: unknown,
  length: number,
  known: { choices?: boolean; default?: boolean } = {},
  mark = "",
): string {
  const line = plain(text);
  if (line === "" || length <= 0) return "";
  const sentences = sentencesIn(line).filter(
    (one) =>
      !(known.choices && listsChoices.test(one)) &&
      !(known.default && namesDefault.test(one)) &&
      !leadsAway.test(one),
  );
  if (sentences.join(" ").length <= length) return trimmed(sentences.join(" "));
  const chosen = new Set<number>();
  let left = length;
  const order = [...sentences.keys()].sort((a, b) => weight(sentences, b) - weight(sentences, a) || a - b);
  for (const index of order) {
    const one = sentences[index] as string;
    if (one.length + 1 > left) continue;
    chosen.add(index);
    left -= one.length + 1;
  }
  if (chosen.size === 0) return short(sentences[order[0] as number], length);
  return trimmed(sentences.filter((_, index) => chosen.has(index)).join(" ")) + mark;
}

/** Its sentences, each with those that say nothing without it. */
function sentencesIn(line: string): string[] {
  const all = line.split(ends);
  const end = all.findIndex((one) => ofAnswers.test(one));
  const units: string[] = [];
  for (const one of end < 0 ? all : all.slice(0, end)) {
    const before = units.at(-1);
    if (before !== undefined && refersBack.test(one)) units[units.length - 1] = `${before} ${one}`;
    else units.push(one);
  }
  return units;
}

function weight(sentences: string[], index: number): number {
  return (index === 0 ? 1 : 0) + (telling.test(sentences[index] as string) ? 2 : 0);
}

/** A full stop at the end of a comment says nothing. */
function trimmed(text: string): string {
  return text.endsWith(".") && !text.endsWith("..") ? text.slice(0, -1) : text;
}

/** Text on one line, cut at a word. */
export function short(text: unknown, length: number): string {
  if (typeof text !== "string") return "";
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= length) return line;
  const cut = line.slice(0, length);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), length >> 1))}…`;
}
