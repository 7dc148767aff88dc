/**
 * The shape of JSON values that were seen: names and types, never values, and no names that are data. Parts that are too
 * large or too deep stay open. Pure.
 *
 * Of a map, only the common type of its values is kept. An object counts as a map if its names are spelled like data.
 * Unless they are common words, it also counts as one if all its values have the same shape or most names are not
 * always there. Some types thereby lose real names, which is better than keeping the names of people.
 */
import { own } from "../spec/objects.ts";
import { areCommon, namesAreData } from "./names.ts";

const primitives = ["boolean", "null", "number", "string"] as const;

export interface Shape {
  /** In alphabetical order. If everything is empty: anything. */
  types: (typeof primitives)[number][];
  /** Of records, by name and in alphabetical order. */
  members?: Record<string, Shape> | undefined;
  /** Of maps: the shape that all members share. */
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

/** The shape of one answer. It may still contain names of maps: `learned` removes them before anything is stored. */
export function shapeOf(value: unknown): Shape {
  return derive(value, { left: maxValues }, maxAnswerDepth);
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
 * @param words of the operation's id and path: names that consist of them are not data
 */
export function learned(known: Shape, seen: Shape, words: ReadonlySet<string>): Shape {
  let shape = joined(known, seen);
  // Repeated until nothing changes: removing inner maps may make objects alike.
  for (let before = ""; before !== JSON.stringify(shape); shape = withoutMaps(shape, words))
    before = JSON.stringify(shape);
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

/** Whether both could be values of one map. An empty or null value is like any other. */
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

/** The kinds of values besides null; empty for anything. */
function kindsOf({ types, members, values, items }: Shape): string[] {
  const all = [...types, (members ?? values) && "object", items && "array"];
  return all.filter((kind) => kind !== undefined && kind !== "null") as string[];
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
