/** A shape as a JSON Schema and as TypeScript, with the names that a user may see. Pure. */
import type { Json } from "../spec/objects.ts";
import { noNames, Overflow, typeText } from "../spec/read/types.ts";
import type { Shape } from "./shape.ts";

/** @param user tag of who reads it; names that only others' answers had are left out and leave the object open */
export function schemaOf({ types = [], members, values, items }: Shape, user: string): Json {
  const kinds: string[] = [...types];
  if (members || values) kinds.push("object");
  if (items) kinds.push("array");
  if (kinds.length === 0) return {};
  return {
    type: kinds.length === 1 ? kinds[0] : kinds,
    ...(members && memberSchemas(members, user)),
    ...(values && { additionalProperties: schemaOf(values, user) }),
    ...(items && { items: schemaOf(items, user) }),
  };
}

function memberSchemas(members: NonNullable<Shape["members"]>, user: string): Json {
  const all = Object.entries(members);
  const visible = all.filter(([, { by }]) => by === undefined || by === user);
  return {
    properties: Object.fromEntries(visible.map(([name, { shape }]) => [name, schemaOf(shape, user)])),
    required: visible.filter(([, { optional }]) => !optional).map(([name]) => name),
    ...(visible.length < all.length && { additionalProperties: {} }),
  };
}

const levels = [
  { depth: 6, members: 60 },
  { depth: 4, members: 40 },
  { depth: 3, members: 30 },
  { depth: 2, members: 20 },
  { depth: 1, members: 12 },
];

const nothing = new Set(["unknown", "unknown[]", "Record<string, unknown>", "{}"]);

/** @returns the type as a model reads it, as deep as it fits into `maxChars`; undefined if it says nothing */
export function seenText(shape: Shape, user: string, maxChars: number): string | undefined {
  const schema = schemaOf(shape, user);
  for (const level of levels) {
    try {
      const options = { ...level, choices: 10, comment: 0, direction: "response" as const };
      const text = typeText(schema, options, noNames(maxChars));
      if (text.length <= maxChars) return nothing.has(text) ? undefined : text;
    } catch (error) {
      if (!(error instanceof Overflow)) throw error;
    }
  }
  return undefined;
}
