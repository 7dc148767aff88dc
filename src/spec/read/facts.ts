/** What a schema asks of a value beside its type, in words: for the comment behind a member. Pure. */
import type { SchemaObject } from "../openapi.ts";
import { isObject, type Json } from "../objects.ts";
import { short } from "./comment.ts";

/** Formats that say no more than the type. */
const plainFormats =
  /^(?:u?int(?:8|16|32|64)?|integer|float|double|number|decimal|string|text|binary|enum|boolean)$/;

const maxPatternChars = 100;
const maxExampleChars = 40;

/**
 * Every constraint, in the order in which they are read.
 * @param isRequest of an answer only the format counts: nobody has to keep to the rest
 */
export function factsOf(schema: SchemaObject, isRequest: boolean): string[] {
  const facts = new Set<string>();
  collect(schema, isRequest, facts, 0);
  return [...facts];
}

function collect(schema: SchemaObject, isRequest: boolean, facts: Set<string>, depth: number): void {
  if (schema.deprecated === true) facts.add("deprecated");
  const format = schema.format;
  if (format === "byte" || schema.contentEncoding === "base64") facts.add("base64");
  else if (typeof format === "string" && !plainFormats.test(format)) facts.add(short(format, 40));
  if (isRequest) constraints(schema, facts);
  const { items, allOf } = schema;
  if (depth > 4) return;
  if (isObject(items) && isPlain(items)) {
    const each = new Set<string>();
    collect(items, isRequest, each, depth + 1);
    if (each.size > 0) facts.add(`each ${[...each].join(", ")}`);
  }
  if (Array.isArray(allOf))
    for (const part of allOf as unknown[]) if (isObject(part)) collect(part, isRequest, facts, depth + 1);
}

/** Members of an object have comments of their own. */
function isPlain(schema: SchemaObject): boolean {
  return !("properties" in schema) && !("allOf" in schema);
}

function constraints(schema: SchemaObject, facts: Set<string>): void {
  const given = schema.default;
  if (given !== undefined) {
    const text = JSON.stringify(given) ?? "";
    if (text.length <= 80) facts.add(`default ${text}`);
  }
  const numbers = schema as Json;
  const number = (key: string) => (typeof numbers[key] === "number" ? numbers[key] : undefined);
  bound(facts, schema, "minimum", "exclusiveMinimum", "min", ">");
  bound(facts, schema, "maximum", "exclusiveMaximum", "max", "<");
  const step = number("multipleOf");
  if (step !== undefined && step !== 1) facts.add(`multiple of ${step}`);
  for (const [what, unit] of [
    ["Length", "chars"],
    ["Items", "items"],
    ["Properties", "members"],
  ] as const) {
    const least = number(`min${what}`);
    const most = number(`max${what}`);
    if (least !== undefined && least === most) facts.add(`exactly ${least} ${unit}`);
    else {
      if (least !== undefined && least > 0) facts.add(`min ${least} ${unit}`);
      if (most !== undefined) facts.add(`max ${most} ${unit}`);
    }
  }
  if (schema.uniqueItems === true) facts.add("unique");
  if (typeof schema.pattern === "string") facts.add(`/${short(schema.pattern, maxPatternChars)}/`);
  const example = schema.example ?? (Array.isArray(schema.examples) ? schema.examples[0] : undefined);
  if (typeof example === "string" && example.length <= maxExampleChars && !schema.enum && !schema.format)
    facts.add(`e.g. ${JSON.stringify(example)}`);
}

/** In OpenAPI 3.0 an exclusive bound is a flag beside the number. */
function bound(
  facts: Set<string>,
  schema: SchemaObject,
  inclusive: string,
  exclusive: string,
  word: string,
  sign: string,
): void {
  const { [inclusive]: value, [exclusive]: strict } = schema as Json;
  if (typeof strict === "number") facts.add(`${sign} ${strict}`);
  if (typeof value === "number") facts.add(strict === true ? `${sign} ${value}` : `${word} ${value}`);
}
