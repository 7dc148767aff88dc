/**
 * Evaluates expressions as far as the result is certain: constants, objects and arrays with spreads, ternaries, texts
 * with holes, helper functions of the program. Never runs code, and always ends: it counts its steps, and a value that
 * depends on itself is unknown.
 */
import type { AnyNode, Identifier } from "acorn";
import { globalNames } from "../../terms/program.ts";
import { globalObjects } from "../free-names.ts";
import type { Binding, Scopes, Step } from "../scopes.ts";
import { plainKey } from "../walk.ts";
import { callValue } from "./built-ins.ts";
import { afterUses } from "./mutation.ts";
import { absent, alternatives, type Known, literal, type Member, unknown } from "../../request/known.ts";
import {
  type Evaluation,
  type Frame,
  awaited,
  choice,
  isGiven,
  maxTextChars,
  spreadInto,
  text,
  textParts,
  truthOf,
} from "./value.ts";

/** Expressions that are looked at for one value, and for all values of a program: beyond, a value is unknown. */
const maxSteps = 20_000;
const maxStepsInAll = 100_000;
/** Nodes and uses that are looked at beside that, to see what the program does to a value. */
const maxLooks = 200_000;
const maxDepth = 60;

export class Evaluator implements Evaluation {
  readonly scopes: Scopes;
  /** Functions that a run may call: their parameters named after a global are that global. */
  readonly #entries: ReadonlySet<AnyNode>;
  #frame: Frame = new Map();
  #steps = 0;
  #stepsInAll = 0;
  #looks = 0;
  #depth = 0;
  readonly #active = new Set<object>();
  /** Names whose value is made from an earlier one of theirs. */
  readonly #built = new Set<object>();

  constructor(scopes: Scopes, entries: ReadonlySet<AnyNode>) {
    this.scopes = scopes;
    this.#entries = entries;
  }

  within<T>(frame: Frame, work: () => T): T {
    const outer = this.#frame;
    this.#frame = new Map([...outer, ...frame]);
    try {
      return work();
    } finally {
      this.#frame = outer;
    }
  }

  isSpent(looks: number): boolean {
    this.#looks += looks;
    return this.#looks > maxLooks;
  }

  evaluate(node: AnyNode): Known {
    if (this.#depth === 0) this.#steps = 0;
    if (++this.#steps > maxSteps || ++this.#stepsInAll > maxStepsInAll) return unknown;
    if (this.#depth >= maxDepth || this.#active.has(node)) return unknown;
    this.#active.add(node);
    this.#depth++;
    try {
      return this.#value(node);
    } finally {
      this.#depth--;
      this.#active.delete(node);
    }
  }

  #value(node: AnyNode): Known {
    switch (node.type) {
      case "ParenthesizedExpression":
      case "ChainExpression":
        return this.evaluate(node.expression);
      case "AwaitExpression":
        return awaited(this.evaluate(node.argument));
      case "Literal":
        if (typeof node.value === "string" && node.value.length > maxTextChars)
          return { kind: "some", type: "string" };
        return typeof node.value === "object" && node.value !== null ? unknown : literal(node.value ?? null);
      case "TemplateLiteral":
        return text(
          node.quasis.flatMap((quasi, index) => {
            const hole = node.expressions[index];
            const cooked = quasi.value.cooked ?? quasi.value.raw;
            return hole ? [cooked, ...textParts(this.evaluate(hole))] : [cooked];
          }),
        );
      case "Identifier":
        return this.#identifier(node);
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        return { kind: "function", fn: node };
      case "ConditionalExpression":
        return choice([this.evaluate(node.consequent), this.evaluate(node.alternate)]);
      case "LogicalExpression":
        return this.#logical(node.operator, this.evaluate(node.left), this.evaluate(node.right));
      case "SequenceExpression":
        return this.evaluate(node.expressions.at(-1) as AnyNode);
      case "AssignmentExpression":
        return node.operator === "=" ? this.evaluate(node.right) : unknown;
      case "BinaryExpression":
        return this.#binary(node.operator, node.left as AnyNode, node.right);
      case "UnaryExpression":
        return this.#unary(node.operator, node.argument);
      case "UpdateExpression":
        return { kind: "some", type: "number" };
      case "ArrayExpression":
        return this.#array(node.elements);
      case "ObjectExpression":
        return this.#object(node.properties);
      case "MemberExpression":
        return this.#member(node);
      case "CallExpression":
      case "NewExpression":
        return callValue(node, this);
      default:
        return unknown;
    }
  }

  #identifier(node: Identifier): Known {
    const binding = this.scopes.references.get(node);
    if (binding) return this.#bound(binding);
    if (node.name === "undefined") return absent;
    if (this.scopes.replaces(node.name)) return unknown;
    return globalValue(node.name);
  }

  /** What a name may hold, after everything that the program does to it. */
  #bound(binding: Binding): Known {
    if (this.#active.has(binding)) {
      this.#built.add(binding);
      return unknown;
    }
    // What is built up step by step (`url += "/1"`, `url = url + "/1"`) need never be used half-built.
    if (binding.assigned.includes(undefined)) return unknown;
    this.#active.add(binding);
    try {
      const values = [this.#origin(binding)];
      for (const node of binding.assigned) values.push(node ? this.evaluate(node) : unknown);
      return this.#built.delete(binding) ? unknown : afterUses(choice(values), binding, this);
    } finally {
      this.#active.delete(binding);
    }
  }

  #origin(binding: Binding): Known {
    const { origin } = binding;
    switch (origin.from) {
      case "expression":
        return this.#take(this.evaluate(origin.node), binding.steps);
      case "each":
        return this.#take(this.#frame.get(origin.loop)?.[0] ?? unknown, binding.steps);
      case "parameter": {
        if (this.scopes.readArguments.has(origin.fn)) return unknown;
        const known = this.#frame.get(origin.fn);
        if (known) return this.#take(known[origin.index] ?? absent, binding.steps);
        if (!this.#entries.has(origin.fn)) return unknown;
        // A run passes the globals: to the parameters with their names, or as one object.
        if (binding.steps.length === 0 && isGlobal(binding.name)) return globalValue(binding.name);
        return this.#take({ kind: "global", name: "globalThis" }, binding.steps);
      }
      case "function":
        return { kind: "function", fn: origin.fn };
      case "elsewhere":
        return unknown;
    }
  }

  #take(value: Known, steps: readonly Step[]): Known {
    let taken = value;
    for (const step of steps) {
      if ("unclear" in step) return unknown;
      if ("key" in step) taken = choice(alternatives(taken).map((one) => this.#memberOf(one, step.key)));
      else if ("rest" in step) {
        if (taken.kind !== "object") return unknown;
        const members = new Map([...taken.members].filter(([name]) => !step.rest.has(name)));
        taken = { ...taken, members };
      } else {
        const { preset } = step;
        taken = choice(
          alternatives(taken).map((one) => (one.kind === "absent" ? this.evaluate(preset) : one)),
        );
      }
    }
    return taken;
  }

  #memberOf(value: Known, key: string): Known {
    switch (value.kind) {
      case "object": {
        const member = value.members.get(key);
        if (!member) return value.open ? unknown : absent;
        return member.sure ? member.value : choice([member.value, value.open ? unknown : absent]);
      }
      case "array":
        return /^\d+$/.test(key) && !value.open ? (value.items[Number(key)] ?? unknown) : unknown;
      case "global":
        if (value.name === "apis") return { kind: "client", api: key };
        return globalObjects.has(value.name) && isGlobal(key) ? globalValue(key) : unknown;
      case "client":
        return { ...value, kind: "method", name: key };
      default:
        return unknown;
    }
  }

  #member(node: Extract<AnyNode, { type: "MemberExpression" }>): Known {
    const object = this.evaluate(node.object as AnyNode);
    if (!node.computed) {
      const name = plainKey(node.property as AnyNode, false);
      return name === undefined
        ? unknown
        : choice(alternatives(object).map((one) => this.#memberOf(one, name)));
    }
    const keys = alternatives(this.evaluate(node.property as AnyNode));
    return choice(
      keys.map((key) =>
        key.kind === "literal" ? this.#memberOf(object, String(key.value)) : this.#anyMember(object),
      ),
    );
  }

  /** `table[key]` with a key that is not known. */
  #anyMember(object: Known): Known {
    if (object.kind === "object" && !object.open && object.members.size > 0)
      return choice([...object.members.values()].map(({ value }) => value));
    if (object.kind === "array" && !object.open && object.items.length > 0) return choice(object.items);
    return unknown;
  }

  #logical(operator: string, left: Known, right: Known): Known {
    if (operator === "&&") {
      const known = truthOf(left);
      if (known === undefined) return choice([{ kind: "some", type: "falsy" }, right]);
      return known ? right : left;
    }
    const holds = operator === "||" ? truthOf : isGiven;
    const options = alternatives(left);
    if (options.every((one) => holds(one) === true)) return left;
    return choice([...options.filter((one) => holds(one) !== false), right]);
  }

  #binary(operator: string, left: AnyNode, right: AnyNode): Known {
    if (operator !== "+") {
      const comparing = /^(?:[=!]==?|[<>]=?|in|instanceof)$/.test(operator);
      return { kind: "some", type: comparing ? "boolean" : "number" };
    }
    const one = this.evaluate(left);
    const other = this.evaluate(right);
    if (one.kind === "literal" && other.kind === "literal") {
      if (typeof one.value === "number" && typeof other.value === "number")
        return literal(one.value + other.value);
      return text([String(one.value), String(other.value)]);
    }
    return isText(one) || isText(other) ? text([...textParts(one), ...textParts(other)]) : unknown;
  }

  #unary(operator: string, argument: AnyNode): Known {
    if (operator === "void") return absent;
    if (operator === "!" || operator === "delete") return { kind: "some", type: "boolean" };
    if (operator === "typeof") return { kind: "some", type: "string" };
    const value = this.evaluate(argument);
    if (operator === "-" && value.kind === "literal" && typeof value.value === "number")
      return literal(-value.value);
    return { kind: "some", type: "number" };
  }

  #array(elements: readonly (AnyNode | null)[]): Known {
    const items: Known[] = [];
    let open = false;
    for (const element of elements) {
      if (element?.type !== "SpreadElement") {
        items.push(element ? this.evaluate(element) : absent);
        continue;
      }
      const spread = this.evaluate(element.argument);
      if (spread.kind === "array") items.push(...spread.items);
      open ||= spread.kind !== "array" || spread.open;
    }
    return items.length > 500 ? { kind: "array", items: [], open: true } : { kind: "array", items, open };
  }

  #object(properties: Extract<AnyNode, { type: "ObjectExpression" }>["properties"]): Known {
    const members = new Map<string, Member>();
    let open = false;
    for (const property of properties) {
      if (property.type === "SpreadElement") {
        open = spreadInto(members, this.evaluate(property.argument)) || open;
        continue;
      }
      const key = this.#keyOf(property);
      const value = property.kind === "init" ? this.evaluate(property.value) : unknown;
      // `__proto__: x` adds no member: it gives the object all those of `x`.
      const isProto = key === "__proto__" && !property.computed && !property.shorthand && !property.method;
      if (key === undefined || isProto) open = true;
      else members.set(key, { value, sure: true });
    }
    return { kind: "object", members, open };
  }

  #keyOf(property: Extract<AnyNode, { type: "Property" }>): string | undefined {
    const plain = plainKey(property.key as AnyNode, property.computed);
    if (plain !== undefined) return plain;
    const value = this.evaluate(property.key as AnyNode);
    return value.kind === "literal" ? String(value.value) : undefined;
  }
}

function isGlobal(name: string): boolean {
  return (globalNames as readonly string[]).includes(name);
}

function globalValue(name: string): Known {
  return name === "api" ? { kind: "client", api: undefined } : { kind: "global", name };
}

function isText(value: Known): boolean {
  return value.kind === "text" || (value.kind === "literal" && typeof value.value === "string");
}
