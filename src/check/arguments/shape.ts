/** What a schema says of an object, its `allOf` put together. Pure; touches only what is asked for. */
import { isObject, type Json } from "../../spec/objects.ts";

export interface Shape {
  /** Schemas of each property, one for every part of the `allOf` that has it. */
  properties: Map<string, Json[]>;
  required: Set<string>;
  /** Whether members that are not listed may be there. */
  open: boolean;
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
      properties: new Map(),
      required: new Set(),
      open: false,
      unions: [],
      types: new Set(),
      choices: undefined,
      nullable: false,
      items: undefined,
    };
    shapes.set(schema, shape);
    collect(schema, shape, []);
    if (shape.properties.size === 0 && shape.unions.length === 0) shape.open = true;
  }
  return shape;
}

function collect(schema: Json, shape: Shape, above: Json[]): void {
  if (above.includes(schema) || above.length > 20) return;
  const { properties, required, allOf, oneOf, anyOf, additionalProperties, type, items } = schema;
  if (isObject(properties))
    for (const name of Object.keys(properties)) {
      const property = properties[name];
      const known = shape.properties.get(name);
      const own = isObject(property) ? property : {};
      if (known) known.push(own);
      else shape.properties.set(name, [own]);
    }
  if (Array.isArray(required))
    for (const name of required as unknown[]) if (typeof name === "string") shape.required.add(name);
  const extra = additionalProperties !== undefined && additionalProperties !== false;
  const unevaluated = schema["unevaluatedProperties"];
  if (extra || isObject(unevaluated) || unclear.some((key) => key in schema)) shape.open = true;
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

/** Every name that an object of this schema may have as a member; undefined if there may be any. */
export function namesOf(schema: Json, above: readonly Json[] = []): Set<string> | undefined {
  const shape = shapeOf(schema);
  if (shape.open || above.includes(schema)) return undefined;
  const names = new Set(shape.properties.keys());
  for (const union of shape.unions)
    for (const option of union) {
      if (!holdsObjects(option)) continue;
      const inner = namesOf(option, [...above, schema]);
      if (!inner) {
        // An alternative that only says which members are required adds none of its own.
        if (onlyRequires(option)) continue;
        return undefined;
      }
      for (const name of inner) names.add(name);
    }
  return names;
}

function onlyRequires(schema: Json): boolean {
  return Object.keys(schema).every((key) => ["required", "title", "description", "not"].includes(key));
}

/** Whether a value of this schema can be an object. */
export function holdsObjects(schema: Json): boolean {
  const { types, properties, choices } = shapeOf(schema);
  if (choices) return false;
  return types.size === 0 || types.has("object") || properties.size > 0;
}
