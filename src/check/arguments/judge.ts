/**
 * Judges what is known of a value by a schema. Only what is certain for every way that the value can turn out is a
 * problem; how far it is trusted follows the table in docs/check.md.
 */
import { nearestNames } from "../../request/nearest.ts";
import type { Json } from "../../spec/objects.ts";
import { alternatives, type Member, type Value } from "../values/value.ts";
import { block, once, type Problem, warn } from "./problem.ts";
import { holdsObjects, namesOf, shapeOf, type Shape } from "./shape.ts";

/** Deeper than anything that a person writes. */
const maxDepth = 24;

export interface Manner {
  /** Parameters and forms are text on the wire: 7 and "7" are the same there. */
  asText: boolean;
  /** Of several ways that a value can turn out, one that fits is enough: which ones go together is not known. */
  lenient?: boolean;
}

/** @param at the argument in words: `body.labels[0]` */
export function judge(schema: Json, value: Value, at: string, manner: Manner, depth = 0): Problem[] {
  if (depth > maxDepth) return [];
  if (value.kind === "choice") {
    const judged = value.of.map((one) => judge(schema, one, at, manner, depth + 1));
    return manner.lenient && judged.some((problems) => problems.length === 0) ? [] : judged.flat();
  }
  switch (value.kind) {
    case "literal":
      return value.value === null ? [] : judgeLiteral(schema, value.value, at, manner, depth);
    case "object":
      return judgeObject(schema, value, at, manner, depth);
    case "array": {
      const { types, items, unions } = shapeOf(schema);
      if (unions.length > 0) return judgeUnion(shapeOf(schema), value, at, manner, depth);
      if (types.size > 0 && !types.has("array"))
        return [warn(`${at} is an array, ${wanted(types)} is wanted`)];
      if (!items) return [];
      return value.items.flatMap((item, index) => judge(items, item, `${at}[${index}]`, manner, depth + 1));
    }
    case "some": {
      const { types, unions, choices } = shapeOf(schema);
      if (manner.asText || unions.length > 0 || choices || types.size === 0) return [];
      if (value.type === "number" || value.type === "boolean")
        return fits(types, value.type) ? [] : [warn(`${at} is a ${value.type}, ${wanted(types)} is wanted`)];
      return [];
    }
    default:
      return [];
  }
}

function judgeLiteral(
  schema: Json,
  value: Exclude<Extract<Value, { kind: "literal" }>["value"], null>,
  at: string,
  manner: Manner,
  depth: number,
): Problem[] {
  const shape = shapeOf(schema);
  if (shape.choices) return isAmong(shape.choices, value) ? [] : [block(notOneOf(at, value, shape.choices))];
  if (shape.unions.length > 0) return judgeUnion(shape, { kind: "literal", value }, at, manner, depth);
  const type = typeof value === "bigint" ? "number" : typeof value;
  if (shape.types.size === 0 || fits(shape.types, type)) return [];
  if (manner.asText)
    return textFits(shape.types, String(value)) ? [] : [warn(mismatch(at, value, shape.types))];
  return [warn(mismatch(at, value, shape.types))];
}

function judgeObject(
  schema: Json,
  value: Extract<Value, { kind: "object" }>,
  at: string,
  manner: Manner,
  depth: number,
): Problem[] {
  const shape = shapeOf(schema);
  if (shape.choices) return [];
  if (
    shape.types.size > 0 &&
    !shape.types.has("object") &&
    shape.properties.size === 0 &&
    shape.unions.length === 0
  )
    return [warn(`${at} is an object, ${wanted(shape.types)} is wanted`)];
  const problems = shape.unions.length > 0 ? judgeUnion(shape, value, at, manner, depth) : [];
  for (const [name, schemas] of shape.properties) {
    const member = value.members.get(name);
    if (member)
      for (const one of schemas)
        problems.push(...judge(one, member.value, `${at}.${name}`, manner, depth + 1));
  }
  return [...memberProblems(schema, shape, value, at), ...problems];
}

function memberProblems(
  schema: Json,
  shape: Shape,
  value: Extract<Value, { kind: "object" }>,
  at: string,
): Problem[] {
  const known = namesOf(schema);
  const strangers = known
    ? [...value.members].filter(([name, member]) => !known.has(name) && isThere(member))
    : [];
  const problems: Problem[] = [];
  const explained = new Set<string>();
  if (!value.open)
    for (const name of shape.required) {
      const property = shape.properties.get(name);
      if (!property || isSetByServer(property) || !isMissing(value.members.get(name))) continue;
      const [instead] = nearestNames(
        strangers.map(([stranger]) => stranger),
        name,
        1,
      );
      if (instead !== undefined) explained.add(instead);
      problems.push(
        block(`${at}.${name} is missing${instead === undefined ? "" : ` (you gave ${instead})`}`),
      );
    }
  for (const [name] of strangers)
    if (!explained.has(name))
      problems.push(once(name, `${at}.${name} is not known${didYouMean([...(known ?? [])], name)}`));
  return problems;
}

/** One alternative that fits is enough. Where one is singled out by its constants, its problems count as they are. */
function judgeUnion(shape: Shape, value: Value, at: string, manner: Manner, depth: number): Problem[] {
  return shape.unions.flatMap((options) => {
    const [only] = options;
    if (only && options.length === 1) {
      // A union of one was one of more: of another kind of value the document has stopped speaking.
      const { types } = shapeOf(only);
      if (value.kind === "array" && types.size > 0 && !types.has("array")) return [];
      return judge(only, value, at, manner, depth + 1);
    }
    const judged = options.map((option) => ({
      option,
      problems: judge(option, value, at, { ...manner, lenient: true }, depth + 1),
    }));
    if (judged.some(({ problems }) => problems.every(({ severity }) => severity === "once"))) {
      // What one alternative does not know another one may: the names are looked at over all of them.
      return [];
    }
    if (value.kind === "literal") return literalMisfit(options, value.value, at);
    const objects = judged.filter(({ option }) => holdsObjects(option));
    if (value.kind !== "object" || objects.length === 0)
      return [warn(`${at} fits none of its ${options.length} forms`)];
    const live = objects.filter(({ option }) => !contradicts(option, value));
    if (live.length === 0) return discriminatorMisfit(objects, value, at);
    if (live.length === 1) return (live[0]?.problems ?? []).filter(({ severity }) => severity !== "once");
    const [first, ...others] = live;
    const common = (first?.problems ?? []).filter((problem) =>
      others.every(({ problems }) => problems.some(({ text }) => text === problem.text)),
    );
    if (common.length > 0) return common.filter(({ severity }) => severity !== "once");
    return [warn(`${at} fits none of its ${options.length} forms (${first?.problems[0]?.text ?? ""})`)];
  });
}

/** A literal that no alternative takes: certain where all of them list their values. */
function literalMisfit(options: Json[], value: unknown, at: string): Problem[] {
  const choices: unknown[] = [];
  for (const option of options) {
    const shape = shapeOf(option);
    if (!shape.choices) return [warn(`${at}: ${shown(value)} fits none of its ${options.length} forms`)];
    choices.push(...shape.choices);
  }
  return [block(notOneOf(at, value, choices))];
}

/** Whether a member's constant rules the alternative out. */
function contradicts(option: Json, value: Extract<Value, { kind: "object" }>): boolean {
  for (const [name, schemas] of shapeOf(option).properties) {
    const member = value.members.get(name);
    if (!member?.sure || member.value.kind !== "literal") continue;
    const literal = member.value.value;
    for (const schema of schemas) {
      const { choices } = shapeOf(schema);
      if (choices && !isAmong(choices, literal)) return true;
    }
  }
  return false;
}

function discriminatorMisfit(
  objects: { option: Json }[],
  value: Extract<Value, { kind: "object" }>,
  at: string,
): Problem[] {
  for (const [name, member] of value.members) {
    if (member.value.kind !== "literal") continue;
    const literal = member.value.value;
    const lists = objects.map(({ option }) =>
      (shapeOf(option).properties.get(name) ?? []).map((schema) => shapeOf(schema).choices).find(Boolean),
    );
    if (lists.every((list) => list && !isAmong(list, literal)))
      return [
        block(
          notOneOf(
            `${at}.${name}`,
            literal,
            lists.flatMap((list) => list ?? []),
          ),
        ),
      ];
  }
  return [warn(`${at} fits none of its ${objects.length} forms`)];
}

function isSetByServer(schemas: Json[]): boolean {
  return schemas.some((schema) => schema["readOnly"] === true || schema["default"] !== undefined);
}

/** Certain not to be there: not written, or undefined in every way. */
export function isMissing(member: Member | undefined): boolean {
  return !member || alternatives(member.value).every(({ kind }) => kind === "absent");
}

/** Certain to be there in one way at least. */
export function isThere(member: Member): boolean {
  return !alternatives(member.value).every(({ kind }) => kind === "absent");
}

export function didYouMean(names: readonly string[], asked: string): string {
  const near = nearestNames(names, asked);
  if (near.length > 0) return `; did you mean ${near.join(" or ")}?`;
  if (names.length === 0) return "; there are none";
  const listed = names.slice(0, 15).join(", ");
  return `; known are ${listed}${names.length > 15 ? ` and ${names.length - 15} more` : ""}`;
}

function isAmong(choices: readonly unknown[], value: unknown): boolean {
  return choices.some((choice) => choice === value || String(choice) === String(value));
}

/** What is wrong with a value, and all that may stand there instead. */
export function notOneOf(at: string, value: unknown, choices: readonly unknown[]): string {
  const distinct = [...new Set(choices.map((choice) => JSON.stringify(choice)))];
  const more = distinct.length > 20 ? ` and ${distinct.length - 20} more` : "";
  const near =
    distinct.length > 20 && typeof value === "string"
      ? nearestNames(choices.map(String), value, 3).map((name) => JSON.stringify(name))
      : [];
  const hint = near.length > 0 ? ` (near: ${near.join(", ")})` : "";
  return `${at}: ${shown(value)} is not one of ${distinct.slice(0, 20).join(", ")}${more}${hint}`;
}

function fits(types: ReadonlySet<string>, type: string): boolean {
  return types.has(type) || (type === "number" && types.has("integer")) || types.has("file");
}

function textFits(types: ReadonlySet<string>, text: string): boolean {
  return [...types].some((type) => {
    if (type === "integer") return /^[+-]?\d+$/.test(text);
    if (type === "number") return text.trim() !== "" && Number.isFinite(Number(text));
    if (type === "boolean") return /^(?:true|false|0|1)$/i.test(text);
    return true;
  });
}

function mismatch(at: string, value: unknown, types: ReadonlySet<string>): string {
  return `${at}: ${shown(value)} is a ${typeof value}, ${wanted(types)} is wanted`;
}

function wanted(types: ReadonlySet<string>): string {
  return [...types].map((type) => `${/^[aio]/.test(type) ? "an" : "a"} ${type}`).join(" or ");
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
