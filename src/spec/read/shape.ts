/**
 * What a schema says of an object, its `allOf` put together. Pure. A property's own schema is only read when it is
 * asked for: each may be a chunk of the document of its own.
 */
import { isObject, type Json } from "../objects.ts";

export interface Shape {
  /** The `properties` of every part of the `allOf`. */
  holders: Json[];
  required: Set<string>;
  /** Whether members that are not listed may be there. */
  open: boolean;
  /** What members that are not listed have to be, if the document says it. */
  rest: Json | undefined;
  /** Alternatives: one of each list has to fit. */
  unions: Json[][];
  types: Set<string>;
  /** Allowed values, if they are listed. */
  choices: unknown[] | undefined;
  nullable: boolean;
  items: Json | undefined;
}

const shapes = new WeakMap<object, Shape>();

/** Keywords whose effect on the members is not looked into. */
const unclear = ["$ref", "if", "dependentSchemas", "$dynamicRef", "patternProperties", "propertyNames"];

export function shapeOf(schema: Json): Shape {
  let shape = shapes.get(schema);
  if (!shape) {
    shape = {
      holders: [],
      required: new Set(),
      open: false,
      rest: undefined,
      unions: [],
      types: new Set(),
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

function collect(schema: Json, shape: Shape, above: Json[]): void {
  if (above.includes(schema) || above.length > 20) return;
  const { properties, required, allOf, oneOf, anyOf, additionalProperties, type, items } = schema;
  if (isObject(properties)) shape.holders.push(properties);
  if (Array.isArray(required))
    for (const name of required as unknown[]) if (typeof name === "string") shape.required.add(name);
  const extra = additionalProperties !== undefined && additionalProperties !== false;
  const unevaluated = schema["unevaluatedProperties"];
  if (extra || isObject(unevaluated) || unclear.some((key) => key in schema)) shape.open = true;
  if (isObject(additionalProperties)) shape.rest ??= additionalProperties;
  for (const one of [type].flat()) if (typeof one === "string") shape.types.add(one);
  if (schema["nullable"] === true || shape.types.has("null")) shape.nullable = true;
  const choices = "const" in schema ? [schema["const"]] : schema["enum"];
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

/** Schemas of a member, one for every part that lists it. */
export function schemasOf({ holders }: Shape, name: string): Json[] {
  const schemas: Json[] = [];
  for (const holder of holders) {
    if (!Object.hasOwn(holder, name)) continue;
    const schema = holder[name];
    schemas.push(isObject(schema) ? schema : {});
  }
  return schemas;
}

/** What a schema says of one of its members. */
export function memberOf(schema: unknown, name: string): Json | undefined {
  return isObject(schema) ? schemasOf(shapeOf(schema), name)[0] : undefined;
}
