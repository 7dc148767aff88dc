/**
 * The lazy `spec` beside the same document dereferenced at once: whatever a program does to both, it sees the same
 * of both. Also where it changes things: what it changed is changed everywhere it is shared, and nowhere else.
 */
import * as fc from "fast-check";
import { catalogOf } from "../../../test/spec/catalog-of.ts";

type Json = Record<string, unknown>;

const names = ["A", "B", "C", "__proto__", "constructor", "toString", "length", "0", "$ref"];

const schemaWith = (besides: Json[]) =>
  fc.letrec<{ schema: Json }>((tie) => ({
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<Json>({ type: "string" }, { enum: [1, "a", null] }, {}),
      fc
        .tuple(fc.constantFrom(...names), fc.constantFrom(...besides))
        .map(([name, beside]): Json => ({ $ref: `#/components/schemas/${name}`, ...beside })),
      fc
        .tuple(fc.array(fc.tuple(fc.constantFrom(...names), tie("schema")), { maxLength: 3 }), fc.boolean())
        // So large that it is a chunk of its own.
        .map(([members, large]): Json => ({
          properties: withMembers(members),
          ...(large && { description: "d".repeat(1_500) }),
        })),
      fc.array(tie("schema"), { minLength: 1, maxLength: 2 }).map((allOf): Json => ({ allOf })),
    ) as fc.Arbitrary<Json>,
  })).schema;

function withMembers(entries: (readonly [string, unknown])[]): Json {
  const object: Json = {};
  for (const [name, value] of entries) put(object, name, value);
  return object;
}

function put(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Every name has a schema that is not itself a reference, so each reference leads to one object. */
const documentWith = (besides: Json[]) =>
  fc
    .array(schemaWith(besides), { minLength: names.length, maxLength: names.length })
    .map((schemas): Json => ({
      openapi: "3.1.1",
      info: { title: "T", version: "1" },
      servers: [{ url: "https://api.test" }],
      security: [],
      paths: {},
      components: {
        schemas: withMembers(
          names.map((name, index) => [name, { title: name, not: schemas[index], list: [schemas[index]] }]),
        ),
      },
      list: schemas.slice(0, 3),
    }));

/** The document with each reference replaced by what it leads to: all at once, circles and all. */
function dereferenced(root: Json): Json {
  const made = new Map<object, unknown>();
  const schemas = (root["components"] as Json)["schemas"] as Json;
  const of = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const known = made.get(value);
    if (known !== undefined) return known;
    const { $ref, ...beside } = value as Json;
    if (typeof $ref === "string") {
      const target = of(schemas[$ref.split("/").at(-1) as string]) as Json;
      if (Object.keys(beside).length === 0) return target;
      const copy: Json = {};
      made.set(value, copy);
      copies.push(() => {
        for (const key of Object.keys(target)) put(copy, key, target[key]);
        for (const key of Object.keys(beside)) put(copy, key, of(beside[key]));
      });
      return copy;
    }
    const result: unknown[] | Json = Array.isArray(value) ? [] : {};
    made.set(value, result);
    for (const key of Object.keys(value)) put(result, key, of((value as Json)[key]));
    return result;
  };
  const copies: (() => void)[] = [];
  const whole = of(root) as Json;
  for (let copy = copies.shift(); copy; copy = copies.shift()) copy();
  return whole;
}

/** What a program may do with an object, and what it sees then. */
const readings: Record<string, (object: Json, key: string) => unknown> = {
  keys: (object) => Object.keys(object),
  names: (object) => Object.getOwnPropertyNames(object),
  entries: (object) => Object.entries(object).map(([key, value]) => [key, typeof value]),
  values: (object) => Object.values(object).length,
  forIn: (object) => {
    const seen: string[] = [];
    for (const key in object) seen.push(key);
    return seen;
  },
  spread: (object) => shapeOf({ ...object }),
  rest: (object) => {
    const { title, ...rest } = object;
    return [title, Object.keys(rest)];
  },
  assign: (object) => shapeOf(Object.assign({}, object)),
  fromEntries: (object) => shapeOf(Object.fromEntries(Object.entries(object))),
  in: (object, key) => key in object,
  hasOwn: (object, key) => Object.hasOwn(object, key),
  read: (object, key) => typeof object[key],
  inherited: (object, key) => typeof (Object.create(object) as Json)[key],
  kind: (object) => [Array.isArray(object), object instanceof Object],
  prototype: (object) =>
    Object.getPrototypeOf(object) === (Array.isArray(object) ? Array.prototype : Object.prototype),
  descriptor: (object, key) => {
    void object[key];
    const { value: _, ...flags } = Object.getOwnPropertyDescriptor(object, key) ?? {};
    return flags;
  },
  clone: (object) => shapeOf(structuredClone(object)),
  stringify: (object) => JSON.stringify(object),
  list: (object) =>
    Array.isArray(object) &&
    [
      object.map((one) => typeof one),
      object.slice(1).length,
      object.concat([1]).length,
      [...object].length,
    ].join(),
};

const changes: Record<string, (object: Json, key: string) => unknown> = {
  delete: (object, key) => delete object[key],
  set: (object, key) => (object[key] = "changed"),
  define: (object, key) => put(object, key, "defined"),
  assignOver: (object) => shapeOf(Object.assign(object, { title: "over", extra: {} })),
  freeze: (object) => Object.isFrozen(Object.freeze(object)),
  seal: (object) => Object.isSealed(Object.seal(object)),
  push: (object) => Array.isArray(object) && object.push({ pushed: 1 }),
  sort: (object) => Array.isArray(object) && object.sort(() => 1).length,
  splice: (object) => Array.isArray(object) && object.splice(0, 1).length,
  setOnHeir: (object, key) => {
    const heir = Object.create(object) as Json;
    heir[key] = "heir";
    return [heir[key], typeof object[key]];
  },
};

/** Keys, kinds and texts as deep as a loop is not met. */
function shapeOf(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > 4)
    return typeof value === "object" ? "…" : value;
  if (Array.isArray(value)) return value.map((one) => shapeOf(one, depth + 1));
  return Object.entries(value).map(([key, member]) => [key, shapeOf(member, depth + 1)]);
}

/** What comes of it, errors included: `JSON.stringify` of a circle, a change of what is frozen. */
function outcome(action: () => unknown): string {
  try {
    return JSON.stringify(action()) ?? "undefined";
  } catch (error) {
    // The text of an error names properties on the way; that is not promised.
    return (error as Error).name;
  }
}

interface Step {
  way: number[];
  key: number;
  action: string;
}

const step = (actions: Record<string, unknown>): fc.Arbitrary<Step> =>
  fc.record({
    way: fc.array(fc.nat(20), { maxLength: 9 }),
    key: fc.nat(20),
    action: fc.constantFrom(...Object.keys(actions)),
  });

/** Walks the same way through an object; ends where a value is not an object. */
function walk(from: Json, way: number[]): Json {
  let at = from;
  for (const turn of way) {
    const keys = Object.keys(at).sort();
    const next = keys.length > 0 ? at[keys[turn % keys.length] as string] : undefined;
    if (typeof next !== "object" || next === null) return at;
    at = next as Json;
  }
  return at;
}

async function compare(doc: Json, steps: Step[]): Promise<void> {
  // As a file is read: nothing is shared but what a reference shares.
  const plain = dereferenced(JSON.parse(JSON.stringify(doc)) as Json);
  const { spec } = await catalogOf({ "root.json": JSON.parse(JSON.stringify(doc)) });
  for (const [number, { way, key, action }] of steps.entries()) {
    const act = (changes[action] ?? readings[action]) as (object: Json, key: string) => unknown;
    const seen = [spec, plain].map((root) => {
      const object = walk(root, way);
      const keys = [...Object.keys(object).sort(), "title", "none"];
      // Of what is sealed or frozen before it is read, members stay getters: a change of them is passed over in silence.
      const isFixed = !Object.isExtensible(object);
      if (isFixed && (Object.hasOwn(changes, action) || action === "descriptor")) return "";
      return outcome(() => act(object, keys[key % keys.length] as string));
    });
    if (seen[0] !== seen[1]) throw new Error(`step ${number}, ${action}: ${seen[0]} instead of ${seen[1]}`);
  }
  const [ours, theirs] = [spec, plain].map((root) => JSON.stringify(shapeOf(root["components"], -6)));
  if (ours !== theirs) throw new Error(`in the end: ${ours} instead of ${theirs}`);
}

export const readsLikeAPlainObject = fc.asyncProperty(
  documentWith([{}, {}, { description: "beside" }, { x: { y: [1] } }]),
  fc.array(step(readings), { minLength: 1, maxLength: 12 }),
  compare,
);

/** Without members beside a reference: such a copy is made when it is first read, of what its target is then. */
export const changesLikeAPlainObject = fc.asyncProperty(
  documentWith([{}]),
  fc.array(fc.oneof(step(readings), step(changes)), { minLength: 1, maxLength: 12 }),
  compare,
);
