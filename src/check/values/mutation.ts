/**
 * What a program does to an object or an array after making it. Uses that are known to read leave the value alone, under
 * any name; all others make it unknown, or as much of it as they can reach.
 */
import type { AnyNode, Identifier } from "acorn";
import type { Binding } from "../scopes.ts";
import { isFunction, staticMember, unwrap, walk } from "../walk.ts";
import { alternatives, type Known, type Member, unknown, partsOf } from "../../request/known.ts";
import { type Evaluation, choice } from "./value.ts";

type MemberNode = Extract<AnyNode, { type: "MemberExpression" }>;
type CallNode = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;

/** What one use of a name does to the value. */
type Effect = "none" | "anything" | "more" | { sets: string; value: Known } | { removes: string };

/** Functions that only read their arguments, and return nothing of them. */
const reading =
  /^(?:JSON\.stringify|structuredClone|String|Number|Boolean|Array\.isArray|Object\.keys|console\.\w+|fetch|encodeURIComponent)$/;

/** Functions whose result may be or hold what they are given. */
const passing =
  /^(?:Array\.(?:from|of)|Object\.(?:values|entries|freeze|seal|fromEntries)|Promise\.\w+|Map|Set)$/;

/** Those of them whose result holds only the parts. */
const copying = /^(?:Array\.from|Object\.(?:values|entries|fromEntries))$/;

/** Methods of arrays that change nothing themselves; those that take a callback hand it the items. */
const takesCallback = new Set(
  "map forEach filter flatMap find findLast some every reduce toSorted".split(" "),
);
const readingMethods = new Set([
  ...takesCallback,
  ..."flat join includes indexOf slice concat at entries keys values toReversed".split(" "),
]);

/** Places where a value is looked at and goes no further. */
const looking =
  /^(?:Program|ExportDefaultDeclaration|(?:Expression|If|While|DoWhile|For|ForIn|Switch)Statement|SwitchCase|(?:Binary|Unary)Expression|TemplateLiteral)$/;

/** Places where it goes further, as it is or as part of something. */
const handing = /^(?:Property|SpreadElement|(?:Object|Array|Conditional|Logical|Sequence|Await)Expression)$/;

/**
 * @param value that the binding was given
 * @returns what it may be wherever the program uses it
 */
export function afterUses(value: Known, binding: Binding, evaluator: Evaluation): Known {
  // The effects apply to each of them.
  if (value.kind === "choice") return choice(value.of.map((one) => afterUses(one, binding, evaluator)));
  if (value.kind === "nonsense" && value.of) return { ...value, of: afterUses(value.of, binding, evaluator) };
  if (value.kind !== "object" && value.kind !== "array") return value;
  if (evaluator.isSpent(binding.uses.length)) return unknown;
  const effects = binding.uses.map((use) => new Uses(evaluator, binding).effect(use, value));
  if (effects.every((effect) => effect === "none")) return value;
  if (effects.includes("anything")) return unknown;
  if (value.kind === "array")
    return effects.every((effect) => effect === "none" || effect === "more")
      ? { ...value, open: true, items: [...value.items, unknown] }
      : unknown;
  const members = new Map<string, Member>(value.members);
  for (const effect of effects) {
    if (typeof effect === "string") continue;
    if ("sets" in effect) {
      const before = members.get(effect.sets);
      const after = before ? choice([before.value, effect.value]) : effect.value;
      members.set(effect.sets, { value: after, sure: before?.sure ?? false });
    } else {
      const before = members.get(effect.removes);
      if (before) members.set(effect.removes, { ...before, sure: false });
    }
  }
  return { ...value, members };
}

/** The uses of one value, under all names that it gets. */
class Uses {
  readonly #evaluator: Evaluation;
  readonly #seen: Set<Binding>;

  constructor(evaluator: Evaluation, binding: Binding) {
    this.#evaluator = evaluator;
    this.#seen = new Set([binding]);
  }

  effect(use: Identifier, value: Known): Effect {
    const { scopes } = this.#evaluator;
    const member = scopes.outer(use);
    if (member?.type !== "MemberExpression" || unwrap(member.object as AnyNode) !== use)
      return this.#isChanged(use, value) ? "anything" : "none";
    const name = staticMember(member);
    const parent = scopes.outer(member);
    if (
      parent?.type === "AssignmentExpression" &&
      unwrap(parent.left as AnyNode) === member &&
      name !== undefined &&
      name !== "__proto__"
    )
      return {
        sets: name,
        value: parent.operator === "=" ? this.#evaluator.evaluate(parent.right) : unknown,
      };
    if (parent?.type === "UnaryExpression" && parent.operator === "delete")
      return name === undefined ? "anything" : { removes: name };
    const called = parent?.type === "CallExpression" && unwrap(parent.callee as AnyNode) === member;
    if (called && name === "push" && value.kind === "array") return "more";
    if (!this.#isMemberChanged(member, value)) return "none";
    // A method of its own may change all of it.
    return name === undefined || name === "__proto__" || called ? "anything" : { sets: name, value: unknown };
  }

  /**
   * Whether the program may change a value where it is, or wherever it goes from there.
   * @param value undefined if the node holds it somewhere
   */
  #isChanged(node: AnyNode, value?: Known): boolean {
    const { scopes } = this.#evaluator;
    const parent = scopes.outer(node);
    if (this.#evaluator.isSpent(1)) return true;
    if (!parent) return false;
    if (looking.test(parent.type)) return scopes.parents.get(parent)?.type === "TaggedTemplateExpression";
    if (handing.test(parent.type)) {
      if (parent.type === "SpreadElement" && isFlat(value)) return false;
      return this.#isChanged(parent);
    }
    switch (parent.type) {
      case "MemberExpression":
        return unwrap(parent.object as AnyNode) === node && this.#isMemberChanged(parent, value);
      case "CallExpression":
      case "NewExpression":
        return unwrap(parent.callee as AnyNode) !== node && this.#isArgumentChanged(node, parent, value);
      case "VariableDeclarator":
        return !(isFlat(value) && parent.id.type !== "Identifier") && this.#isNamedChanged(parent.id);
      case "ForOfStatement":
        return unwrap(parent.right) !== node || (!isFlat(value) && this.#isNamedChanged(parent.left));
      case "AssignmentExpression":
        return unwrap(parent.right) !== node || this.#isNamedChanged(parent.left) || this.#isChanged(parent);
      case "ReturnStatement":
      case "ArrowFunctionExpression":
        return this.#isResultChanged(parent);
      default:
        return true;
    }
  }

  #isMemberChanged(member: MemberNode, value: Known | undefined): boolean {
    const name = staticMember(member);
    const parent = this.#evaluator.scopes.outer(member);
    if (
      parent?.type === "UpdateExpression" ||
      (parent?.type === "UnaryExpression" && parent.operator === "delete")
    )
      return true;
    if (parent?.type === "CallExpression" && unwrap(parent.callee as AnyNode) === member) {
      if (name === undefined || !readingMethods.has(name)) return true;
      if (takesCallback.has(name)) {
        if (this.#isChangedBy(parent.arguments[0], value)) return true;
      } else if (isFlat(value)) return false;
      return !isFlat(value) && this.#isChanged(parent);
    }
    if (parent && isTarget(parent, member)) return true;
    const part = value?.kind === "object" && name !== undefined ? value.members.get(name)?.value : undefined;
    const isFixed = part ? !isHolder(part) : isFlat(value);
    return !isFixed && this.#isChanged(member, part);
  }

  /** Whether a callback may change the items that it is handed, or the whole list, which is its last parameter. */
  #isChangedBy(callback: AnyNode | undefined, list: Known | undefined): boolean {
    const target = callback && this.#evaluator.evaluate(callback);
    if (target?.kind === "global") return !reading.test(target.name);
    if (target?.kind !== "function") return target?.kind !== "method";
    const { params } = target.fn;
    if (this.#evaluator.scopes.readArguments.has(target.fn)) return true;
    const isHandedList = params.length > 2 || params.some(({ type }) => type === "RestElement");
    return (isHandedList || !isFlat(list)) && params.some((one) => this.#isNamedChanged(one));
  }

  #isArgumentChanged(node: AnyNode, call: CallNode, value: Known | undefined): boolean {
    const { scopes } = this.#evaluator;
    const callee = unwrap(call.callee as AnyNode);
    // The client reads its arguments.
    if (this.#evaluator.evaluate(callee).kind === "method") return false;
    const holder = callee.type === "MemberExpression" ? unwrap(callee.object as AnyNode) : callee;
    const name = staticMember(callee);
    if (name === "includes" || name === "indexOf") return false;
    if (name === "concat") return this.#isChanged(call);
    if (holder.type !== "Identifier" || scopes.references.get(holder)) return true;
    const full = name === undefined ? holder.name : `${holder.name}.${name}`;
    if (reading.test(full) || (isFlat(value) && copying.test(full))) return false;
    // Only the first one is written to.
    if (full === "Object.assign" && unwrap(call.arguments[0] as AnyNode) !== node)
      return !isFlat(value) && this.#isChanged(call);
    return !passing.test(full) || call.arguments.length > 1 || this.#isChanged(call);
  }

  /** The names that a declaration, a pattern or a parameter gives to the value or its parts. */
  #isNamedChanged(pattern: AnyNode): boolean {
    const { scopes } = this.#evaluator;
    let changed = false;
    walk(pattern, (node) => {
      if (node.type === "MemberExpression" || isFunction(node) || this.#evaluator.isSpent(1)) changed = true;
      if (changed) return false;
      if (node.type !== "Identifier") return;
      const binding = scopes.declarations.get(node) ?? scopes.references.get(node);
      if (!binding) changed ||= scopes.references.has(node);
      if (!binding || this.#seen.has(binding)) return;
      this.#seen.add(binding);
      changed ||= binding.uses.some((use) => this.#isChanged(use));
    });
    return changed;
  }

  /** What a function returns goes where it is called, or to the run. */
  #isResultChanged(node: AnyNode): boolean {
    const { scopes } = this.#evaluator;
    let fn: AnyNode | undefined = node;
    while (fn && !isFunction(fn)) fn = scopes.parents.get(fn);
    if (!fn) return false;
    const outer = scopes.outer(fn);
    if (outer?.type === "CallExpression") {
      const callee = unwrap(outer.callee as AnyNode);
      return (callee !== fn && !readingMethods.has(staticMember(callee) ?? "")) || this.#isChanged(outer);
    }
    const id =
      fn.type === "FunctionDeclaration" ? fn.id : outer?.type === "VariableDeclarator" ? outer.id : undefined;
    if (!id) return !/^(?:Program|ExpressionStatement|ExportDefaultDeclaration)$/.test(outer?.type ?? "");
    const binding = id.type === "Identifier" ? scopes.declarations.get(id) : undefined;
    if (!binding) return true;
    if (this.#seen.has(binding)) return false;
    this.#seen.add(binding);
    return binding.uses.some((use) => {
      const call = scopes.outer(use);
      return (
        call?.type !== "CallExpression" || unwrap(call.callee as AnyNode) !== use || this.#isChanged(call)
      );
    });
  }
}

/** Whether a node is what its parent assigns to. */
function isTarget(parent: AnyNode, node: AnyNode): boolean {
  return (
    /Pattern$|^RestElement$/.test(parent.type) ||
    ("left" in parent && /^(?:Assignment|For)/.test(parent.type) && unwrap(parent.left as AnyNode) === node)
  );
}

/** Whether its parts cannot be changed; false if it is not known. */
function isFlat(value: Known | undefined): boolean {
  return value !== undefined && !alternatives(value).flatMap(partsOf).some(isHolder);
}

/** Whether something in it can be changed without the name of what holds it. */
function isHolder(value: Known): boolean {
  return alternatives(value).some(({ kind }) => kind === "object" || kind === "array");
}
