/**
 * What a schema tells about an object, with its `allOf` merged. A property's own schema is read only when it is asked
 * for, because it may be a chunk of its own. Pure.
 */
import type { SchemaObject } from "../openapi.ts";
import { isObject, type Json } from "../objects.ts";

export interface Shape {
  /** The `properties` of every part of the `allOf`. */
  holders: Json[];
  required: Set<string>;
  /** Whether other members are allowed. */
  open: boolean;
  /** The schema of other members. */
  rest: SchemaObject | undefined;
  /** One alternative of each list must match. */
  unions: SchemaObject[][];
  types: Set<string>;
  formats: Set<string>;
  /** The allowed values. */
  choices: unknown[] | undefined;
  nullable: boolean;
  items: SchemaObject | undefined;
}

const shapes = new WeakMap<object, Shape>();

/** Keywords whose effect on the members is ignored. */
const unclear = ["$ref", "if", "dependentSchemas", "$dynamicRef", "patternProperties", "propertyNames"];

export function shapeOf(schema: SchemaObject): Shape {
  let shape = shapes.get(schema);
  if (!shape) {
    shape = {
      holders: [],
      required: new Set(),
      open: false,
      rest: undefined,
      unions: [],
      types: new Set(),
      formats: new Set(),
      choices: undefined,
      nullable: false,
      items: undefined,
    };
    shapes.set(schema, shape);
    collect(schema, shape, []);
    if (!listsMembers(shape) && shape.unions.length === 0) shape.open = true;
  }
  return shape;
}

function collect(schema: SchemaObject, shape: Shape, above: SchemaObject[]): void {
  if (above.includes(schema) || above.length > 20) return;
  const { properties, required, allOf, oneOf, anyOf, additionalProperties, type, items } = schema;
  if (isObject(properties)) shape.holders.push(properties);
  if (Array.isArray(required))
    for (const name of required as unknown[]) if (typeof name === "string") shape.required.add(name);
  const extra = additionalProperties !== undefined && additionalProperties !== false;
  const unevaluated = schema.unevaluatedProperties;
  if (extra || isObject(unevaluated) || unclear.some((key) => key in schema)) shape.open = true;
  if (isObject(additionalProperties)) shape.rest ??= additionalProperties;
  for (const one of [type].flat()) if (typeof one === "string") shape.types.add(one);
  if (typeof schema.format === "string") shape.formats.add(schema.format);
  if (schema.nullable === true || shape.types.has("null")) shape.nullable = true;
  const choices = "const" in schema ? [schema.const] : schema.enum;
  if (Array.isArray(choices) && choices.length > 0) shape.choices ??= choices as unknown[];
  if (isObject(items)) shape.items ??= items;
  for (const union of [oneOf, anyOf]) {
    const options = Array.isArray(union) ? (union as unknown[]).filter(isObject) : [];
    if (options.length > 0) shape.unions.push(options);
  }
  if (Array.isArray(allOf))
    for (const part of allOf as unknown[]) if (isObject(part)) collect(part, shape, [...above, schema]);
}

export function listsMembers({ holders }: Shape): boolean {
  return holders.some((holder) => Object.keys(holder).length > 0);
}

/** The schemas of a member, one for every part that lists it. */
export function schemasOf({ holders }: Shape, name: string): SchemaObject[] {
  const listing = holders.filter((holder) => Object.hasOwn(holder, name));
  return listing.map(({ [name]: schema }) => (isObject(schema) ? schema : {}));
}

export function memberOf(schema: unknown, name: string): SchemaObject | undefined {
  return isObject(schema) ? schemasOf(shapeOf(schema), name)[0] : undefined;
}

/**
 * Whether a schema is marked: by itself, by a part of its `allOf`, or by each of its alternatives but null. A mark beside
 * a `$ref` is on the copy that stands in its place.
 */
export function isMarked(schema: unknown, mark: "readOnly" | "writeOnly", depth = 0): boolean {
  if (!isObject(schema) || depth > maxMarked) return false;
  if (schema[mark] === true) return true;
  const inner = (part: unknown) => isMarked(part, mark, depth + 1);
  const { allOf, oneOf, anyOf } = schema;
  if (Array.isArray(allOf) && allOf.some(inner)) return true;
  return [oneOf, anyOf].some((list) => {
    const options = Array.isArray(list)
      ? list.filter((one) => !(isObject(one) && one["type"] === "null"))
      : [];
    return options.length > 0 && options.every(inner);
  });
}

const maxMarked = 8;
