/**
 * The lexical scopes of a program: every name with its declaration, its uses and its assignments, and the parent of
 * every node. One pass over the tree, for all code that needs to know what a name refers to. Evaluates nothing.
 */
import type { AnyNode, Identifier, Program as Tree } from "acorn";
import { onceFor } from "../terms/once.ts";
import type { FunctionNode } from "../terms/program.ts";
import { forEachChild, isFunction, plainKey, staticMember, unwrap } from "./walk.ts";

/** Where the value of a binding comes from, before it is taken apart. */
export type Origin =
  | { from: "expression"; node: AnyNode }
  /** One item of a list: `for (const x of node)`. */
  | { from: "each"; loop: AnyNode; node: AnyNode }
  | { from: "parameter"; fn: FunctionNode; index: number }
  | { from: "function"; fn: FunctionNode }
  | { from: "elsewhere" };

/** One step of a destructuring pattern. */
export type Step = { key: string } | { rest: ReadonlySet<string> } | { unclear: true } | { preset: AnyNode };

export interface Binding {
  name: string;
  origin: Origin;
  /** How the value is taken out of its origin. */
  steps: Step[];
  /** Values that are assigned later; undefined where the value is not known (`x += 1`, `[x] = y`, a second `var x`). */
  assigned: (AnyNode | undefined)[];
  /** Uses, without declaration and assignments. */
  uses: Identifier[];
}

interface Scope {
  names: Map<string, Binding>;
  parent: Scope | undefined;
  /** Takes the `var`s from the blocks below it. */
  isFunction: boolean;
}

/** What a pattern does with each name in it. */
type OnName = (id: Identifier, steps: Step[]) => void;

export class Scopes {
  /** Of every node but the tree itself and the names of members, keys and labels. */
  readonly parents = new Map<AnyNode, AnyNode>();
  /** What each use or assignment of a name refers to; undefined for a name that comes from outside. */
  readonly references = new Map<Identifier, Binding | undefined>();
  /** What each declaring identifier declares. Two declarations of a name in one scope share one binding. */
  readonly declarations = new Map<Identifier, Binding>();
  /** Functions that read `arguments`: their parameters may change without being named. */
  readonly readArguments = new Set<AnyNode>();
  readonly #replaced = new Set<string>();
  readonly #pending: { node: Identifier; scope: Scope; assigned?: AnyNode | null }[] = [];

  constructor(tree: Tree) {
    const top: Scope = { names: new Map(), parent: undefined, isFunction: true };
    for (const node of tree.body) this.#visit(node, tree, top);
    for (const { node, scope, assigned } of this.#pending) {
      const binding = lookUp(node.name, scope);
      this.references.set(node, binding);
      if (!binding && node.name === "arguments") this.#addReader(node);
      if (assigned === undefined) binding?.uses.push(node);
      else if (binding) binding.assigned.push(assigned ?? undefined);
      else this.#replaced.add(node.name);
    }
  }

  #addReader(use: AnyNode): void {
    let fn: AnyNode | undefined = use;
    while (fn && (!isFunction(fn) || fn.type === "ArrowFunctionExpression")) fn = this.parents.get(fn);
    if (fn) this.readArguments.add(fn);
  }

  /** Whether the program assigns to a name that it does not declare: the name may no longer be the global. */
  replaces(name: string): boolean {
    return this.#replaced.has(name);
  }

  /** The parent, without parentheses and optional chains. */
  outer(node: AnyNode): AnyNode | undefined {
    let parent = this.parents.get(node);
    while (parent?.type === "ParenthesizedExpression" || parent?.type === "ChainExpression")
      parent = this.parents.get(parent);
    return parent;
  }

  /** The name of the member that the code reads from a node; undefined if it reads none or computes the name. */
  memberOf(node: AnyNode): string | undefined {
    const outer = this.outer(node);
    return outer?.type === "MemberExpression" && unwrap(outer.object as AnyNode) === node
      ? staticMember(outer)
      : undefined;
  }

  #visit(node: AnyNode, parent: AnyNode, scope: Scope): void {
    this.parents.set(node, parent);
    if (isFunction(node)) return this.#function(node, scope);
    switch (node.type) {
      case "Identifier":
        this.#pending.push({ node, scope });
        return;
      case "MemberExpression":
        this.#visit(node.object as AnyNode, node, scope);
        if (node.computed) this.#visit(node.property as AnyNode, node, scope);
        return;
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.computed) this.#visit(node.key, node, scope);
        if (node.value) this.#visit(node.value, node, scope);
        return;
      case "ClassDeclaration":
      case "ClassExpression": {
        const inner = open(scope, false);
        if (node.id)
          this.#declare(node.id, node.type === "ClassDeclaration" ? scope : inner, { from: "elsewhere" }, []);
        if (node.superClass) this.#visit(node.superClass, node, inner);
        return this.#visit(node.body, node, inner);
      }
      case "VariableDeclaration": {
        const target = node.kind === "var" ? functionScope(scope) : scope;
        for (const declarator of node.declarations) {
          const { id, init } = declarator;
          this.parents.set(declarator, node);
          const origin = this.#loopOrigin(node) ?? { from: "expression", node: init ?? absentNode };
          this.#pattern(id, declarator, scope, (name, steps) => this.#declare(name, target, origin, steps));
          if (init) this.#visit(init, declarator, scope);
        }
        return;
      }
      case "CatchClause": {
        const inner = open(scope, false);
        const declare: OnName = (id, steps) => this.#declare(id, inner, { from: "elsewhere" }, steps);
        if (node.param) this.#pattern(node.param, node, inner, declare);
        return this.#visit(node.body, node, inner);
      }
      case "AssignmentExpression":
        this.#assign(node.left as AnyNode, node.operator === "=" ? node.right : null, node, scope);
        return this.#visit(node.right, node, scope);
      case "UpdateExpression":
        return this.#assign(node.argument as AnyNode, null, node, scope);
      case "ForInStatement":
      case "ForOfStatement": {
        const inner = open(scope, false);
        if (node.left.type === "VariableDeclaration") this.#visit(node.left, node, inner);
        else this.#assign(node.left as AnyNode, null, node, inner);
        this.#visit(node.right, node, inner);
        return this.#visit(node.body, node, inner);
      }
      case "BlockStatement":
      case "StaticBlock":
      case "ForStatement":
        return this.#children(node, open(scope, node.type === "StaticBlock"));
      case "SwitchStatement": {
        this.#visit(node.discriminant, node, scope);
        const inner = open(scope, false);
        for (const one of node.cases) this.#visit(one, node, inner);
        return;
      }
      case "LabeledStatement":
        return this.#visit(node.body, node, scope);
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
      case "ExportSpecifier":
        return this.#visit(node.local as AnyNode, node, scope);
      default:
        return this.#children(node, scope);
    }
  }

  #children(node: AnyNode, scope: Scope): void {
    forEachChild(node, (child) => this.#visit(child, node, scope));
  }

  #function(node: FunctionNode, scope: Scope): void {
    // What the defaults of parameters see: nothing that the body declares.
    const head = open(scope, true);
    for (const [index, parameter] of node.params.entries()) {
      const origin: Origin = { from: "parameter", fn: node, index };
      this.#pattern(parameter, node, head, (id, steps) => this.#declare(id, head, origin, steps));
    }
    const own: Origin = { from: "function", fn: node };
    if (node.id && node.type === "FunctionDeclaration") this.#declare(node.id, scope, own, []);
    // A parameter of the same name hides the name of the expression.
    else if (node.id && !head.names.has(node.id.name)) this.#declare(node.id, head, own, []);
    this.#visit(node.body, node, { names: new Map(head.names), parent: head, isFunction: true });
  }

  #declare(id: Identifier, scope: Scope, origin: Origin, steps: Step[]): void {
    const before = scope.names.get(id.name);
    // Declared twice, as `var` or function: it is not clear which declaration applies.
    before?.assigned.push(undefined);
    const binding = before ?? { name: id.name, origin, steps, assigned: [], uses: [] };
    scope.names.set(id.name, binding);
    this.declarations.set(id, binding);
  }

  /** A declaration in the head of a loop. */
  #loopOrigin(node: AnyNode): Origin | undefined {
    const loop = this.parents.get(node);
    if (loop?.type === "ForOfStatement" && loop.left === node)
      return { from: "each", loop, node: loop.right };
    return loop?.type === "ForInStatement" && loop.left === node ? { from: "elsewhere" } : undefined;
  }

  /** @param value assigned to the whole target; null if it is not known */
  #assign(target: AnyNode, value: AnyNode | null, parent: AnyNode, scope: Scope): void {
    this.#pattern(target, parent, scope, (node, steps) =>
      this.#pending.push({ node, scope, assigned: steps.length === 0 ? value : null }),
    );
  }

  /**
   * Goes through what is declared or assigned: calls `onName` with each name, visits defaults and computed keys.
   * @param steps those that lead to this pattern
   */
  #pattern(pattern: AnyNode, parent: AnyNode, scope: Scope, onName: OnName, steps: Step[] = []): void {
    this.parents.set(pattern, parent);
    const below = (inner: AnyNode, ...more: Step[]) =>
      this.#pattern(inner, pattern, scope, onName, more.length > 0 ? [...steps, ...more] : steps);
    switch (pattern.type) {
      case "Identifier":
        return onName(pattern, steps);
      case "ParenthesizedExpression":
        return below(pattern.expression);
      case "ObjectPattern": {
        const taken = new Set<string>();
        for (const property of pattern.properties) {
          if (property.type === "RestElement") {
            below(property.argument, { rest: taken });
            continue;
          }
          const key = plainKey(property.key as AnyNode, property.computed);
          if (property.computed) this.#visit(property.key, pattern, scope);
          if (key !== undefined) taken.add(key);
          below(property.value, key === undefined ? { unclear: true } : { key });
        }
        return;
      }
      case "ArrayPattern":
        for (const [index, element] of pattern.elements.entries())
          if (element?.type === "RestElement") below(element);
          else if (element) below(element, { key: String(index) });
        return;
      case "AssignmentPattern":
        this.#visit(pattern.right, pattern, scope);
        return below(pattern.left, { preset: pattern.right });
      case "RestElement":
        return below(pattern.argument, { unclear: true });
      default:
        return this.#visit(pattern, parent, scope);
    }
  }
}

/** The scopes of a program, found once for each tree. */
export const scopesOf = onceFor((tree: Tree) => new Scopes(tree));

/** Stands for the value of `let x;`. */
const absentNode = { type: "Identifier", name: "undefined", start: 0, end: 0 } as AnyNode;

function open(parent: Scope, ofFunction: boolean): Scope {
  return { names: new Map(), parent, isFunction: ofFunction };
}

function functionScope(scope: Scope): Scope {
  return scope.isFunction || !scope.parent ? scope : functionScope(scope.parent);
}

function lookUp(name: string, scope: Scope): Binding | undefined {
  return scope.names.get(name) ?? (scope.parent && lookUp(name, scope.parent));
}
