/** A JSON Schema as a table for people: every member, its type in words, and its doc comment. Pure. */
import type { DocumentedMembers } from "./doc-comments.ts";

/** The parts of JSON Schema that our schemas are made of. */
export interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

export function membersTable(
  schema: Schema,
  docs: DocumentedMembers,
  links: Record<string, string> = {},
): string {
  return [
    "| member | type | |",
    "| --- | --- | --- |",
    ...rowsOf(schema, docs, links, "").map((cells) => `| ${cells.map(cell).join(" | ")} |`),
  ].join("\n");
}

function rowsOf(
  schema: Schema,
  docs: DocumentedMembers,
  links: Record<string, string>,
  prefix: string,
): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const path = prefix + name;
    const known = docs[name];
    const needed = schema.required?.includes(name) && member.default === undefined ? ", required" : "";
    const preset =
      member.default === undefined || isEmpty(member.default)
        ? ""
        : ` Default: \`${JSON.stringify(member.default)}\`.`;
    const row = [
      `\`${path}\``,
      (links[path] ?? inWords(member)) + needed,
      `${known?.doc ?? ""}${preset}`.trim(),
    ];
    if (links[path] !== undefined) return [row];
    const inner = member.type === "array" ? member.items : member;
    const innerPrefix = member.type === "array" ? `${path}[].` : `${path}.`;
    return [row, ...(inner?.properties ? rowsOf(inner, known?.members ?? {}, links, innerPrefix) : [])];
  });
}

export function inWords(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(inWords))].join(" or ");
  if (schema.type === "array") return `list of ${schema.items ? inWords(schema.items) : "anything"}`;
  if (schema.type === "object") {
    const values = schema.additionalProperties;
    return schema.properties || typeof values !== "object" ? "object" : `object: name → ${inWords(values)}`;
  }
  return schema.type ?? "anything";
}

function isEmpty(value: unknown): boolean {
  return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
