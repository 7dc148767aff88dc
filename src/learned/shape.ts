/**
 * The shape of JSON values that were seen: names and types, never values, and no names that are data. What is too
 * large or too deep is left open. Pure.
 *
 * An object counts as a map, of which only the common type of its values is kept, if its names are spelled like data,
 * or, unless they are common words, if all its values have one shape or more names come and go than stay. So some
 * types lose names that were meant as such: better than to keep the names of people.
 */
import { own } from "../spec/objects.ts";
import { areCommon, namesAreData } from "./names.ts";

const primitives = ["boolean", "null", "number", "string"] as const;

export interface Shape {
  /** In alphabetical order. With nothing else: anything. */
  types: (typeof primitives)[number][];
  /** Of records, by name and in alphabetical order. */
  members?: Record<string, Shape> | undefined;
  /** Of maps: what all their members have in common. */
  values?: Shape | undefined;
  /** Of lists: what all their items have in common. */
  items?: Shape | undefined;
  /** Of a member: some objects did not have it. */
  optional?: true | undefined;
}

export const anything: Shape = { types: [] };

/** Values of one answer that are looked at in all, items of one list, and levels. */
const maxValues = 5_000;
const maxItems = 50;
const maxAnswerDepth = 12;

/** Levels of a learned shape, and its characters as JSON. */
const maxDepth = 8;
export const maxShapeChars = 20_000;

/** The shape of one answer. Names of maps may be in it still: `learned` takes them out before anything is kept. */
export function shapeOf(value: unknown): Shape {
  return derive(value, { left: maxValues }, maxAnswerDepth);
}

function derive(value: unknown, budget: { left: number }, depth: number): Shape {
  if (--budget.left < 0 || depth < 0) return anything;
  if (value === null) return { types: ["null"] };
  if (typeof value !== "object") return { types: [typeof value as "boolean" | "number" | "string"] };
  if (Array.isArray(value)) {
    // Of a long list, items from all over it.
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
 * What is known of an operation's answers after another one. Learning the same again changes nothing.
 * @param known what was learned before; `anything` at first
 * @param seen the shape of the answer
 * @param words of the operation's id and path: names that are made of them are not data
 */
export function learned(known: Shape, seen: Shape, words: ReadonlySet<string>): Shape {
  let shape = joined(known, seen);
  // Again until nothing changes: objects that held maps may be alike only now.
  for (let before = ""; before !== JSON.stringify(shape); shape = withoutMaps(shape, words))
    before = JSON.stringify(shape);
  for (let depth = maxDepth; depth > 0; depth--) {
    const kept = cut(shape, depth);
    if (JSON.stringify(kept).length <= maxShapeChars) return kept;
  }
  return anything;
}

/** What both shapes allow. An object that is a map in one of them stays a map. */
function joined(one: Shape, other: Shape): Shape {
  const members = bothMembers(one.members, other.members);
  const values = both(one.values, other.values);
  const isMap = members && (values || namesAreData(Object.keys(members)));
  return {
    types: primitives.filter((type) => one.types.includes(type) || other.types.includes(type)),
    members: isMap ? undefined : members,
    values: isMap ? valuesOf(members, values) : values,
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

function valuesOf(members: Record<string, Shape>, values = anything): Shape {
  return Object.values(members).reduce(joined, values);
}

function withoutMaps(shape: Shape, words: ReadonlySet<string>): Shape {
  const { members, ...rest } = shape;
  const isMap = members && mayBeMap(Object.values(members)) && !areCommon(Object.keys(members), words);
  return withParts(isMap ? { ...rest, values: valuesOf(members) } : shape, (part) =>
    withoutMaps(part, words),
  );
}

function mayBeMap(members: readonly Shape[]): boolean {
  const typical = members.find((shape) => kindsOf(shape).length > 0) ?? members[0];
  const changing = members.filter(({ optional }) => optional).length;
  return (
    typical !== undefined &&
    (changing * 2 > members.length || members.every((shape) => areAlike(shape, typical)))
  );
}

/** Whether both could be values of one map. What is empty or null fits every other value. */
function areAlike(one: Shape, other: Shape): boolean {
  const [kinds, others] = [kindsOf(one), kindsOf(other)];
  if (kinds.length === 0 || others.length === 0) return true;
  if (kinds.join() !== others.join()) return false;
  const [names, otherNames] = [Object.keys(one.members ?? {}), Object.keys(other.members ?? {})];
  const shared = names.filter((name) => otherNames.includes(name)).length;
  const fewer = Math.min(names.length, otherNames.length);
  const fit = !one.values === !other.values ? shared * 2 >= fewer : names.length + otherNames.length === 0;
  return fit && areAlike(one.items ?? anything, other.items ?? anything);
}

/** What values of this shape can be, beside null; empty for anything. */
function kindsOf({ types, members, values, items }: Shape): string[] {
  const all = [...types, (members ?? values) && "object", items && "array"];
  return all.filter((kind) => kind !== undefined && kind !== "null") as string[];
}

function cut(shape: Shape, depth: number): Shape {
  return withParts(shape, (part) => (depth > 1 ? cut(part, depth - 1) : anything));
}

/** The shape with its parts changed; which members are optional stays. */
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
