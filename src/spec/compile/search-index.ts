/**
 * Builds the inverted index for `find` at compile time, so that a question only reads its own words: BM25F (Robertson
 * and Zaragoza 2009) with the document's part precomputed and quantised to a letter.
 */
import { words } from "../words.ts";
import type { SearchText } from "./search-text.ts";

/**
 * How soon more weight for a word stops helping, and how much a long name hurts. Both exceed the usual 1.2 and 0.75: a
 * word in the id, the path and the summary already weighs ten, and of two matching names the shorter one is usually
 * meant (measured by test/spec/read/find-quality.test.ts).
 */
const saturation = 2;
const lengthWeight = 0.9;

/** Levels of a quantised weight: `A` is the lowest. */
const levels = 26;

/** @returns two lines for the index (`layout.ts`). A posting is a gap in base 36 and a letter. */
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

function weighWords(fields: SearchText): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [field, weight] of fields) {
    // Repeating a word (`customers/{customer}`) adds weight in prose but not in names.
    const said = weight >= 2 ? new Set(words(field)) : words(field);
    for (const word of said) weights.set(word, (weights.get(word) ?? 0) + weight);
  }
  return weights;
}

/** The length of the names of an operation: long prose and many members must not lower the rank. */
function titleLength(fields: SearchText): number {
  const names = fields.filter(([, weight]) => weight >= 2);
  return names.reduce((sum, [field, weight]) => sum + weight * words(field).length, 0);
}
