/**
 * What a program does to an object or an array after making it. A change that cannot be followed makes the value
 * unknown; uses that only read leave it alone.
 */
import type { AnyNode, Identifier } from "acorn";
import type { Binding } from "../scopes.ts";
import { plainKey, unwrap } from "../walk.ts";
import type { Evaluation } from "./evaluation.ts";
import { choice, type Member, unknown, type Value } from "./value.ts";

/** What one use of a name does to the value. */
type Effect = "none" | "anything" | "more" | { sets: string; value: Value } | { removes: string };

/** Methods that change an array or a map; all other built-in methods only read. */
const changing = new Set(
  "push unshift splice fill copyWithin set append delete add pop shift sort reverse".split(" "),
);

/** Functions that only read their arguments. */
const reading =
  /^(?:JSON\.stringify|structuredClone|String|Number|Boolean|Array\.(?:from|isArray)|Object\.(?:keys|values|entries|freeze|fromEntries)|console\.\w+|Promise\.\w+)$/;

/**
 * @param value that the binding was given
 * @returns what it may be wherever the program uses it
 */
export function afterUses(value: Value, binding: Binding, evaluator: Evaluation): Value {
  if (value.kind === "choice") {
    // The effects apply to each of them.
    return choice(value.of.map((one) => afterUses(one, binding, evaluator)));
  }
  if (value.kind !== "object" && value.kind !== "array") return value;
  const effects = binding.uses.map((use) => effectOf(use, evaluator));
  if (effects.every((effect) => effect === "none")) return value;
  if (effects.includes("anything")) return unknown;
  if (value.kind === "array") return { ...value, open: true, items: [...value.items, unknown] };
  const members = new Map<string, Member>(value.members);
  let { open } = value;
  for (const effect of effects) {
    if (effect === "none" || effect === "anything") continue;
    if (effect === "more") open = true;
    else if ("sets" in effect) {
      const before = members.get(effect.sets);
      const after = before ? choice([before.value, effect.value]) : effect.value;
      members.set(effect.sets, { value: after, sure: before?.sure ?? false });
    } else {
      const before = members.get(effect.removes);
      if (before) members.set(effect.removes, { ...before, sure: false });
    }
  }
  return { kind: "object", members, open };
}

function effectOf(use: Identifier, evaluator: Evaluation): Effect {
  const { scopes } = evaluator;
  const parent = scopes.outer(use);
  switch (parent?.type) {
    case "MemberExpression":
      return unwrap(parent.object as AnyNode) === use ? memberEffect(parent, evaluator) : "none";
    case "CallExpression":
    case "NewExpression":
      return argumentEffect(use, parent, evaluator);
    // The code may change it under its other name.
    case "VariableDeclarator":
      return parent.id.type === "Identifier" ? aliasEffect(parent.id, evaluator) : "none";
    case "AssignmentExpression":
      return unwrap(parent.right) === use ? "anything" : "none";
    default:
      return "none";
  }
}

/** Another name for the same object: harmless if nothing changes it there. */
function aliasEffect(id: Identifier, evaluator: Evaluation): Effect {
  const onlyRead = evaluator.scopes.declarations.get(id)?.uses.every((use) => {
    const parent = evaluator.scopes.outer(use);
    return parent?.type === "MemberExpression" && memberEffect(parent, evaluator) === "none";
  });
  return onlyRead ? "none" : "anything";
}

function memberEffect(member: Extract<AnyNode, { type: "MemberExpression" }>, evaluator: Evaluation): Effect {
  const { scopes } = evaluator;
  const name = plainKey(member.property as AnyNode, member.computed);
  const parent = scopes.outer(member);
  switch (parent?.type) {
    case "AssignmentExpression": {
      if (unwrap(parent.left as AnyNode) !== member) return "none";
      if (name === undefined) return "more";
      return { sets: name, value: parent.operator === "=" ? evaluator.evaluate(parent.right) : unknown };
    }
    case "UpdateExpression":
      return name === undefined ? "more" : { sets: name, value: unknown };
    case "UnaryExpression":
      if (parent.operator !== "delete") return "none";
      return name === undefined ? "anything" : { removes: name };
    case "CallExpression":
      if (unwrap(parent.callee as AnyNode) !== member) return innerEffect(name);
      return name === undefined || changing.has(name) ? "more" : "none";
    case "MemberExpression":
      // `body.labels.push(…)`, `body.meta.x = 1`: something below the member changes.
      return memberEffect(parent, evaluator) === "none" ? "none" : innerEffect(name);
    default:
      return "none";
  }
}

/** The member itself may have been changed. */
function innerEffect(name: string | undefined): Effect {
  return name === undefined ? "more" : { sets: name, value: unknown };
}

function argumentEffect(
  use: Identifier,
  call: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>,
  evaluator: Evaluation,
): Effect {
  const callee = unwrap(call.callee as AnyNode);
  if (callee === use) return "none";
  const target = evaluator.evaluate(callee);
  // The client reads its arguments.
  if (target.kind === "method") return "none";
  if (callee.type === "Identifier" && !evaluator.scopes.references.get(callee))
    return reading.test(callee.name) ? "none" : "anything";
  if (callee.type === "MemberExpression") {
    const object = unwrap(callee.object as AnyNode);
    const name = plainKey(callee.property as AnyNode, callee.computed);
    if (object.type === "Identifier" && !evaluator.scopes.references.get(object)) {
      const full = `${object.name}.${name}`;
      if (reading.test(full)) return "none";
      // Only the first one is written to.
      if (full === "Object.assign") return unwrap(call.arguments[0] as AnyNode) === use ? "anything" : "none";
    }
    // Put into a list.
    if (name === "push" || name === "concat" || name === "includes") return "none";
  }
  return "anything";
}
