/** A learned shape as the TypeScript type that `describe` shows. Pure. */
import type { SchemaObject } from "../spec/openapi.ts";
import { noNames, typeText } from "../spec/read/types.ts";
import type { Shape } from "./shape.ts";

/** @returns the deepest type that fits into `maxChars`; undefined if it tells nothing */
export function shapeText(shape: Shape, maxChars: number): string | undefined {
  const schema = schemaOf(shape);
  for (let depth = 6; depth > 0; depth--) {
    const options = { depth, members: 10 * depth, choices: 10, comment: 0, direction: "response" as const };
    const text = typeText(schema, options, noNames(Infinity));
    if (text.length <= maxChars)
      return /^(?:unknown|\{\}|Record<string, unknown>)(?:\[\])*$/.test(text) ? undefined : text;
  }
  return undefined;
}

function schemaOf({ types, members, values, items }: Shape): SchemaObject {
  const kinds: SchemaObject[] = types.map((type) => ({ type }));
  const all = Object.entries(members ?? {});
  const properties = Object.fromEntries(all.map(([name, member]) => [name, schemaOf(member)]));
  const required = all.filter(([, { optional }]) => !optional).map(([name]) => name);
  const others = values && { additionalProperties: schemaOf(values) };
  if (members ?? values) kinds.push({ type: "object", properties, required, ...others });
  if (items) kinds.push({ type: "array", items: schemaOf(items) });
  return kinds.length > 0 ? { anyOf: kinds } : {};
}
