/**
 * The shape of JSON values that were seen: names and types, never values. Shapes of several answers are merged into
 * one; merging the same again changes nothing. What is too large or too deep is left open.
 */
import { namesAreData } from "./names.ts";

export const primitives = ["boolean", "null", "number", "string"] as const;
export type Primitive = (typeof primitives)[number];

/** Nothing of it set: anything. */
export interface Shape {
  /** In alphabetical order. */
  types?: Primitive[];
  /** Of objects whose names are names. */
  members?: Record<string, Member>;
  /** Of objects whose names are data: what all their members have in common. */
  values?: Shape;
  /** Of lists: what all their items have in common. */
  items?: Shape;
}

export interface Member {
  shape: Shape;
  /** Some objects did not have it. */
  optional?: true;
  /**
   * Tag of the one user in whose answers it was seen, left out once there were several. Nobody is shown a name that
   * only another user's answers had: it could be theirs.
   */
  by?: string;
}

/** Levels, and members and lists in all of them, that a shape has at most. */
const maxDepth = 8;
export const maxNodes = 300;

/** What both shapes allow. */
export function merge(one: Shape, other: Shape): Shape {
  const merged = joined(one, other);
  for (let depth = maxDepth; depth > 0; depth--) {
    const kept = cut(merged, depth);
    if (countNodes(kept) <= maxNodes) return kept;
  }
  return {};
}

/** Without a limit on the size: for parts of what is cut as a whole. */
export function joined(one: Shape, other: Shape): Shape {
  const shape: Shape = {};
  const types = primitives.filter((type) => one.types?.includes(type) || other.types?.includes(type));
  if (types.length > 0) shape.types = types;
  const items = both(one.items, other.items);
  if (items) shape.items = items;
  const values = both(one.values, other.values);
  const members = bothMembers(one.members, other.members);
  if (values || (members && membersAreData(members)))
    shape.values = Object.values(members ?? {}).reduce(
      (all, member) => joined(all, member.shape),
      values ?? {},
    );
  else if (members) shape.members = members;
  return shape;
}

export function sameShape(one: Shape, other: Shape): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function both(one: Shape | undefined, other: Shape | undefined): Shape | undefined {
  return one && other ? joined(one, other) : (one ?? other);
}

function bothMembers(one: Shape["members"], other: Shape["members"]): Record<string, Member> | undefined {
  if (!one || !other) return one ?? other;
  const all = new Map(Object.entries(one));
  for (const [name, member] of Object.entries(other)) {
    const known = all.get(name);
    all.set(name, known ? bothSeen(known, member) : { ...member, optional: true });
  }
  for (const [name, member] of all)
    if (!Object.hasOwn(other, name)) all.set(name, { ...member, optional: true });
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function bothSeen(one: Member, other: Member): Member {
  return {
    shape: joined(one.shape, other.shape),
    ...((one.optional || other.optional) && { optional: true }),
    ...(one.by !== undefined && one.by === other.by && { by: one.by }),
  };
}

/** Whether the names of an object with these members are data: ids, addresses, names of people. */
function membersAreData(members: Record<string, Member>): boolean {
  const all = Object.entries(members);
  if (namesAreData(all.map(([name]) => name))) return true;
  const first = all[0]?.[1].shape;
  if (!first || !all.every(([, { shape }]) => alike(shape, first))) return false;
  // Three of a kind are entries of a table; of plain values that takes more, or that they come and go.
  if (first.members ?? first.items?.members) return all.length >= 3;
  const changing = all.filter(([, { optional }]) => optional).length;
  return all.length > 8 || (all.length >= 5 && changing * 2 > all.length);
}

function alike(one: Shape, other: Shape): boolean {
  if (one.members && other.members) {
    const names = Object.keys(one.members);
    return names.length > 0 && names.join() === Object.keys(other.members).join();
  }
  if (one.items && other.items) return alike(one.items, other.items);
  if (one.members || other.members || one.items || other.items || one.values || other.values) return false;
  return one.types !== undefined && one.types.join() === other.types?.join();
}

function cut(shape: Shape, depth: number): Shape {
  const { types, members, values, items } = shape;
  const inner = (part: Shape) => (depth > 1 ? cut(part, depth - 1) : {});
  return {
    ...(types && { types }),
    ...(members && {
      members: Object.fromEntries(
        Object.entries(members).map(([name, member]) => [name, { ...member, shape: inner(member.shape) }]),
      ),
    }),
    ...(values && { values: inner(values) }),
    ...(items && { items: inner(items) }),
  };
}

function countNodes({ members, values, items }: Shape): number {
  const below = [
    ...Object.values(members ?? {}).map(({ shape }) => shape),
    ...[values, items].filter((part) => part !== undefined),
  ];
  return below.reduce((sum, part) => sum + 1 + countNodes(part), 0);
}
