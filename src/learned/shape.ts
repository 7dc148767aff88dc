/**
 * The shape of JSON values that were seen: names and types, never values, and no names that could be data
 * (`isKnown` in src/learned/names.ts). Parts that are too large or too deep stay open. Pure.
 *
 * A member whose name is unknown loses the name; what it holds joins `values`. Some types thereby lose real names, which
 * is better than keeping the names of people.
 */
import { own } from "../spec/objects.ts";
import { namesAreData, namesToKeep } from "./names.ts";

const primitives = ["boolean", "null", "number", "string"] as const;

export interface Shape {
  /** In alphabetical order. If everything is empty: anything. */
  types: (typeof primitives)[number][];
  /** Of records, by name and in alphabetical order. */
  members?: Record<string, Shape> | undefined;
  /** The shape that all members without a name here share. An object that has this and no `members` is a map. */
  values?: Shape | undefined;
  /** Of lists: the shape that all items share. */
  items?: Shape | undefined;
  /** Of a member: some objects lack it. */
  optional?: true | undefined;
}

export const anything: Shape = { types: [] };

/** How much of one answer is read: values in all, items of one list, levels. */
const maxValues = 5_000;
const maxItems = 50;
const maxAnswerDepth = 12;

/** Levels of a learned shape, and its characters as JSON. */
const maxDepth = 8;
export const maxShapeChars = 20_000;

/**
 * The shape of one answer.
 * @param words of the API: names that consist of them are not data
 */
export function shapeOf(value: unknown, words: ReadonlySet<string>): Shape {
  return withoutData(derive(value, { left: maxValues }, maxAnswerDepth), words);
}

function derive(value: unknown, budget: { left: number }, depth: number): Shape {
  if (--budget.left < 0 || depth < 0) return anything;
  if (value === null) return { types: ["null"] };
  if (typeof value !== "object") return { types: [typeof value as "boolean" | "number" | "string"] };
  if (Array.isArray(value)) {
    // Items from all parts of a long list.
    const step = Math.ceil(value.length / maxItems);
    const some = value
      .filter((_, index) => index % step === 0)
      .map((item) => derive(item, budget, depth - 1));
    return { types: [], items: some.reduce(both, undefined) ?? anything };
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const members = entries.map(([name, member]) => [name, derive(member, budget, depth - 1)] as const);
  return joined({ types: [], members: Object.fromEntries(members) }, anything);
}

/**
 * The shape of an operation's answers after another one. Learning the same again changes nothing.
 * @param known the shape so far; `anything` at first
 * @param seen the shape of the new answer
 */
export function learned(known: Shape, seen: Shape): Shape {
  const shape = joined(known, seen);
  for (let depth = maxDepth; depth > 0; depth--) {
    const kept = cut(shape, depth);
    if (JSON.stringify(kept).length <= maxShapeChars) return kept;
  }
  return anything;
}

/** The union of both shapes. An object that is a map in one of them stays a map. */
function joined(one: Shape, other: Shape): Shape {
  const members = bothMembers(one.members, other.members);
  const values = both(one.values, other.values);
  const isMap =
    [one, other].some((shape) => shape.values && !shape.members) || namesAreData(Object.keys(members ?? {}));
  return {
    types: primitives.filter((type) => one.types.includes(type) || other.types.includes(type)),
    members: isMap ? undefined : members,
    values: isMap && members ? Object.values(members).reduce(joined, values ?? anything) : values,
    items: both(one.items, other.items),
    optional: one.optional ?? other.optional,
  };
}

function both(one: Shape | undefined, other: Shape | undefined): Shape | undefined {
  return one && other ? joined(one, other) : (one ?? other);
}

function bothMembers(one: Shape["members"], other: Shape["members"]): Shape["members"] {
  if (!one || !other) return one ?? other;
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  const member = (name: string): Shape => {
    const [a, b] = [own(one, name), own(other, name)] as (Shape | undefined)[];
    return a && b ? joined(a, b) : { ...((a ?? b) as Shape), optional: true };
  };
  return Object.fromEntries(names.map((name) => [name, member(name)]));
}

function withoutData(shape: Shape, words: ReadonlySet<string>): Shape {
  const all = Object.entries(shape.members ?? {});
  const names = new Set(namesToKeep(Object.keys(shape.members ?? {}), words));
  const gone = all.filter(([name]) => !names.has(name)).map(([, member]) => member);
  const open = gone.length > 0 && {
    members: names.size > 0 ? Object.fromEntries(all.filter(([name]) => names.has(name))) : undefined,
    values: gone.reduce(joined, shape.values ?? anything),
  };
  return withParts({ ...shape, ...open }, (part) => withoutData(part, words));
}

function cut(shape: Shape, depth: number): Shape {
  return withParts(shape, (part) => (depth > 1 ? cut(part, depth - 1) : anything));
}

/** Changes the parts of a shape. Optional members stay optional. */
function withParts({ types, members, values, items }: Shape, change: (part: Shape) => Shape): Shape {
  const changed = Object.entries(members ?? {}).map(([name, part]) => {
    return [name, { ...change(part), optional: part.optional }] as const;
  });
  return {
    types,
    members: members && Object.fromEntries(changed),
    values: values && change(values),
    items: items && change(items),
  };
}
