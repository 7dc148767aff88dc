/**
 * Estimates how many tokens a text costs a model, without a tokenizer, whose tables weigh megabytes. Follows how o200k
 * splits text before looking anything up: words, numbers in groups of three digits, runs of signs. The weights are fitted
 * so that text as APIs return it never counts as less than it costs, and rarely as more than a third more.
 */

/** How far the weights fall short at worst: for numbers, dates, base64. */
const safety = 1.16;

type Kind = "letters" | "digits" | "signs" | "space" | "other";

/** A stretch of one kind; a capital after a small letter begins a new one, as in o200k. */
interface Stretch {
  kind: Kind;
  length: number;
  vowels: number;
  capitals: number;
  /** Kind of the stretch before: letters right after digits are more often part of a key than a word. */
  before: Kind;
}

/**
 * @param enough stop counting there: the answer is then only known to be more
 * @returns tokens, rounded up
 */
export function estimateTokens(text: string, enough = Infinity): number {
  let tokens = 0;
  let stretch: Stretch = { kind: "other", length: 0, vowels: 0, capitals: 0, before: "other" };
  let small = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const kind = kindOf(code);
    const capital = kind === "letters" && code <= 90;
    if (kind !== stretch.kind || (capital && small)) {
      tokens += costOf(stretch);
      if (tokens * safety > enough) return Math.ceil(tokens * safety);
      stretch = { kind, length: 0, vowels: 0, capitals: 0, before: stretch.kind };
    }
    if (kind === "other") tokens += costOfOther(code);
    stretch.length++;
    if (capital) stretch.capitals++;
    if (kind === "letters" && isVowel(code)) stretch.vowels++;
    small = kind === "letters" && !capital;
  }
  return Math.ceil((tokens + costOf(stretch)) * safety);
}

function kindOf(code: number): Kind {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return "letters";
  if (code >= 48 && code <= 57) return "digits";
  if (code <= 32) return "space";
  return code < 128 ? "signs" : "other";
}

function isVowel(code: number): boolean {
  return "aeiouy".includes(String.fromCharCode(code | 32));
}

function costOf({ kind, length, vowels, capitals, before }: Stretch): number {
  switch (kind) {
    case "digits":
      return Math.ceil(length / 3);
    case "signs":
      // A comma between numbers stands alone; one beside a word often goes with it.
      if (length === 1) return before === "digits" ? 0.85 : 0.5;
      return length <= 4 ? 1 : length / 1.4;
    case "space":
      return length <= 1 ? 0.1 * length : 1.1 + length / 40;
    case "letters":
      if (length < 3) return before === "digits" || before === "letters" ? 1.25 : 1;
      return costOfWord(length, vowels, capitals);
    case "other":
      return 0;
  }
}

/** Letters with few vowels are keys, hashes and ids, which are split into far smaller pieces than words. */
function costOfWord(length: number, vowels: number, capitals: number): number {
  const long = length > 24 ? length / 2.5 : 0;
  if (capitals > 1) return long + length / (vowels * 4 < length ? 1.6 : 2.6);
  if (vowels * 5 < length) return long + length / 1.7;
  return long + (length <= 8 ? 1 : length / 7);
}

/** Of one UTF-16 unit: accented Latin, then the alphabets up to Arabic, the scripts of Asia, halves of emoji. */
function costOfOther(code: number): number {
  if (code < 0x250) return 0.7;
  if (code < 0x700) return 0.35;
  return code >= 0xd800 && code < 0xe000 ? 1.5 : 0.8;
}
