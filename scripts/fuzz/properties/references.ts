/**
 * `spec` against a true dereference of documents made to be difficult: cycles, references to references, members
 * beside them, names with `/`, `~`, `%`, braces and `__proto__`.
 */
import * as fc from "fast-check";
import { catalogOf } from "../../../test/spec/catalog-of.ts";

type Json = Record<string, unknown>;

const names = [
  "A",
  "a/b",
  "a~b",
  "~1",
  "{x}",
  "%7B",
  "__proto__",
  "constructor",
  "a b",
  "é",
  "toString",
  "$ref",
  "",
];

/** RFC 6901 section 6: a pointer as a URI fragment. */
const fragment = (tokens: string[]) =>
  `#${tokens.map((token) => `/${encodeURIComponent(token.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("")}`;
/** As people write it: only what has to be escaped. */
const careless = (tokens: string[]) =>
  `#${tokens.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("%", "%25")}`).join("")}`;

const pointer = fc
  .tuple(
    fc.oneof<fc.MaybeWeightedArbitrary<string[]>[]>(
      { weight: 6, arbitrary: fc.constantFrom(...names).map((name) => ["components", "schemas", name]) },
      fc.constantFrom(...names).map((name) => ["components", "schemas", name, "properties", "p"]),
      fc.constantFrom(...names).map((name) => ["components", "schemas", name, "allOf", "0"]),
      fc.constant(["paths", "/x~{y}", "get", "responses", "200", "content", "application/json", "schema"]),
      fc.constant(["components", "schemas"]),
      fc.constant(["x-own", "deep"]),
      fc.constant([]),
    ),
    fc.boolean(),
  )
  .map(([tokens, exact]) => (exact ? fragment(tokens) : careless(tokens)));

const besides = (schema: fc.Arbitrary<Json>) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc.constantFrom({ description: "beside" }, { title: "T", deprecated: true }),
    schema.map((q) => ({ properties: { q } })),
    schema.map((not) => ({ not })),
  );

const { schema } = fc.letrec<{ schema: Json; reference: Json }>((tie) => ({
  reference: fc
    .tuple(pointer, besides(tie("schema") as fc.Arbitrary<Json>))
    .map(([$ref, more]) => ({ $ref, ...more })),
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom({ type: "string" }, { const: null }, {}, { enum: [1, "a", null] }),
    tie("reference"),
    fc.record({ type: fc.constant("object"), properties: properties(tie("schema")) }),
    fc.record({
      allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
      description: fc.constant("all"),
    }),
    fc.record({ items: tie("schema"), example: tie("schema") }),
  ) as fc.Arbitrary<Json>,
}));

function properties(member: fc.Arbitrary<unknown>): fc.Arbitrary<Json> {
  return fc.array(fc.tuple(fc.constantFrom("p", "q", ...names), member), { maxLength: 3 }).map(ownMembers);
}

/** Also where a name is `__proto__`. */
function ownMembers(entries: (readonly [string, unknown])[]): Json {
  const object: Json = {};
  for (const [name, value] of entries)
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  return object;
}

const document = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...names), schema), { minLength: 1, maxLength: 6 }),
    schema,
    schema,
  )
  .map(([schemas, response, own]): Json => ({
    openapi: "3.1.0",
    info: { title: "T", version: "1" },
    servers: [{ url: "https://api.test" }],
    security: [],
    paths: {
      "/x~{y}": {
        get: {
          operationId: "getX",
          tags: [],
          parameters: [{ name: "y", in: "path", required: true, schema: { type: "string" } }],
          responses: { "200": { description: "", content: { "application/json": { schema: response } } } },
          security: [],
          servers: [{ url: "https://api.test" }],
        },
      },
    },
    components: { schemas: ownMembers(schemas) },
    "x-own": { deep: own },
  }));

const own = (object: unknown, key: string): unknown =>
  typeof object === "object" && object !== null && Object.hasOwn(object, key)
    ? (object as Json)[key]
    : undefined;

/** The target of a reference, through references on the way; undefined if it does not exist or is in a circle. */
function lookUp(root: Json, $ref: string, visited: ReadonlySet<string> = new Set()): unknown {
  if (!$ref.startsWith("#") || visited.has($ref)) return undefined;
  const seen = new Set([...visited, $ref]);
  const tokens = $ref
    .slice(1)
    .split("/")
    .slice(1)
    .map((token) => decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~"));
  let at: unknown = root;
  for (const [index, token] of tokens.entries()) {
    let next = own(at, token);
    const through = own(at, "$ref");
    if (next === undefined && typeof through === "string") {
      const target = pointerOf(root, through, seen);
      if (target === undefined) return undefined;
      const rest = tokens
        .slice(index)
        .map((one) => encodeURIComponent(one.replaceAll("~", "~0").replaceAll("/", "~1")));
      return lookUp(root, `${target}/${rest.join("/")}`, seen);
    }
    if (next === undefined) return undefined;
    at = next;
    next = undefined;
  }
  return at;
}

/** The reference itself, if something stands there. */
function pointerOf(root: Json, $ref: string, seen: ReadonlySet<string>): string | undefined {
  const found = lookUp(root, $ref, seen);
  if (found === undefined) return undefined;
  return $ref;
}

/** What a raw value means: its references followed to the end, what stands beside them put over it. */
function meaning(root: Json, raw: unknown): unknown {
  let value = raw;
  const layers: Json[] = [];
  const seen = new Set<string>();
  for (let $ref = own(value, "$ref"); typeof $ref === "string"; $ref = own(value, "$ref")) {
    const target = seen.has($ref) ? undefined : lookUp(root, $ref);
    seen.add($ref);
    // Its target does not exist, here or further on: the document's own text stays, and its meaning is open.
    if (target === undefined) return unknownMeaning;
    const { $ref: _, ...rest } = value as Json;
    layers.push(rest);
    value = target;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return ownMembers([value as Json, ...layers.toReversed()].flatMap((layer) => Object.entries(layer)));
}

const unknownMeaning = Symbol("unknown");

/** Compares in step, so that cycles need no cutting. */
function compare(root: Json, shown: unknown, raw: unknown, place: string): void {
  const seen = new Map<object, Set<unknown>>();
  const visit = (ours: unknown, theirs: unknown, at: string): void => {
    // A reference in an example or an extension is data.
    if (/\/(?:example|x-own)$/.test(at)) {
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) throw new Error(`${at}: not as it is written`);
      return;
    }
    const want = meaning(root, theirs);
    if (want === unknownMeaning) return;
    if (typeof want !== "object" || want === null) {
      if (!Object.is(ours, want)) throw new Error(`${at}: ${String(ours)} instead of ${String(want)}`);
      return;
    }
    if (typeof ours !== "object" || ours === null || Array.isArray(ours) !== Array.isArray(want))
      throw new Error(`${at}: ${String(ours)} instead of an object`);
    const known = seen.get(ours) ?? new Set();
    if (known.has(theirs)) return;
    seen.set(ours, known.add(theirs));
    if (!Array.isArray(ours) && Object.getPrototypeOf(ours) !== Object.prototype)
      throw new Error(`${at}: another prototype`);
    const keys = (one: object) => JSON.stringify(Object.keys(one).sort());
    if (keys(ours) !== keys(want)) throw new Error(`${at}: ${keys(ours)} instead of ${keys(want)}`);
    for (const key of Object.keys(want)) visit(own(ours, key), own(want, key), `${at}/${key}`);
  };
  visit(shown, raw, `#/${place}`);
}

export const readsLikeATrueDereference = fc.asyncProperty(document, fc.nat(), async (doc, order) => {
  const { spec } = await catalogOf({ "root.json": doc });
  const places = ["components", "paths", "x-own"];
  // Whatever is touched first, the rest is the same.
  for (const [index] of places.entries()) {
    const place = places[(index + order) % places.length] ?? "";
    compare(doc, own(spec, place), own(doc, place), place);
  }
});

/** One object for one place of the document, however it is reached: shared things are shared. */
export const sharesWhatIsShared = fc.asyncProperty(document, async (doc) => {
  const { spec } = await catalogOf({ "root.json": doc });
  const schemas = own(own(spec, "components"), "schemas") as Json;
  const raw = own(own(doc, "components"), "schemas") as Json;
  for (const name of Object.keys(raw)) {
    const members = own(own(raw, name), "properties");
    for (const member of Object.keys((members as Json | undefined) ?? {})) {
      const reference = own(own(members, member), "$ref");
      if (typeof reference !== "string" || Object.keys(own(members, member) as Json).length > 1) continue;
      const target = names.find((one) => fragment(["components", "schemas", one]) === reference);
      const there = target === undefined ? undefined : own(raw, target);
      if (target === undefined || typeof there !== "object" || own(there, "$ref") !== undefined) continue;
      if (own(own(own(schemas, name), "properties"), member) !== own(schemas, target))
        throw new Error(`${name}.${member} is another object than ${target}`);
    }
  }
});
