/**
 * How much there would be to write of a value. A few lines of code make one whose parts stand in it a trillion times over,
 * by sharing: judging and writing it would take hours, so it is counted first, each part once.
 */

/** No request is nearly as long. */
export const maxWeight = 64_000_000;

/** @returns about the number of characters that JSON would have; what holds itself counts once in itself */
export function weightOf(root: unknown): number {
  const weights = new Map<object, number>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const one = waiting.at(-1);
    if (!isWalked(one) || (weights.get(one) ?? 0) > 0) {
      waiting.pop();
      continue;
    }
    const members = Object.values(one);
    const isSeen = weights.has(one);
    weights.set(one, 0);
    const inside = isSeen ? [] : members.filter((member) => isWalked(member) && !weights.has(member));
    if (inside.length > 0) {
      for (const member of inside) waiting.push(member);
      continue;
    }
    const names = Array.isArray(one) ? 0 : Object.keys(one).reduce((sum, name) => sum + name.length, 0);
    const sum = members.reduce((weight: number, member) => weight + weightIn(member, weights), 1 + names);
    weights.set(one, sum);
    waiting.pop();
  }
  return weightIn(root, weights);
}

function weightIn(value: unknown, weights: ReadonlyMap<object, number>): number {
  if (typeof value === "string") return 1 + value.length;
  return isWalked(value) ? 1 + (weights.get(value) ?? 0) : 1;
}

/** A list or a plain object; bytes, files and dates are not walked. */
export function isWalked(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
