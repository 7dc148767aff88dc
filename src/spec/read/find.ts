/** Ranked search over the index from compile time. */
import type { FindOptions, OperationSummary } from "../catalog.ts";
import { ascii } from "../layout.ts";
import type { FoundProgram } from "../../terms/kept-programs.ts";
import { words } from "../words.ts";

const defaultLimit = 10;
/** Weights of terms that start with a word of the question or nearly equal it. */
const prefixWeight = 0.6;
const nearWeight = 0.4;
/** Terms tried for one prefix: more would only add noise. */
const maxPrefixed = 50;

/** The verbs that people use for each method. */
const verbs = new Map(
  Object.entries({
    get: ["list", "get", "show", "read", "fetch", "find", "search"],
    post: ["create", "add", "new", "make", "update", "set", "close", "enable", "block"],
    put: "create add update edit change modify set close rename enable disable block replace".split(" "),
    patch: ["update", "edit", "change", "modify", "set", "close", "rename", "enable", "disable"],
    delete: ["delete", "remove", "disable"],
  }),
);

export interface SearchIndex {
  /**
   * @param text words in any order; each improves the rank, none is required
   * @param operations in the order of the document, which the index uses
   * @returns the best operations, the best first
   */
  find(text: string, operations: readonly OperationSummary[], options?: FindOptions): OperationSummary[];
}

/** @param section the search section of a catalog's index */
export function searchIndex(section: string): SearchIndex {
  const [terms, postings] = section.split("\n", 2).map((line) => (line === "" ? [] : line.split(" "))) as [
    string[],
    string[],
  ];
  return { find };

  function find(
    text: string,
    operations: readonly OperationSummary[],
    options: FindOptions = {},
  ): OperationSummary[] {
    const asked = [...new Set(words(String(text)))];
    const scores = new Map<number, number>();
    const matched = new Map<number, number>();
    for (const word of asked) {
      for (const [index, score] of scoreOf(word, operations.length)) {
        scores.set(index, (scores.get(index) ?? 0) + score);
        matched.set(index, (matched.get(index) ?? 0) + 1);
      }
    }
    const ranked: [index: number, score: number][] = [];
    for (const [index, score] of scores) {
      const operation = operations[index] as OperationSummary;
      if (!fits(operation, options)) continue;
      const coverage = (matched.get(index) as number) / asked.length;
      let rank = score * (0.5 + 0.5 * coverage);
      if (verbs.get(operation.method)?.some((verb) => asked.includes(verb))) rank *= 1.25;
      if (operation.deprecated) rank *= 0.8;
      ranked.push([index, rank]);
    }
    const lengthOf = (index: number) => (operations[index] as OperationSummary).path.length;
    ranked.sort((a, b) => b[1] - a[1] || lengthOf(a[0]) - lengthOf(b[0]) || a[0] - b[0]);
    const limit = options.limit ?? defaultLimit;
    return ranked.slice(0, limit).map(([index]) => operations[index] as OperationSummary);
  }

  function scoreOf(word: string, count: number): Map<number, number> {
    const scores = new Map<number, number>();
    const add = (term: number, weight: number) => {
      const posting = postings[term] as string;
      const hits = [...posting.matchAll(/([0-9a-z]+)([A-Z])/gy)];
      const rarity = Math.log(1 + (count - hits.length + 0.5) / (hits.length + 0.5));
      let index = 0;
      for (const [, gap, letter] of hits as unknown as [string, string, string][]) {
        index += Number.parseInt(gap, 36);
        const score = weight * rarity * ((letter.charCodeAt(0) - 64) / 26);
        if (score > (scores.get(index) ?? 0)) scores.set(index, score);
      }
    };
    const escaped = ascii(word);
    const exact = positionOf(escaped);
    if (terms[exact] === escaped) add(exact, 1);
    if (word.length >= 3) {
      for (const [offset, term] of terms.slice(exact, exact + maxPrefixed).entries()) {
        if (!term.startsWith(escaped)) break;
        if (term !== escaped) add(exact + offset, prefixWeight);
      }
    }
    if (scores.size === 0 && word.length >= 4) {
      for (const [term, known] of terms.entries()) if (isNear(known, escaped)) add(term, nearWeight);
    }
    return scores;
  }

  /** The position of a term in the sorted list, or where it would be. */
  function positionOf(word: string): number {
    let low = 0;
    let high = terms.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((terms[middle] as string) < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function fits(operation: OperationSummary, options: FindOptions): boolean {
  if (options.access && operation.access !== options.access) return false;
  const { tag } = options;
  return tag === undefined || operation.tags.some((known) => known.toLowerCase() === tag.toLowerCase());
}

/** Whether two words differ by one letter: added, removed, changed, or swapped with its neighbour. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

/** Kept programs whose name or operations have a word of the text, those with more of them first. */
export function programsFor(text: string, programs: readonly FoundProgram[]): FoundProgram[] {
  const asked = new Set(words(text));
  return programs
    .map((program) => {
      const own = new Set(words(`${program.name} ${program.operations.join(" ")}`));
      return { program, hits: [...asked].filter((word) => own.has(word)).length };
    })
    .filter(({ hits }) => hits > 0)
    .sort((one, other) => other.hits - one.hits)
    .slice(0, maxPrograms)
    .map(({ program }) => program);
}

const maxPrograms = 3;

const optionNames = ["limit", "tag", "access", "api"];
const accesses = ["read", "write", "delete"];

/**
 * @param apis the names of all APIs
 * @throws TypeError for what `find` would silently ignore
 */
export function checkOptions(text: unknown, options: object, apis: readonly string[]): void {
  const { limit, tag, access, api } = options as Record<string, unknown>;
  const unknown = Object.keys(options).filter((name) => !optionNames.includes(name));
  const wrong =
    typeof text !== "string"
      ? "its first argument has to be words"
      : typeof (options as unknown) === "string"
        ? `its second argument has to be an object, as in { tag: ${JSON.stringify(options)} }`
        : unknown.length > 0
          ? `it has no option ${unknown.join(", ")}`
          : limit !== undefined && (typeof limit !== "number" || !(limit >= 0))
            ? "limit has to be a number"
            : tag !== undefined && typeof tag !== "string"
              ? "tag has to be a text"
              : access !== undefined && !accesses.includes(access as string)
                ? `access is one of ${accesses.join(", ")}`
                : api !== undefined && !apis.includes(api as string)
                  ? `api is one of ${apis.join(", ")}`
                  : undefined;
  if (wrong !== undefined)
    throw new TypeError(`find(text, { limit, tag, access${apis.length > 1 ? ", api" : ""} }): ${wrong}.`);
}

/** @throws TypeError for a tag that no operation has */
export function checkTag(tag: string, all: readonly string[]): void {
  const tags = [...new Set(all)];
  if (tags.some((known) => known.toLowerCase() === tag.toLowerCase())) return;
  const start = tag.slice(0, 4).toLowerCase();
  const near = tags.filter((known) => known.toLowerCase().includes(start));
  const named = (near.length > 0 ? near : tags).slice(0, 10).join(", ");
  throw new TypeError(
    `find: there is no tag ${JSON.stringify(tag.slice(0, 100))}${named === "" ? "" : `; there are ${named}`}.`,
  );
}
