/**
 * How much there would be to write of a value. A few lines of code make one whose parts stand in it a trillion times over,
 * by sharing: judging and writing it would take hours, so it is counted first, each part once.
 */

export interface Weight {
  /** Lists, objects, their entries and the names of these. */
  values: number;
  /** About the number that JSON would have. */
  characters: number;
  /** Of the names, each once for every value below it: so often a form or a query writes them. */
  repeated: number;
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
    if (!isWeighed(one) || (weights.get(one)?.values ?? 0) > 0) {
      waiting.pop();
      continue;
    }
    const [names, members] = partsOf(one);
    const isSeen = weights.has(one);
    if (!isSeen && (looked += members.length) > most)
      return { values: Infinity, characters: Infinity, repeated: Infinity };
    weights.set(one, nothing);
    const inside = isSeen ? [] : members.filter((member) => isWeighed(member) && !weights.has(member));
    if (inside.length > 0) {
      for (const member of inside) waiting.push(member);
      continue;
    }
    const sum = { values: 1 + names.length, characters: 1, repeated: 0 };
    for (const name of names) sum.characters += name.length;
    for (const [at, member] of members.entries()) {
      const { values, characters, repeated } = weightIn(member, weights);
      sum.values += values;
      sum.characters += characters;
      sum.repeated += repeated + (names[at]?.length ?? 0) * values;
    }
    weights.set(one, sum);
    waiting.pop();
  }
  return weightIn(root, weights);
}

const nothing: Weight = { values: 0, characters: 0, repeated: 0 };
const single: Weight = { values: 1, characters: 1, repeated: 0 };

function weightIn(value: unknown, weights: ReadonlyMap<object, Weight>): Weight {
  if (typeof value === "string") return { values: 1, characters: 1 + value.length, repeated: 0 };
  if (!isWeighed(value)) return single;
  const { values, characters, repeated } = weights.get(value) ?? nothing;
  return { values: Math.max(1, values), characters: 1 + characters, repeated };
}

/** A list or a plain object; bytes, files and dates are not walked. */
export function isWalked(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** What the platform has for names and values. */
const isEntries = (value: object): value is Iterable<[string, unknown]> =>
  value instanceof URLSearchParams ||
  value instanceof FormData ||
  value instanceof Headers ||
  value instanceof Map;

const isWeighed = (value: unknown): value is object =>
  isWalked(value) || (typeof value === "object" && value !== null && isEntries(value));

/** @returns the names, none of a list, and the values, in the same order */
function partsOf(value: object): [names: string[], members: unknown[]] {
  if (Array.isArray(value)) return [[], Object.values(value)];
  const entries = isEntries(value) ? [...value] : Object.entries(value);
  return [entries.map(([name]) => String(name)), entries.map(([, member]) => member as unknown)];
}
