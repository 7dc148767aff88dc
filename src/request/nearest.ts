/** Which known names are nearest to one that does not exist. Pure. */
import type { OperationSummary } from "../spec/catalog.ts";

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
  const below = path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0] ?? path;
  const wanted = wordsOf(below);
  const verb = method.toLowerCase();
  const scored = operations.map((operation) => {
    const words = wordsOf(operation.path);
    const shared = words.filter((word) => wanted.some((other) => alike(word, other))).length;
    const size = Math.abs(operation.path.split("/").length - below.split("/").length);
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
  const wanted = plain(asked);
  return names
    .flatMap((name) => {
      const most = Math.max(2, Math.max(name.length, asked.length) / 2);
      const other = plain(name);
      // Never less than the difference in length: spares most of the work over thousands of names.
      if (Math.abs(other.length - wanted.length) > most) return [];
      const distance = distanceOf(other, wanted);
      return distance <= most ? [{ name, distance }] : [];
    })
    .sort((one, other) => one.distance - other.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

/** Lower-case words of a path without its parameters: `/zones/{id}/dnsRecords` has zones, dns, records. */
function wordsOf(path: string): string[] {
  return path
    .replace(/\{[^}]*\}/g, "")
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

/** Levenshtein distance, one row at a time. Names are cut: what differs after 80 characters is not a typing error. */
function distanceOf(one: string, other: string): number {
  const a = one.slice(0, 80);
  const b = other.slice(0, 80);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
