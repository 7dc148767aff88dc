/**
 * Judges a value by a schema of the document, as far as one can be sure: what is open passes, and so does everything
 * under a construct that cannot be decided simply. The API itself has the last word. Pure; reads only the parts of a
 * schema that the value reaches.
 */
import type { SchemaObject } from "../spec/openapi.ts";
import { isNeeded } from "../spec/read/required.ts";
import { listsMembers, schemasOf, shapeOf, type Shape } from "../spec/read/shape.ts";
import { subtypeFor, subtypesOf } from "../spec/read/subtypes.ts";
import {
  isMissing,
  isSure,
  type Known,
  type KnownObject,
  type Member,
  type Primitive,
  valueOf,
} from "./known.ts";
import { onceFor } from "../terms/once.ts";
import { nearestNames, plain } from "./nearest.ts";
import { atMost, inAll, type Problem, severityOf } from "./problem.ts";

/** Deeper than anything that a person writes; recursive schemas end with their value. */
const maxDepth = 30;
/** Values that are in many places, or in themselves, are judged in each: what is left then passes. */
const maxSteps = 20_000;
const maxProblems = 8;

export interface Manner {
  /** Parameters and forms are text on the wire: 7 and "7" are the same there. */
  asText: boolean;
  /** Of several ways that a value can turn out, one that fits is enough: which ones go together is not known. */
  lenient?: boolean;
  /** How many more values are looked at; the judge's own. */
  budget?: { steps: number };
}

/** What most values have. */
const fine: Problem[] = [];

/**
 * @param at the argument in words: `body.labels[0]`
 * @returns the first problems; all of them hold for every way in which the value can turn out
 */
export function judge(schema: SchemaObject, value: Known, at: string, asked: Manner, depth = 0): Problem[] {
  const { budget = { steps: maxSteps } } = asked;
  if (depth > maxDepth || budget.steps-- <= 0) return fine;
  const manner = asked.budget ? asked : { ...asked, budget };
  const inner: Inner = (one, held = value, place = at, how = manner) =>
    judge(one, held, place, how, depth + 1);
  if (value.kind === "choice") {
    const problems = inAll(value, (one) => inner(schema, one));
    return manner.lenient && problems.every((one) => one.atMost === "warn") ? fine : problems;
  }
  if (!/^(?:literal|object|array|some)$/.test(value.kind)) return fine;
  const shape = shapeOf(schema);
  const { types, unions, choices, items } = shape;
  const lists = (type: string) => types.size === 0 || types.has(type);
  const wrong = (type: string, given?: Primitive): Problem[] => [
    { kind: "wrong-type", at, value: given, type, types: [...types] },
  ];
  switch (value.kind) {
    case "literal": {
      const given = value.value;
      const { asText } = manner;
      if (given === null)
        return asText || shape.nullable || types.size === 0 || unions.length > 0 || choices?.includes(null)
          ? fine
          : wrong("null");
      const text = String(given);
      const isText = typeof given === "string";
      // Before the values of an enum: the document has large integers as text, too.
      if (isText && !asText && types.has("integer") && !types.has("string") && /^-?\d{16,}$/.test(text))
        return [{ kind: "digits", at, value: text, types: [...types] }];
      if (choices)
        return choices.some((choice) => String(choice) === text)
          ? fine
          : [{ kind: "not-one-of", at, value: given, choices }];
      if (unions.length > 0) return judgeUnions(shape, value, at, manner, inner);
      const type = typeof given === "bigint" ? "number" : typeof given;
      const isWhole = type === "number" && (typeof given === "bigint" || Number.isInteger(given));
      if (lists(type) || types.has("file") || (isWhole && types.has("integer"))) return fine;
      if (asText) {
        if (types.has("object")) return fine;
        // One value is a list of one, and a list that the code has joined itself is sent as it is.
        if (types.has("array"))
          return types.size > 1 || !items || (type === "string" && text.includes(",")) ? fine : inner(items);
        return [...types].some((one) => reads[one]?.(text) ?? true)
          ? fine
          : [{ kind: "unreadable", at, value: given, types: [...types] }];
      }
      return wrong(type, given);
    }
    case "array": {
      if (unions.length > 0) return judgeUnions(shape, value, at, manner, inner);
      if (!lists("array")) return wrong("array");
      const problems: Problem[] = [];
      for (const [index, item] of items ? value.items.entries() : []) {
        if (problems.length >= maxProblems) break;
        problems.push(...inner(items as SchemaObject, item, `${at}[${index}]`));
      }
      return problems;
    }
    case "object": {
      if (choices) return fine;
      if (!lists("object") && !listsMembers(shape) && unions.length === 0) return wrong("object");
      const problems = memberProblems(schema, shape, value, at);
      problems.push(...judgeUnions(shape, value, at, manner, inner));
      const subtype = subtypeFor(schema, (name) => literalIn(value, name));
      // Names are judged over the subtype and the schema itself.
      if (subtype) problems.push(...inner(subtype).filter((problem) => !isDoubtful(problem)));
      for (const [name, member] of value.members) {
        if (problems.length >= maxProblems) break;
        const listed = schemasOf(shape, name);
        for (const one of listed.length === 0 && shape.rest ? [shape.rest] : listed)
          problems.push(...inner(one, valueOf(member), `${at}.${name}`));
      }
      return problems;
    }
    case "some": {
      const isOpen =
        manner.asText || unions.length > 0 || choices || !/^(?:number|boolean)$/.test(value.type);
      const isFit =
        lists(value.type) || types.has("file") || (value.type === "number" && types.has("integer"));
      return isOpen || isFit ? fine : wrong(value.type);
    }
    default:
      return fine;
  }
}

/** Judges by a part of the schema, one level deeper; what is left out is the same as outside. */
type Inner = (schema: SchemaObject, value?: Known, at?: string, manner?: Manner) => Problem[];

/** Whether a text can be read as a type. */
const reads: Record<string, (text: string) => boolean> = {
  integer: (text) => /^[+-]?\d+$/.test(text),
  number: (text) => text.trim() !== "" && Number.isFinite(Number(text)),
  boolean: (text) => /^(?:true|false|0|1)$/i.test(text),
};

function memberProblems(
  schema: SchemaObject,
  shape: Shape,
  { members, open }: KnownObject,
  at: string,
): Problem[] {
  const known = members.size > 0 ? listedBy(schema) : undefined;
  const unlisted = known
    ? [...members].flatMap(([name, member]) => (known.has(name) || isMissing(member) ? [] : name))
    : [];
  const strangers =
    unlisted.length > 0
      ? withoutSubtypes(schema, unlisted, (name) => literalIn({ members }, name))
      : unlisted;
  const needed = [...(open ? [] : shape.required)].filter(
    (name) => isMissing(members.get(name)) && isNeeded(schemasOf(shape, name)),
  );
  const { missing, unknown } = paired(needed, strangers);
  const names = [...(known ?? [])];
  return [
    ...missing.map((one): Problem => ({ kind: "missing", at, ...one })),
    ...unknown.flatMap((name) => doubted(members.get(name), [{ kind: "unknown-member", at, name, names }])),
  ];
}

/** Names that neither the subtype lists which is singled out, nor, if none is, any. */
function withoutSubtypes(schema: SchemaObject, names: string[], given: (name: string) => unknown): string[] {
  const one = subtypeFor(schema, given);
  const subtypes = one ? [one] : [...subtypesOf(schema).values()];
  const listed = subtypes.map(listedBy);
  return names.filter((name) => !listed.some((known) => !known || known.has(name)));
}

/** The value of a member, where it is known. */
function literalIn({ members }: Pick<KnownObject, "members">, name: string): unknown {
  const value = members.get(name)?.value;
  return value?.kind === "literal" ? value.value : undefined;
}

/** Problems with the name of a member, which are certain if the member is. */
export function doubted(member: Member | undefined, problems: Problem[]): Problem[] {
  return isSure(member) ? problems : atMost("warn", problems);
}

/** Names that are missing, each with the one that likely stands in its place, and those that stand for none. */
export function paired(needed: readonly string[], strangers: readonly string[]) {
  const missing = needed.map((name) => {
    const short = plain(name);
    const alike = (one: string) => plain(one).includes(short) || short.includes(plain(one));
    return { name, instead: nearestNames(strangers, name, 1)[0] ?? strangers.find(alike) };
  });
  const unknown = strangers.filter((name) => !missing.some(({ instead }) => instead === name));
  return { missing, unknown };
}

/** One alternative that fits is enough. Where one is singled out by its constants, its problems count as they are. */
function judgeUnions(shape: Shape, value: Known, at: string, manner: Manner, inner: Inner): Problem[] {
  return shape.unions.flatMap((options): Problem[] => {
    const [only] = options;
    if (only && options.length === 1) {
      // A union of one was one of more: it does not speak for values of another kind.
      const { types } = shapeOf(only);
      return value.kind === "array" && types.size > 0 && !types.has("array") ? fine : inner(only);
    }
    const judged: Problem[][] = [];
    for (const option of options) {
      const problems = inner(option, value, at, { ...manner, lenient: true }).filter(
        (problem) => !isFilledInBy(shape, problem, at),
      );
      // One alternative may list a name that another does not: names are judged over all of them.
      if (problems.every(isDoubtful)) return fine;
      if (value.kind !== "object" || holdsObjects(option)) judged.push(problems);
    }
    const own = value.kind === "object" ? [...value.members.keys()].map((name) => `${at}.${name}`) : [at];
    const ruledOut = (problem: Problem) => problem.kind === "not-one-of" && own.includes(problem.at);
    const live = judged.filter((problems) => !problems.some(ruledOut));
    const [first = fine, ...others] =
      live.length > 0 ? live : judged.map((problems) => problems.filter(ruledOut));
    const common = first.flatMap((problem): Problem[] => {
      const same = others.flatMap(
        (problems) => problems.find((other) => keyOf(other) === keyOf(problem)) ?? [],
      );
      if (same.length < others.length) return [];
      if (problem.kind !== "not-one-of") return [problem];
      // None of the values that any alternative allows.
      const choices = [problem, ...same].flatMap((one) => ("choices" in one ? one.choices : []));
      return [{ ...problem, choices }];
    });
    if (common.length > 0) return common.filter((problem) => !isDoubtful(problem));
    const literal = value.kind === "literal" ? value.value : undefined;
    return [{ kind: "no-form", at, value: literal, forms: options.length, first: live[0]?.[0] }];
  });
}

/** What an alternative requires may be listed beside it: there it says that the server has the value. */
function isFilledInBy(shape: Shape, problem: Problem, at: string): boolean {
  if (problem.kind !== "missing" || problem.at !== at) return false;
  const listed = schemasOf(shape, problem.name);
  return listed.length > 0 && !isNeeded(listed);
}

const isDoubtful = (problem: Problem) => severityOf(problem) === "once";

const keyOf = ({ kind, at, name }: { kind: string; at?: string; name?: string }) =>
  JSON.stringify([kind, at, name]);

const listedBy = onceFor((schema: SchemaObject) => namesOf(schema));

/** Every name that an object of this schema may have as a member; undefined if there may be any. */
function namesOf(schema: SchemaObject, above: readonly SchemaObject[] = []): Set<string> | undefined {
  const shape = shapeOf(schema);
  if (shape.open || above.includes(schema)) return undefined;
  const options = shape.unions.flat().filter(holdsObjects);
  // Not an object at all: that is another problem.
  if (options.length === 0 && !listsMembers(shape)) return undefined;
  const names = new Set(shape.holders.flatMap((holder) => Object.keys(holder)));
  for (const option of options) {
    const inner = namesOf(option, [...above, schema]);
    // An alternative that only says which members are required adds none of its own.
    if (!inner && !onlyRequires(option)) return undefined;
    for (const name of inner ?? []) names.add(name);
  }
  return names;
}

function onlyRequires(schema: SchemaObject): boolean {
  return Object.keys(schema).every((key) => ["required", "title", "description", "not"].includes(key));
}

/** Whether a value of this schema can be an object. */
function holdsObjects(schema: SchemaObject): boolean {
  const shape = shapeOf(schema);
  if (shape.choices) return false;
  return shape.types.size === 0 || shape.types.has("object") || listsMembers(shape);
}
