/**
 * How much there would be to write of a value. A few lines of code make one whose parts stand in it a trillion times over,
 * by sharing: judging and writing it would take hours, so it is counted first, each part once.
 */

export interface Weight {
  /** Lists, objects, their entries and the names of these. */
  values: number;
  /** About the number that JSON would have. */
  characters: number;
}

/**
 * @param most values in different places that are looked at
 * @returns what holds itself counts once in itself; of more values, that they are more than can be counted
 */
export function weightOf(root: unknown, most = Infinity): Weight {
  let looked = 0;
  const weights = new Map<object, Weight>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const one = waiting.at(-1);
    if (!isWalked(one) || (weights.get(one)?.values ?? 0) > 0) {
      waiting.pop();
      continue;
    }
    const members = Object.values(one);
    const isSeen = weights.has(one);
    if (!isSeen && (looked += members.length) > most) return { values: Infinity, characters: Infinity };
    weights.set(one, nothing);
    const inside = isSeen ? [] : members.filter((member) => isWalked(member) && !weights.has(member));
    if (inside.length > 0) {
      for (const member of inside) waiting.push(member);
      continue;
    }
    const sum = { values: 1, characters: 1 };
    const names = Array.isArray(one) ? [] : Object.keys(one);
    sum.values += names.length;
    for (const name of names) sum.characters += name.length;
    for (const member of members) {
      const { values, characters } = weightIn(member, weights);
      sum.values += values;
      sum.characters += characters;
    }
    weights.set(one, sum);
    waiting.pop();
  }
  return weightIn(root, weights);
}

const nothing: Weight = { values: 0, characters: 0 };
const single: Weight = { values: 1, characters: 1 };

function weightIn(value: unknown, weights: ReadonlyMap<object, Weight>): Weight {
  if (typeof value === "string") return { values: 1, characters: 1 + value.length };
  if (!isWalked(value)) return single;
  const { values, characters } = weights.get(value) ?? nothing;
  return { values: Math.max(1, values), characters: 1 + characters };
}

/** A list or a plain object; bytes, files and dates are not walked. */
export function isWalked(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
