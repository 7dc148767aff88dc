/**
 * The inverted index behind `find`, made once at compile time so that a question costs no more than reading its
 * own words: BM25F (Robertson and Zaragoza 2009) with the document part worked out, quantised to a letter.
 */
import { words } from "../words.ts";
import type { SearchText } from "./search-text.ts";

/**
 * How soon more weight for a word stops counting, and how much a long name is held against an operation. Both are
 * above the usual 1.2 and 0.75: a word in the id, the path and the summary weighs ten already, and of two names
 * that hold what was asked the shorter one is meant (test/spec/read/find-quality.test.ts measures it).
 */
const saturation = 2;
const lengthWeight = 0.9;

/** Levels of a quantised weight: `A` is the lowest. */
const levels = 26;

/** @returns terms and postings as two lines of text; see `layout.ts`. A posting is a gap in base 36 and a letter. */
export function buildSearchIndex(texts: SearchText[]): { terms: string; postings: string } {
  const frequencies = texts.map(weighWords);
  const lengths = texts.map(titleLength);
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length) || 1;
  const entries = new Map<string, { last: number; text: string }>();
  for (const [index, words_] of frequencies.entries()) {
    const norm = saturation * (1 - lengthWeight + (lengthWeight * (lengths[index] as number)) / average);
    for (const [word, weight] of words_) {
      const share = weight / (weight + norm);
      const letter = String.fromCharCode(65 + Math.min(levels - 1, Math.floor(share * levels)));
      let entry = entries.get(word);
      if (!entry) entries.set(word, (entry = { last: 0, text: "" }));
      entry.text += (index - entry.last).toString(36) + letter;
      entry.last = index;
    }
  }
  const terms = [...entries.keys()].sort();
  return { terms: terms.join(" "), postings: terms.map((term) => entries.get(term)?.text).join(" ") };
}

function weighWords(text: SearchText): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [field, weight] of text.fields) {
    // A name that says a word twice (`customers/{customer}`) is not more about it; prose that does may be.
    const said = weight >= 2 ? new Set(words(field)) : words(field);
    for (const word of said) weights.set(word, (weights.get(word) ?? 0) + weight);
  }
  return weights;
}

/**
 * Length of what names the operation. A short name that fits says more than a long one; long prose and many
 * members are no reason to rank lower.
 */
function titleLength(text: SearchText): number {
  return text.fields.reduce(
    (sum, [field, weight]) => sum + (weight >= 2 ? weight * words(field).length : 0),
    0,
  );
}
