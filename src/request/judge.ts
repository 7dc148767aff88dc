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
  if (choices) {
    const isAmong = choices.some((choice) => choice === value || String(choice) === String(value));
    return isAmong ? fine : [{ kind: "not-one-of", at, value, choices }];
  }
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
  const needed = [...shape.required].filter(
    (name) => isMissing(value.members.get(name)) && isNeeded(schemasOf(shape, name)),
  );
  const { missing, unknown } = paired(value.open ? [] : needed, strangers);
  const names = [...(known ?? [])];
  return [
    ...missing.map((one): Problem => ({ kind: "missing", at, ...one })),
    ...unknown.map((name): Problem => ({ kind: "unknown-member", at, name, names })),
  ];
}

/** Names that are missing, each with the one that likely stands in its place, and those that stand for none. */
export function paired(needed: readonly string[], strangers: readonly string[]) {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const alike = (name: string) =>
    strangers.find((one) => plain(one).includes(plain(name)) || plain(name).includes(plain(one)));
  const missing = needed.map((name) => ({
    name,
    instead: nearestNames(strangers, name, 1)[0] ?? alike(name),
  }));
  const unknown = strangers.filter((name) => !missing.some(({ instead }) => instead === name));
  return { missing, unknown };
}

/** One alternative that fits is enough. Where one is singled out by its constants, its problems count as they are. */
function judgeUnion(shape: Shape, value: Known, at: string, manner: Manner, depth: number): Problem[] {
  return shape.unions.flatMap((options): Problem[] => {
    const [only] = options;
    if (only && options.length === 1) {
      // A union of one was one of more: of another kind of value the document has stopped speaking.
      const { types } = shapeOf(only);
      if (value.kind === "array" && types.size > 0 && !types.has("array")) return fine;
      return judge(only, value, at, manner, depth + 1);
    }
    const judged: Problem[][] = [];
    for (const option of options) {
      const problems = judge(option, value, at, { ...manner, lenient: true }, depth + 1);
      // What one alternative does not know another one may: the names are looked at over all of them.
      if (problems.every(isDoubtful)) return fine;
      if (value.kind !== "object" || holdsObjects(option)) judged.push(problems);
    }
    const own = value.kind === "object" ? [...value.members.keys()].map((name) => `${at}.${name}`) : [at];
    const ruledOut = (problem: Problem) => problem.kind === "not-one-of" && own.includes(problem.at);
    const live = judged.filter((problems) => !problems.some(ruledOut));
    const [first = fine, ...others] =
      live.length > 0 ? live : judged.map((problems) => problems.filter(ruledOut));
    const common = first.flatMap((problem): Problem[] => {
      const same = others.flatMap((problems) => problems.find((other) => isSame(problem, other)) ?? []);
      if (same.length < others.length) return [];
      // None of the values that any alternative allows.
      const choices = [problem, ...same].flatMap((one) => ("choices" in one ? one.choices : []));
      return [problem.kind === "not-one-of" ? { ...problem, choices } : problem];
    });
    if (common.length > 0) return common.filter((problem) => !isDoubtful(problem));
    const literal = value.kind === "literal" ? value.value : undefined;
    return [{ kind: "no-form", at, value: literal, forms: options.length, first: live[0]?.[0] }];
  });
}

const isDoubtful = (problem: Problem) => severityOf(problem) === "once";

function isSame(one: Problem, other: Problem): boolean {
  const placeOf = (problem: { kind: string; at?: string; name?: string }) =>
    JSON.stringify([problem.kind, problem.at, problem.name]);
  return placeOf(one) === placeOf(other);
}

function wrongType(at: string, type: string, types: ReadonlySet<string>, value?: Primitive): Problem {
  return { kind: "wrong-type", at, value, type, types: [...types] };
}

function typeOf(value: NonNullable<Primitive>): string {
  return typeof value === "bigint" ? "number" : typeof value;
}

function fitsOne(types: ReadonlySet<string>, value: NonNullable<Primitive>): boolean {
  if (types.has(typeOf(value)) || types.has("file")) return true;
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
