/** The subtypes that a schema names by the mapping of its discriminator (OpenAPI 3.1, 4.8.25). */
import type { SchemaObject } from "../openapi.ts";
import { isObject } from "../objects.ts";
import { unescapeToken } from "../pointer.ts";
import { componentBeside } from "./units.ts";

/**
 * @returns the schemas by the values of the discriminator; none where the alternatives are listed beside it, or where the
 *   schema is not a component
 */
export function subtypesOf(schema: SchemaObject): Map<string, SchemaObject> {
  const base = wrapped(schema);
  const { discriminator, oneOf, anyOf } = base;
  const found = new Map<string, SchemaObject>();
  if (!isObject(discriminator) || !isObject(discriminator["mapping"]) || oneOf || anyOf) return found;
  for (const [value, target] of Object.entries(discriminator["mapping"])) {
    if (typeof target !== "string") continue;
    const name = unescapeToken(target.slice(target.lastIndexOf("/") + 1));
    const subtype = componentBeside(base, "schemas", name);
    if (isObject(subtype) && subtype !== base) found.set(value, subtype);
  }
  return found;
}

/** The subtype that a value of the discriminator singles out. */
export function subtypeFor(
  schema: SchemaObject,
  valueOf: (property: string) => unknown,
): SchemaObject | undefined {
  const { discriminator } = wrapped(schema);
  const property = isObject(discriminator) ? discriminator["propertyName"] : undefined;
  return typeof property === "string" ? subtypesOf(schema).get(String(valueOf(property))) : undefined;
}

/** What an `allOf` of one part is around. */
function wrapped(schema: SchemaObject): SchemaObject {
  const { allOf, properties } = schema;
  const [part] = Array.isArray(allOf) && allOf.length === 1 && !properties ? (allOf as unknown[]) : [];
  return isObject(part) ? part : schema;
}
