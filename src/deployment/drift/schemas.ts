/**
 * What changed inside the schemas of two contracts. A schema that code writes may only become wider, one that code reads
 * only narrower; everything else breaks somebody. A component is compared once, whatever uses it, so that what changed in
 * it is told once. Pure.
 */
import { isObject, objectOf, type Json } from "../../spec/objects.ts";
import type { SchemaObject } from "../../spec/openapi.ts";
import { asReference, copiedFrom, pointerOf, type Copied } from "../../spec/read/open-catalog.ts";
import { isNeeded } from "../../spec/read/required.ts";
import { isMarked, listsMembers, schemasOf, shapeOf, type Shape } from "../../spec/read/shape.ts";
import type { Direction, Found, Place, What } from "./change.ts";

/** A component, or a part of an operation: its own changes, and the components in it. */
export class Node {
  readonly changes = new Map<string, Found>();
  readonly uses = new Set<Node>();

  add(place: Place, what: What, breaking: boolean): void {
    this.changes.set(JSON.stringify([place, what]), { place, what, breaking });
  }

  /** Its changes and those of all that is in it. */
  all(): Map<string, Found> {
    const seen = new Set<Node>([this]);
    // A set also yields what is added while it is walked.
    for (const node of seen) for (const inner of node.uses) seen.add(inner);
    return new Map([...seen].flatMap((node) => [...node.changes]));
  }
}

/** Compares schemas in one direction. Keep one of each for two contracts. */
export class Schemas {
  readonly direction: Direction;
  /** Where a pair was told. */
  readonly #nodes = new Map<object, Map<object, Node>>();

  constructor(direction: Direction) {
    this.direction = direction;
  }

  /** @param place of the schemas @param node what they are a part of */
  compare(before: unknown, after: unknown, place: Place, node: Node): void {
    // `true` and an empty schema say the same.
    const [was, is] = [objectOf(before) as SchemaObject, objectOf(after) as SchemaObject];
    const [one, other] = [copiedFrom(was), copiedFrom(is)];
    const [from, to] = [one && pointerOf(one.unit), other && pointerOf(other.unit)];
    if (one && other && from === to && isAlike(besideIn(was, one), besideIn(is, other)))
      return this.compare(one.unit, other.unit, place, node);
    const [old, now] = [pointerOf(was), pointerOf(is)];
    const known = this.#nodes.get(was) ?? new Map<object, Node>();
    this.#nodes.set(was, known);
    const seen = known.get(is);
    if (seen) {
      node.uses.add(seen);
      return;
    }
    const isPart = old === undefined && now === undefined;
    const inner = isPart ? node : new Node();
    // Set first: it may contain itself.
    known.set(is, inner);
    node.uses.add(inner);
    const own: Place = { at: nameOf(now), direction: this.direction };
    this.#inside(was, is, !isPart && old === now ? own : place, inner);
  }

  #inside(was: SchemaObject, is: SchemaObject, place: Place, node: Node): void {
    const [before, after] = [shapeOf(was), shapeOf(is)];
    const tell = (what: What, breaks: Partial<Record<Direction, boolean>>) =>
      node.add(place, what, breaks[this.direction] === true);
    if (!this.#types(before, after, tell)) return;
    values(before, after, tell);
    if (this.direction === "request") limits(was, is, tell);
    this.#members(before, after, place, node);
    if (before.items && after.items)
      this.compare(before.items, after.items, { ...place, at: `${place.at}[]` }, node);
    if (before.rest && after.rest)
      this.compare(before.rest, after.rest, { ...place, at: `${place.at}[…]` }, node);
    this.#alternatives(before, after, place, node);
  }

  /** @returns whether a value can be of both, so that there is more to compare */
  #types(before: Shape, after: Shape, tell: Tell): boolean {
    const [was, is] = [typesOf(before), typesOf(after)];
    const [wider, narrower] = [takes(is, was), takes(was, is)];
    const [old, now] = [typeText(before), typeText(after)];
    if (!wider || !narrower)
      tell({ kind: "type", was: old, is: now }, { request: !wider, answer: !narrower });
    else if (old !== now) {
      const isOther = before.formats.size > 0 && after.formats.size > 0 && was.has("string");
      tell({ kind: "type", was: old, is: now }, { request: isOther, answer: isOther });
    }
    const isTyped = was.size > 0 && is.size > 0;
    if (isTyped && before.nullable !== after.nullable)
      tell({ kind: "null", allowed: after.nullable }, { request: before.nullable, answer: after.nullable });
    return !isTyped || [...was].some((type) => takes(is, new Set([type])) || is.has(type));
  }

  #members(before: Shape, after: Shape, place: Place, node: Node): void {
    const isRequest = this.direction === "request";
    const mark = isRequest ? "readOnly" : "writeOnly";
    const [was, is] = [membersOf(before, mark), membersOf(after, mark)];
    const gone = [...was.keys()].filter((name) => !is.has(name));
    const come = [...is.keys()].filter((name) => !was.has(name));
    const at = (name: string): Place => ({ ...place, at: `${place.at}.${name}` });
    const needed = (shape: Shape, name: string) =>
      shape.required.has(name) && (!isRequest || isNeeded(schemasOf(shape, name)));
    const names = renamed(gone, come, (from, to) => isAlmost(from, to) && isAlike(was.get(from), is.get(to)));
    const named = new Set(names.flatMap(({ from, to }) => [from, to]));
    for (const { from, to } of names) node.add(at(from), { kind: "renamed", to }, true);
    for (const name of gone) if (!named.has(name)) node.add(at(name), { kind: "gone" }, true);
    for (const name of come) {
      if (named.has(name)) continue;
      const required = needed(after, name);
      node.add(at(name), { kind: "new", required }, isRequest && required);
    }
    for (const [name, schema] of was) {
      const other = is.get(name);
      if (!other) continue;
      const required = needed(after, name);
      if (needed(before, name) !== required)
        node.add(at(name), { kind: "required", required }, isRequest === required);
      this.compare(schema, other, at(name), node);
    }
    const isListed = listsMembers(before) && listsMembers(after);
    if (isRequest && isListed && before.open !== after.open)
      node.add(place, { kind: "others", allowed: after.open }, before.open);
  }

  #alternatives(before: Shape, after: Shape, place: Place, node: Node): void {
    const isRequest = this.direction === "request";
    for (let index = 0; index < Math.max(before.unions.length, after.unions.length); index++) {
      const [was, is] = [before.unions[index], after.unions[index]];
      // One of several forms, where there was one form, was told as a type.
      if (!was || !is) {
        const isChecked = (is !== undefined) === isRequest;
        node.add(place, { kind: "forms", allowed: is !== undefined }, isChecked);
        continue;
      }
      const left = [...is];
      const unpaired = was.filter((option) => {
        const found = left.findIndex((other) => isSameForm(option, other));
        if (found < 0) return true;
        const [other] = left.splice(found, 1);
        this.compare(option, other, place, node);
        return false;
      });
      if (unpaired.length === 1 && left.length === 1) {
        this.compare(unpaired[0], left[0], place, node);
        continue;
      }
      for (const option of unpaired)
        node.add(place, { kind: "form", form: formOf(option), added: false }, isRequest);
      for (const option of left) node.add(place, { kind: "form", form: formOf(option), added: true }, false);
    }
  }
}

type Tell = (what: What, breaks: Partial<Record<Direction, boolean>>) => void;

function nameOf(pointer = ""): string {
  return pointer
    .slice(pointer.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}

/** The types besides null, which is compared by itself; an empty set allows every type. */
function typesOf(shape: Shape): Set<string> {
  const types = new Set([...shape.types].filter((type) => type !== "null"));
  if (types.size === 0 && listsMembers(shape)) types.add("object");
  return types;
}

function takes(wide: ReadonlySet<string>, narrow: ReadonlySet<string>): boolean {
  if (wide.size === 0) return true;
  return (
    narrow.size > 0 &&
    [...narrow].every((type) => wide.has(type) || (type === "integer" && wide.has("number")))
  );
}

function typeText(shape: Shape): string {
  const types = [...typesOf(shape)].sort().join(" or ") || "any type";
  const formats = [...shape.formats].sort().join(", ");
  return formats === "" ? types : `${types} (${formats})`;
}

function values(before: Shape, after: Shape, tell: Tell): void {
  const [was, is] = [before.choices, after.choices].map((list) => list?.map((one) => JSON.stringify(one)));
  if (was === undefined && is === undefined) return;
  if (was === undefined || is === undefined) {
    tell({ kind: "listed", values: is }, { request: is !== undefined });
    return;
  }
  const gone = was.filter((value) => !is.includes(value));
  const added = is.filter((value) => !was.includes(value));
  if (gone.length > 0) tell({ kind: "values", values: gone, added: false }, { request: true });
  if (added.length > 0) tell({ kind: "values", values: added, added: true }, {});
}

/** Keywords that a value must keep: +1, where a higher number holds more of them back; 0, where any other value may. */
const limiting = {
  minimum: 1,
  exclusiveMinimum: 1,
  minLength: 1,
  minItems: 1,
  minProperties: 1,
  maximum: -1,
  exclusiveMaximum: -1,
  maxLength: -1,
  maxItems: -1,
  maxProperties: -1,
  pattern: 0,
  multipleOf: 0,
  uniqueItems: 0,
} as const;

function limits(before: SchemaObject, after: SchemaObject, tell: Tell): void {
  for (const [keyword, sign] of Object.entries(limiting)) {
    const [was, is] = [before, after].map((schema) => (schema as Json)[keyword]);
    if (was === is || (keyword === "uniqueItems" && !was && !is)) continue;
    const isNumber = sign !== 0 && typeof was === "number" && typeof is === "number";
    const tighter = isNumber ? (is - was) * sign > 0 : is !== undefined && is !== false;
    tell({ kind: "limit", keyword, was: textOf(was), is: textOf(is) }, { request: tighter });
  }
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function membersOf(shape: Shape, mark: "readOnly" | "writeOnly"): Map<string, SchemaObject> {
  const names = new Set(shape.holders.flatMap((holder) => Object.keys(holder)));
  const found = new Map<string, SchemaObject>();
  for (const name of names) {
    const all = schemasOf(shape, name);
    if (all.some((schema) => isMarked(schema, mark))) continue;
    const [first = {}] = all;
    found.set(name, all.length > 1 ? { allOf: all } : first);
  }
  return found;
}

/** Names that are gone, each with the one new name that says the same. */
export function renamed(
  gone: readonly string[],
  come: readonly string[],
  isSame: (from: string, to: string) => boolean,
): { from: string; to: string }[] {
  return gone.flatMap((from) => {
    const [to, ...more] = come.filter((name) => isSame(from, name));
    if (to === undefined || more.length > 0) return [];
    return gone.filter((name) => isSame(name, to)).length === 1 ? [{ from, to }] : [];
  });
}

/** `page_size` and `pageSize`, `zone` and `zoneId`. */
export function isAlmost(one: string, other: string): boolean {
  const [left, right] = [one, other].map((name) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ""));
  return left!.length > 1 && right!.length > 1 && (left!.includes(right!) || right!.includes(left!));
}

/** What stands beside a reference. */
function besideIn(schema: SchemaObject, { members }: Copied): Json {
  return Object.fromEntries(members.map((key) => [key, (schema as Json)[key]]));
}

/** Whether two schemas say the same, by the names of their components. */
export function isAlike(one: unknown, other: unknown): boolean {
  return plain(one) === plain(other);
}

function plain(schema: unknown): string {
  let isFirst = true;
  return JSON.stringify(schema, (_, value: unknown) => {
    const isWhole = isFirst;
    isFirst = false;
    return isWhole || !isObject(value) ? value : (asReference(value) ?? value);
  });
}

function isSameForm(one: SchemaObject, other: SchemaObject): boolean {
  const [left, right] = [pointerOf(one), pointerOf(other)];
  return left !== undefined || right !== undefined ? left === right : isAlike(one, other);
}

function formOf(schema: SchemaObject): string {
  const pointer = pointerOf(schema);
  if (pointer !== undefined) return nameOf(pointer);
  const shape = shapeOf(schema);
  const names = [...membersOf(shape, "writeOnly").keys()];
  return names.length > 0 ? `{ ${names.slice(0, 4).join(", ")} }` : typeText(shape);
}
