/**
 * Judges a value by a schema of the document, as far as one can be sure: type, enum, required members, items. What
 * the document leaves open passes, and so does everything under a construct that cannot be decided simply: the API
 * itself has the last word. Pure; touches only the parts of a schema that the value reaches.
 */
import { nearestNames } from "../../../request/nearest.ts";
import { isObject } from "./parameters.ts";

/** Deeper than any value that a person writes; recursive schemas end with their value anyway. */
const maxDepth = 30;
const maxProblems = 8;

/**
 * Problems of a value, each naming the argument (`body.records[0].type`), what is wrong and what is allowed.
 * @param asText the value is written as text, in a form: `"5"` and 5 are the same there
 */
export function valueProblems(schema: unknown, value: unknown, at: string, asText = false): string[] {
  const problems: Problems = Object.assign([], { asText });
  judge(record(schema), value, at, problems, 0);
  return problems.slice(0, maxProblems);
}

type Problems = string[] & { asText: boolean };

/** Whether a problem is only that a member is not listed. */
export function isOfUnknownMember(problem: string): boolean {
  return /^[^ :]+ is not known(?:;|$)/.test(problem);
}

/** A value of a path, query, header or cookie parameter: as text on the wire, numbers and strings are the same. */
export function parameterProblems(schema: unknown, value: unknown, at: string): string[] {
  const known = record(schema);
  const choices = enumOf(known);
  if (choices && !Array.isArray(value) && !isObject(value)) {
    return choices.some((choice) => String(choice) === String(value)) ? [] : [notOneOf(at, value, choices)];
  }
  const types = typesOf(known);
  if (types.length === 0) return [];
  if (Array.isArray(value)) {
    if (!types.includes("array")) return [`${at}: an array was given, ${types.join(" or ")} is wanted`];
    return value.flatMap((item, index) => parameterProblems(known["items"], item, `${at}[${index}]`));
  }
  // A list that the code has joined itself is sent as it is.
  if (types.includes("array") && typeof value === "string" && value.includes(",")) return [];
  if (types.includes("array")) return types.length === 1 ? parameterProblems(known["items"], value, at) : [];
  if (types.includes("object")) return [];
  if (isObject(value)) return [`${at}: an object was given, ${types.join(" or ")} is wanted`];
  const text = String(value);
  return types.some((type) => isTextOf(type, text))
    ? []
    : [`${at}: ${shown(value)} is not ${types.map(article).join(" or ")}`];
}

/** The schema of a member, looked for through `allOf`. */
export function member(schema: unknown, name: string): unknown {
  const known = record(schema);
  const properties = record(known["properties"]);
  if (Object.hasOwn(properties, name)) return properties[name];
  for (const part of list(known["allOf"])) {
    const found = member(part, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function record(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function judge(
  schema: Record<string, unknown>,
  value: unknown,
  at: string,
  problems: Problems,
  depth: number,
): void {
  if (depth > maxDepth || problems.length >= maxProblems || value === undefined) return;
  if (value === null) {
    const types = typesOf(schema);
    const open = types.length === 0 || types.includes("null") || schema["nullable"] === true;
    if (!open && !hasAlternatives(schema))
      problems.push(`${at}: null was given, ${types.join(" or ")} is wanted`);
    return;
  }
  const choices = enumOf(schema);
  if (choices && !choices.some((choice) => choice === value || String(choice) === String(value))) {
    problems.push(notOneOf(at, value, choices));
    return;
  }
  const types = typesOf(schema);
  if (
    types.length > 0 &&
    !types.some((type) => isOfType(type, value) || (problems.asText && isTextOf(type, value)))
  ) {
    const large = typeof value === "string" && /^-?\d{16,}$/.test(value) && types.includes("integer");
    problems.push(
      `${at}: ${shown(value)} is ${article(typeName(value))}, ${types.map(article).join(" or ")} is wanted` +
        (large ? `; give BigInt(${shown(value)})` : ""),
    );
    return;
  }
  for (const part of list(schema["allOf"])) judge(record(part), value, at, problems, depth + 1);
  judgeAlternatives(schema, value, at, problems, depth);
  if (Array.isArray(value)) {
    value.forEach((item, index) =>
      judge(record(schema["items"]), item, `${at}[${index}]`, problems, depth + 1),
    );
  } else if (isObject(value)) judgeMembers(schema, value, at, problems, depth);
}

function judgeMembers(
  schema: Record<string, unknown>,
  value: Record<string, unknown>,
  at: string,
  problems: Problems,
  depth: number,
): void {
  const properties = record(schema["properties"]);
  for (const name of list(schema["required"])) {
    if (typeof name !== "string" || value[name] !== undefined) continue;
    if (record(properties[name])["readOnly"] === true) continue;
    const near = nearestNames(
      Object.keys(value).filter((key) => !Object.hasOwn(properties, key)),
      name,
      1,
    );
    problems.push(`${at}.${name} is missing${near.length > 0 ? ` (you gave ${near[0]})` : ""}`);
  }
  const closed = schema["additionalProperties"] === false && !hasAlternatives(schema) && !schema["allOf"];
  for (const [name, item] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) {
      judge(record(properties[name]), item, `${at}.${name}`, problems, depth + 1);
    } else if (closed && item !== undefined && !schema["patternProperties"]) {
      problems.push(`${at}.${name} is not known${suggestion(Object.keys(properties), name)}`);
    } else if (isObject(schema["additionalProperties"])) {
      judge(schema["additionalProperties"], item, `${at}.${name}`, problems, depth + 1);
    }
  }
}

/** One alternative that fits is enough. If none does, the problems are told only where there is a single one left. */
function judgeAlternatives(
  schema: Record<string, unknown>,
  value: unknown,
  at: string,
  problems: Problems,
  depth: number,
): void {
  const alternatives = [...list(schema["oneOf"]), ...list(schema["anyOf"])];
  if (alternatives.length === 0) return;
  let fewest: string[] | undefined;
  for (const alternative of alternatives) {
    const own: Problems = Object.assign([], { asText: problems.asText });
    judge(record(alternative), value, at, own, depth + 1);
    if (own.length === 0) return;
    if (!fewest || own.length < fewest.length) fewest = own;
  }
  if (alternatives.length === 1 && fewest) problems.push(...fewest);
  else
    problems.push(
      `${at}: ${shown(value)} fits none of its ${alternatives.length} forms (${fewest?.[0] ?? ""})`,
    );
}

export function suggestion(names: readonly string[], asked: string): string {
  const near = nearestNames(names, asked);
  if (near.length > 0) return `; did you mean ${near.join(" or ")}?`;
  return names.length > 0 && names.length <= 20 ? `; known are ${names.join(", ")}` : "";
}

function typesOf(schema: Record<string, unknown>): string[] {
  return list([schema["type"]].flat()).filter(
    (type): type is string => typeof type === "string" && type !== "file",
  );
}

function enumOf(schema: Record<string, unknown>): unknown[] | undefined {
  if (schema["const"] !== undefined) return [schema["const"]];
  return Array.isArray(schema["enum"]) && schema["enum"].length > 0 ? schema["enum"] : undefined;
}

function hasAlternatives(schema: Record<string, unknown>): boolean {
  return list(schema["oneOf"]).length > 0 || list(schema["anyOf"]).length > 0;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Bytes and dates stand for the strings that they are sent as. */
function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
    case "number":
      return typeof value === "bigint" || typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return (
        typeof value === "string" || value instanceof Date || ArrayBuffer.isView(value) || isBlobLike(value)
      );
    default:
      return true;
  }
}

/** Whether a value, written as text, can be read as a type. */
function isTextOf(type: string, value: unknown): boolean {
  if (typeof value === "object" || value === undefined) return false;
  const text = String(value as string | number | boolean | bigint);
  if (type === "integer") return /^[+-]?\d+$/.test(text);
  if (type === "number") return text.trim() !== "" && Number.isFinite(Number(text));
  if (type === "boolean") return /^(?:true|false|0|1)$/i.test(text);
  // One value is a list of one.
  return type !== "object";
}

function isBlobLike(value: unknown): boolean {
  return value instanceof Blob || value instanceof ArrayBuffer;
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value;
}

function article(type: string): string {
  return type === "null" ? "null" : `${/^[aio]/.test(type) ? "an" : "a"} ${type}`;
}

function notOneOf(at: string, value: unknown, choices: unknown[]): string {
  const listed = choices.slice(0, 20).map((choice) => JSON.stringify(choice));
  const more = choices.length > 20 ? ` and ${choices.length - 20} more` : "";
  return `${at}: ${shown(value)} is not one of ${listed.join(", ")}${more}`;
}

function shown(value: unknown): string {
  if (isObject(value)) return "an object";
  if (Array.isArray(value)) return "an array";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
