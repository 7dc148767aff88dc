/**
 * Which known names are nearest to one that does not exist. Pure, and bounded: of what was asked, only the beginning
 * counts, and only so many names are compared letter by letter.
 */
import type { OperationSummary } from "../spec/catalog.ts";

/** How much of a path or name is looked at: what comes after is no typing error. */
const maxAskedChars = 200;
/** Names that are compared letter by letter: those whose letters are most alike. */
const maxCompared = 300;

/**
 * The operations nearest to a method and path.
 * @param path template, concrete path or whole URL
 */
export function nearestOperations(
  operations: readonly OperationSummary[],
  method: string,
  path: string,
  count = 3,
): OperationSummary[] {
  const below = pathOf(path.slice(0, maxAskedChars));
  const wanted = wordsOf(below);
  // The words of a document are few, however many operations it has.
  const near = new Map<string, boolean>();
  const isWanted = (word: string) => {
    let known = near.get(word);
    if (known === undefined) near.set(word, (known = wanted.some((other) => alike(word, other))));
    return known;
  };
  const depth = slashesIn(below);
  const verb = method.toLowerCase();
  const scored = operations.map((operation) => {
    const { words, slashes } = partsOf(operation);
    const shared = words.filter(isWanted).length;
    const size = Math.abs(slashes - depth);
    const score = (2 * shared) / (words.length + wanted.length || 1) - 0.03 * size;
    return { operation, score: score + (operation.method === verb ? 0.15 : 0) };
  });
  return scored
    .sort((one, other) => other.score - one.score)
    .slice(0, count)
    .map(({ operation }) => operation);
}

/** The operations whose ids are nearest to one that does not exist. */
export function nearestById(operations: readonly OperationSummary[], asked: string): OperationSummary[] {
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  return nearestNames([...byId.keys()], asked).flatMap((id) => byId.get(id) ?? []);
}

/** How an operation is named to a reader: `GET /path (id)`. */
export function titleOf({ method, path, id }: OperationSummary): string {
  return `${method.toUpperCase()} ${path} (${id})`;
}

/** The names nearest to one, by edit distance, closest first; those that have nothing in common are left out. */
export function nearestNames(names: readonly string[], asked: string, count = 3): string[] {
  const wanted = plain(asked.slice(0, maxAskedChars));
  const letters = lettersOf(wanted);
  const likely = names
    .flatMap((name) => {
      const most = Math.max(2, Math.max(name.length, asked.length) / 2);
      const other = plain(name.slice(0, maxAskedChars));
      const least =
        Math.abs(other.length - wanted.length) > most ? Infinity : apart(other, letters, wanted.length);
      return least <= most ? [{ name, other, most, least }] : [];
    })
    .sort((one, other) => one.least - other.least)
    .slice(0, maxCompared);
  return likely
    .flatMap(({ name, other, most }) => {
      const distance = distanceOf(other, wanted);
      return distance <= most ? [{ name, distance }] : [];
    })
    .sort((one, other) => one.distance - other.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

/** How often a text has each letter. */
function lettersOf(text: string): Int16Array {
  const letters = new Int16Array(128);
  for (let at = 0; at < text.length; at += 1) letters[text.charCodeAt(at)]! += 1;
  return letters;
}

/** The least that the distance of two plain names can be: the letters that one of them lacks. */
function apart(one: string, letters: Int16Array, length: number): number {
  const left = letters.slice();
  let surplus = 0;
  for (let at = 0; at < one.length; at += 1) {
    const code = one.charCodeAt(at);
    if (left[code]! > 0) left[code]! -= 1;
    else surplus += 1;
  }
  return Math.max(surplus, length - (one.length - surplus));
}

/** The path of a URL, without its query. */
function pathOf(text: string): string {
  const below = text.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  return below.split(/[?#]/, 1)[0] ?? below;
}

const slashesIn = (path: string) => path.split("/").length;

const known = new WeakMap<OperationSummary, { words: string[]; slashes: number }>();

/** What of an operation's path is compared, worked out once. */
function partsOf(operation: OperationSummary): { words: string[]; slashes: number } {
  let parts = known.get(operation);
  if (!parts) {
    const { path } = operation;
    known.set(operation, (parts = { words: wordsOf(path), slashes: slashesIn(path) }));
  }
  return parts;
}

/** Lower-case words of a path without its parameters: `/zones/{id}/dnsRecords` has zones, dns, records. */
function wordsOf(path: string): string[] {
  return path
    .replace(/\{[^{}]*\}/g, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

function alike(one: string, other: string): boolean {
  if (one === other || `${one}s` === other || one === `${other}s`) return true;
  const near = one[0] === other[0] && Math.abs(one.length - other.length) <= 1;
  return near && one.length > 4 && other.length > 4 && distanceOf(one, other) <= 1;
}

/** A name without its spelling: `page_number`, `pageNumber` and `page[number]` are the same. */
export const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * How many letters have to be changed, added, left out or exchanged with the next one (Damerau's distance, each letter
 * moved once), one row at a time. Names are cut: what differs after 80 characters is not a typing error.
 */
function distanceOf(one: string, other: string): number {
  const a = one.slice(0, 80);
  const b = other.slice(0, 80);
  let before = new Uint8Array(b.length + 1);
  let row = Uint8Array.from({ length: b.length + 1 }, (_, index) => index);
  let next = new Uint8Array(b.length + 1);
  for (let i = 1; i <= a.length; i += 1) {
    next[0] = i;
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let least = Math.min(row[j - 1]! + (isSame ? 0 : 1), row[j]! + 1, next[j - 1]! + 1);
      const areSwapped =
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (areSwapped) least = Math.min(least, before[j - 2]! + 1);
      next[j] = least;
    }
    [before, row, next] = [row, next, before];
  }
  return row[b.length] ?? 0;
}
