/**
 * What a run can be found by: the words of its code and of its requests, and one token for each property that the list
 * filters by. All are words of one index (SQLite's FTS5), so any combination of filters is one lookup.
 */
import type { RunRecord } from "../../terms/record.ts";

/** Properties with a fixed value, as opposed to words of a text. */
export interface Facets {
  tool?: string;
  /** `ok`, the kind of a failure, or `failed` for any of them. */
  outcome?: string;
  api?: string;
  operation?: string;
  /** Id of the kept program that it was a run of. */
  program?: string;
}

/** The most words of a run that are indexed; code with more is data. */
const maxWords = 2_000;
const maxWordChars = 64;

/** The indexed text of a finished run. */
export function indexedWords(record: RunRecord): string {
  const words = new Set<string>();
  const add = (text: string) => {
    for (const word of wordsOf(text)) if (words.size < maxWords) words.add(word);
  };
  const { tool, outcome, program } = record;
  const facets = facetTokens({ tool, outcome, ...(program && { program: program.id }) });
  if (record.outcome !== "ok") facets.push(...facetTokens({ outcome: "failed" }));
  for (const { api, operation } of record.requests) {
    facets.push(...facetTokens({ api, ...(operation !== undefined && { operation }) }));
    if (operation !== undefined) add(operation);
  }
  for (const { method, url } of record.requests) add(`${method} ${pathOf(url)}`);
  if (record.failure) add(record.failure.sentence);
  add(record.client.name ?? "");
  add(record.code);
  return [...new Set(facets), ...words].join(" ");
}

/**
 * The query that finds runs with all these properties and all words of the text, or `undefined` without any.
 * Whole words only: the beginning of a word would be a union of many, 100 ms and more in a full ledger.
 */
export function indexQuery(facets: Facets, text: string): string | undefined {
  const terms = [...facetTokens(facets), ...plainWords(text)];
  return terms.length > 0 ? terms.map((term) => `"${term}"`).join(" AND ") : undefined;
}

/** `_` begins no word (see `plainWords`), so a text cannot be mistaken for a property. */
function facetTokens(facets: Facets): string[] {
  return Object.entries(facets).map(
    ([name, value]) => `_${name}_${Buffer.from(String(value)).toString("hex")}`,
  );
}

/** Words as they are written, and the parts of a camelCase name, so that `zones` finds `listZones`. */
function* wordsOf(text: string): Generator<string> {
  for (const word of text.split(/[^\p{L}\p{N}_]+/u)) {
    yield* plainWords(word);
    const parts = word.split(/(?<=\p{Ll})(?=\p{Lu})|_/u);
    if (parts.length > 1) for (const part of parts) yield* plainWords(part);
  }
}

/** Lower case, `zones` the same as `zone`. */
function plainWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}_]+/u)
    .map((word) =>
      word
        .replace(/^_+/, "")
        .replace(/(?<=..)s$/, "")
        .slice(0, maxWordChars),
    )
    .filter((word) => word !== "");
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
