/**
 * Judges a value by a schema of the document, as far as one can be sure: what is open passes, and so does everything
 * under a construct that cannot be decided simply. The API itself has the last word. Pure; reads only the parts of a
 * schema that the value reaches.
 */
import type { Json } from "../spec/objects.ts";
import { isNeeded } from "../spec/read/required.ts";
import { holdsObjects, listsMembers, namesOf, schemasOf, shapeOf, type Shape } from "../spec/read/shape.ts";
import { isMissing, type Known, type KnownObject, type Primitive } from "./known.ts";
import { nearestNames } from "./nearest.ts";
import { type Problem, severityOf } from "./problem.ts";

/** Deeper than anything that a person writes; recursive schemas end with their value. */
const maxDepth = 30;
const maxProblems = 8;

export interface Manner {
  /** Parameters and forms are text on the wire: 7 and "7" are the same there. */
  asText: boolean;
  /** Of several ways that a value can turn out, one that fits is enough: which ones go together is not known. */
  lenient?: boolean;
}

/** What most values have. */
const fine: Problem[] = [];

/**
 * @param at the argument in words: `body.labels[0]`
 * @returns the first problems; all of them hold for every way in which the value can turn out
 */
export function judge(schema: Json, value: Known, at: string, manner: Manner, depth = 0): Problem[] {
  if (depth > maxDepth) return fine;
  switch (value.kind) {
    case "choice": {
      const judged = value.of.map((one) => judge(schema, one, at, manner, depth + 1));
      return manner.lenient && judged.some((problems) => problems.length === 0) ? fine : judged.flat();
    }
    case "literal":
      return judgeLiteral(schema, value, at, manner, depth);
    case "object":
      return judgeObject(schema, value, at, manner, depth);
    case "array":
      return judgeArray(schema, value, at, manner, depth);
    case "some": {
      const { types, unions, choices } = shapeOf(schema);
      if (manner.asText || unions.length > 0 || choices || types.size === 0) return fine;
      if (value.type !== "number" && value.type !== "boolean") return fine;
      const isFit =
        types.has(value.type) || types.has("file") || (value.type === "number" && types.has("integer"));
      return isFit ? fine : [wrongType(at, value.type, types)];
    }
    default:
      return fine;
  }
}

function judgeLiteral(
  schema: Json,
  known: Extract<Known, { kind: "literal" }>,
  at: string,
  manner: Manner,
  depth: number,
): Problem[] {
  const { value } = known;
  const shape = shapeOf(schema);
  const { choices, unions, types } = shape;
  if (value === null) {
    const open =
      manner.asText || shape.nullable || types.size === 0 || unions.length > 0 || choices?.includes(null);
    return open ? fine : [wrongType(at, "null", types)];
  }
  if (choices) return isAmong(choices, value) ? fine : [notOneOf(at, value, choices)];
  if (unions.length > 0) return judgeUnion(shape, known, at, manner, depth);
  if (types.size === 0 || fitsOne(types, value)) return fine;
  if (manner.asText) {
    if (types.has("object")) return fine;
    // One value is a list of one, and a list that the code has joined itself is sent as it is.
    if (types.has("array"))
      return types.size > 1 || !shape.items || (typeof value === "string" && value.includes(","))
        ? fine
        : judge(shape.items, known, at, manner, depth + 1);
    return isReadable(types, String(value)) ? fine : [{ kind: "unreadable", at, value, types: [...types] }];
  }
  if (typeof value === "string" && types.has("integer") && /^-?\d{16,}$/.test(value))
    return [{ kind: "digits", at, value, types: [...types] }];
  return [wrongType(at, typeOf(value), types, value)];
}

function judgeArray(
  schema: Json,
  value: Extract<Known, { kind: "array" }>,
  at: string,
  manner: Manner,
  depth: number,
): Problem[] {
  const shape = shapeOf(schema);
  if (shape.unions.length > 0) return judgeUnion(shape, value, at, manner, depth);
  if (shape.types.size > 0 && !shape.types.has("array")) return [wrongType(at, "array", shape.types)];
  if (!shape.items) return fine;
  const problems: Problem[] = [];
  for (const [index, item] of value.items.entries()) {
    if (problems.length >= maxProblems) break;
    problems.push(...judge(shape.items, item, `${at}[${index}]`, manner, depth + 1));
  }
  return problems;
}

function judgeObject(schema: Json, value: KnownObject, at: string, manner: Manner, depth: number): Problem[] {
  const shape = shapeOf(schema);
  if (shape.choices) return fine;
  if (shape.types.size > 0 && !shape.types.has("object") && !listsMembers(shape) && shape.unions.length === 0)
    return [wrongType(at, "object", shape.types)];
  const problems = memberProblems(schema, shape, value, at);
  if (shape.unions.length > 0) problems.push(...judgeUnion(shape, value, at, manner, depth));
  for (const [name, { value: member }] of value.members) {
    if (problems.length >= maxProblems) break;
    const listed = schemasOf(shape, name);
    const schemas = listed.length === 0 && shape.rest ? [shape.rest] : listed;
    for (const one of schemas) problems.push(...judge(one, member, `${at}.${name}`, manner, depth + 1));
  }
  return problems;
}

function memberProblems(schema: Json, shape: Shape, value: KnownObject, at: string): Problem[] {
  const known = value.members.size > 0 ? namesOf(schema) : undefined;
  const strangers: string[] = [];
  if (known)
    for (const [name, member] of value.members)
      if (!known.has(name) && !isMissing(member)) strangers.push(name);
  const problems: Problem[] = [];
  const explained = new Set<string>();
  if (!value.open)
    for (const name of shape.required) {
      if (!isMissing(value.members.get(name)) || !isNeeded(schemasOf(shape, name))) continue;
      const [instead] = nearestNames(strangers, name, 1);
      if (instead !== undefined) explained.add(instead);
      problems.push({ kind: "missing", at, name, instead });
    }
  for (const name of strangers) {
    if (explained.has(name)) continue;
    const names = [...(known ?? [])];
    problems.push({ kind: "unknown-member", at, name, nearest: nearestNames(names, name), names });
  }
  return problems;
}

/** One alternative that fits is enough. Where one is singled out by its constants, its problems count as they are. */
function judgeUnion(shape: Shape, value: Known, at: string, manner: Manner, depth: number): Problem[] {
  return shape.unions.flatMap((options) => {
    const [only] = options;
    if (only && options.length === 1) {
      // A union of one was one of more: of another kind of value the document has stopped speaking.
      const { types } = shapeOf(only);
      if (value.kind === "array" && types.size > 0 && !types.has("array")) return fine;
      return judge(only, value, at, manner, depth + 1);
    }
    const judged: { option: Json; problems: Problem[] }[] = [];
    for (const option of options) {
      const problems = judge(option, value, at, { ...manner, lenient: true }, depth + 1);
      // What one alternative does not know another one may: the names are looked at over all of them.
      if (problems.every(isDoubtful)) return fine;
      judged.push({ option, problems });
    }
    if (value.kind === "literal") return literalMisfit(options, value.value, at);
    const objects = judged.filter(({ option }) => holdsObjects(option));
    if (value.kind !== "object" || objects.length === 0) return [noForm(at, options.length)];
    const live = objects.filter(({ option }) => !contradicts(option, value));
    if (live.length === 0) return discriminatorMisfit(objects, value, at);
    const [first, ...others] = live;
    const common = (first?.problems ?? []).filter((problem) =>
      others.every(({ problems }) => problems.some((other) => isSame(problem, other))),
    );
    if (common.length > 0) return common.filter((problem) => !isDoubtful(problem));
    return [noForm(at, options.length, first?.problems[0])];
  });
}

const isDoubtful = (problem: Problem) => severityOf(problem) === "once";

function isSame(one: Problem, other: Problem): boolean {
  const { kind, at, name } = one as { kind: string; at?: string; name?: string };
  return (
    kind === other.kind && at === (other as { at?: string }).at && name === (other as { name?: string }).name
  );
}

/** A literal that no alternative takes: certain where all of them list their values. */
function literalMisfit(options: Json[], value: Primitive, at: string): Problem[] {
  const choices: unknown[] = [];
  for (const option of options) {
    const shape = shapeOf(option);
    if (!shape.choices) return [{ ...noForm(at, options.length), value }];
    choices.push(...shape.choices);
  }
  return [notOneOf(at, value, choices)];
}

/** Whether a member's constant rules the alternative out. */
function contradicts(option: Json, value: KnownObject): boolean {
  const shape = shapeOf(option);
  for (const [name, member] of value.members) {
    if (!member.sure || member.value.kind !== "literal") continue;
    const literal = member.value.value;
    for (const schema of schemasOf(shape, name)) {
      const { choices } = shapeOf(schema);
      if (choices && !isAmong(choices, literal)) return true;
    }
  }
  return false;
}

function discriminatorMisfit(objects: { option: Json }[], value: KnownObject, at: string): Problem[] {
  for (const [name, member] of value.members) {
    if (member.value.kind !== "literal") continue;
    const literal = member.value.value;
    const lists = objects.map(({ option }) =>
      schemasOf(shapeOf(option), name)
        .map((schema) => shapeOf(schema).choices)
        .find(Boolean),
    );
    if (!lists.every((list) => list && !isAmong(list, literal))) continue;
    const choices = lists.flatMap((list) => list ?? []);
    return [notOneOf(`${at}.${name}`, literal, choices)];
  }
  return [noForm(at, objects.length)];
}

function noForm(at: string, forms: number, first?: Problem): Extract<Problem, { kind: "no-form" }> {
  return { kind: "no-form", at, value: undefined, forms, first };
}

function wrongType(at: string, type: string, types: ReadonlySet<string>, value?: Primitive): Problem {
  return { kind: "wrong-type", at, value, type, types: [...types] };
}

function notOneOf(at: string, value: Primitive, choices: readonly unknown[]): Problem {
  const nearest = typeof value === "string" ? nearestNames(choices.map(String), value) : [];
  return { kind: "not-one-of", at, value, choices, nearest };
}

function isAmong(choices: readonly unknown[], value: Primitive): boolean {
  return choices.some((choice) => choice === value || String(choice) === String(value));
}

function typeOf(value: NonNullable<Primitive>): string {
  return typeof value === "bigint" ? "number" : typeof value;
}

function fitsOne(types: ReadonlySet<string>, value: NonNullable<Primitive>): boolean {
  if (types.has(typeOf(value)) || types.has("file")) return true;
  // What is no number on the wire is told of by itself.
  if (typeof value === "number" && !Number.isFinite(value)) return true;
  return types.has("integer") && (typeof value === "bigint" || Number.isInteger(value));
}

/** Whether a text can be read as one of the types. */
function isReadable(types: ReadonlySet<string>, text: string): boolean {
  return [...types].some((type) => {
    if (type === "integer") return /^[+-]?\d+$/.test(text);
    if (type === "number") return text.trim() !== "" && Number.isFinite(Number(text));
    if (type === "boolean") return /^(?:true|false|0|1)$/i.test(text);
    return true;
  });
}
