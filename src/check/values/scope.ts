/**
 * Who declares what: every name of a program with its declaration, its uses and its assignments, and the parent of
 * every node. One pass over the tree; nothing is evaluated here.
 */
import type { AnyNode, Identifier, Pattern, Program as Tree } from "acorn";
import { forEachChild, type FunctionNode, isFunction, unwrap } from "../walk.ts";

/** Where the value of a binding comes from, before it is taken apart. */
export type Origin =
  | { from: "expression"; node: AnyNode }
  /** One member of what is iterated over: `for (const x of node)`. */
  | { from: "each"; loop: AnyNode; node: AnyNode }
  | { from: "parameter"; fn: FunctionNode; index: number }
  | { from: "function"; fn: FunctionNode }
  | { from: "elsewhere" };

/** One step of a destructuring pattern. */
export type Step = { key: string } | { rest: string[] } | { unclear: true } | { preset: AnyNode };

export interface Binding {
  name: string;
  origin: Origin;
  /** How the value is taken out of its origin. */
  steps: Step[];
  /** Values that are assigned later; undefined for one that cannot be told (`x += 1`, `[x] = y`). */
  assigned: (AnyNode | undefined)[];
  /** Uses, without declaration and assignments. */
  uses: Identifier[];
}

interface Scope {
  names: Map<string, Binding>;
  parent: Scope | undefined;
  isFunction: boolean;
}

export class Scopes {
  readonly parents = new Map<AnyNode, AnyNode>();
  readonly #bindings = new Map<AnyNode, Binding | undefined>();
  readonly #declarations = new Map<Identifier, Binding>();
  readonly #replaced = new Set<string>();
  readonly #pending: { node: Identifier; scope: Scope; assigned?: AnyNode | null }[] = [];

  constructor(tree: Tree) {
    this.#visit(tree, { names: new Map(), parent: undefined, isFunction: true });
    for (const { node, scope, assigned } of this.#pending) {
      const binding = lookUp(node.name, scope);
      this.#bindings.set(node, binding);
      if (assigned !== undefined && !binding) this.#replaced.add(node.name);
      if (assigned !== undefined) binding?.assigned.push(assigned ?? undefined);
      else binding?.uses.push(node);
    }
  }

  /** Whether a name that nobody declares is assigned: what it holds then is not what came from outside. */
  replaces(name: string): boolean {
    return this.#replaced.has(name);
  }

  /** The declaration that a use of a name refers to; undefined for a name that comes from outside. */
  bindingOf(node: Identifier): Binding | undefined {
    return this.#bindings.get(node);
  }

  /** The binding that a declaration makes. */
  declared(id: Identifier): Binding | undefined {
    return this.#declarations.get(id);
  }

  /** The parent, parentheses and optional chains passed over. */
  outer(node: AnyNode): AnyNode | undefined {
    let parent = this.parents.get(node);
    while (parent?.type === "ParenthesizedExpression" || parent?.type === "ChainExpression")
      parent = this.parents.get(parent);
    return parent;
  }

  #visit(node: AnyNode, scope: Scope): void {
    if (isFunction(node)) return this.#function(node, scope);
    switch (node.type) {
      case "Identifier":
        this.#pending.push({ node, scope });
        return;
      case "MemberExpression":
        this.#child(node.object as AnyNode, node, scope);
        if (node.computed) this.#child(node.property as AnyNode, node, scope);
        else this.parents.set(node.property as AnyNode, node);
        return;
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.computed) this.#child(node.key, node, scope);
        if (node.value) this.#child(node.value, node, scope);
        return;
      case "ClassDeclaration":
      case "ClassExpression": {
        if (node.type === "ClassDeclaration" && node.id)
          this.#declare(node.id, scope, { from: "elsewhere" }, []);
        const inner = open(scope, false);
        if (node.id) this.#declare(node.id, inner, { from: "elsewhere" }, []);
        if (node.superClass) this.#child(node.superClass, node, inner);
        return this.#child(node.body, node, inner);
      }
      case "VariableDeclaration":
        for (const declarator of node.declarations) {
          const target = node.kind === "var" ? functionScope(scope) : scope;
          const { init } = declarator;
          this.parents.set(declarator, node);
          const origin: Origin = init
            ? { from: "expression", node: init }
            : { from: "expression", node: absentNode };
          this.#pattern(declarator.id, target, scope, this.#loopOrigin(node) ?? origin, []);
          if (init) this.#child(init, declarator, scope);
        }
        return;
      case "CatchClause": {
        const inner = open(scope, false);
        if (node.param) this.#pattern(node.param, inner, inner, { from: "elsewhere" }, []);
        return this.#child(node.body, node, inner);
      }
      case "AssignmentExpression":
        this.#assign(node.left as AnyNode, node.operator === "=" ? node.right : null, node, scope);
        return this.#child(node.right, node, scope);
      case "UpdateExpression":
        return this.#assign(node.argument as AnyNode, null, node, scope);
      case "BlockStatement":
      case "StaticBlock":
      case "SwitchStatement":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement": {
        const inner = open(scope, node.type === "StaticBlock");
        if ("left" in node && node.left.type !== "VariableDeclaration") {
          this.#assign(node.left as AnyNode, null, node, inner);
          this.#child(node.right, node, inner);
          return this.#child(node.body, node, inner);
        }
        return this.#children(node, inner);
      }
      case "LabeledStatement":
        return this.#child(node.body, node, scope);
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
      case "ExportSpecifier":
        return this.#child(node.local as AnyNode, node, scope);
      default:
        return this.#children(node, scope);
    }
  }

  #declare(id: Identifier, scope: Scope, origin: Origin, steps: Step[]): void {
    // The same `var` or function twice: which one holds is not clear.
    const sure = scope.names.has(id.name) ? ({ from: "elsewhere" } as const) : origin;
    const binding: Binding = { name: id.name, origin: sure, steps, assigned: [], uses: [] };
    scope.names.set(id.name, binding);
    this.#declarations.set(id, binding);
  }

  #child(child: AnyNode, parent: AnyNode, scope: Scope): void {
    this.parents.set(child, parent);
    this.#visit(child, scope);
  }

  #children(node: AnyNode, scope: Scope): void {
    forEachChild(node, (child) => this.#child(child, node, scope));
  }

  #function(node: FunctionNode, scope: Scope): void {
    const inner = open(scope, true);
    if (node.id) {
      const target = node.type === "FunctionDeclaration" ? scope : inner;
      this.#declare(node.id, target, { from: "function", fn: node }, []);
    }
    for (const [index, parameter] of node.params.entries())
      this.#pattern(parameter, inner, inner, { from: "parameter", fn: node, index }, []);
    this.#child(node.body, node, inner);
  }

  /** A declaration in the head of a loop. */
  #loopOrigin(node: AnyNode): Origin | undefined {
    const loop = this.parents.get(node);
    if (loop?.type === "ForOfStatement" && loop.left === node)
      return { from: "each", loop, node: loop.right };
    return loop?.type === "ForInStatement" && loop.left === node ? { from: "elsewhere" } : undefined;
  }

  #assign(target: AnyNode, value: AnyNode | null, parent: AnyNode, scope: Scope): void {
    const left = unwrap(target);
    this.parents.set(target, parent);
    if (left.type === "Identifier") {
      this.parents.set(left, parent);
      this.#pending.push({ node: left, scope, assigned: value });
    } else if (left.type === "ObjectPattern" || left.type === "ArrayPattern") {
      for (const node of identifiersIn(left)) this.#pending.push({ node, scope, assigned: null });
    } else this.#visit(left, scope);
  }

  #pattern(pattern: Pattern, target: Scope, scope: Scope, origin: Origin, steps: Step[]): void {
    switch (pattern.type) {
      case "Identifier":
        return this.#declare(pattern, target, origin, steps);
      case "ObjectPattern": {
        const taken: string[] = [];
        for (const property of pattern.properties) {
          if (property.type === "RestElement") {
            this.#pattern(property.argument, target, scope, origin, [...steps, { rest: taken }]);
            continue;
          }
          const key = plainKey(property.key as AnyNode, property.computed);
          if (property.computed) this.#child(property.key, property, scope);
          if (key !== undefined) taken.push(key);
          const step: Step = key === undefined ? { unclear: true } : { key };
          this.#pattern(property.value as Pattern, target, scope, origin, [...steps, step]);
        }
        return;
      }
      case "ArrayPattern":
        for (const [index, element] of pattern.elements.entries()) {
          if (!element) continue;
          const step: Step = element.type === "RestElement" ? { unclear: true } : { key: String(index) };
          const inner = element.type === "RestElement" ? element.argument : element;
          this.#pattern(inner, target, scope, origin, [...steps, step]);
        }
        return;
      case "AssignmentPattern":
        this.#child(pattern.right, pattern, scope);
        return this.#pattern(pattern.left, target, scope, origin, [...steps, { preset: pattern.right }]);
      case "RestElement":
        return this.#pattern(pattern.argument, target, scope, origin, [...steps, { unclear: true }]);
      default:
        return;
    }
  }
}

/** Stands for the value of `let x;`. */
export const absentNode = { type: "Identifier", name: "undefined", start: 0, end: 0 } as AnyNode;

/** The name that a key stands for if it is a name, a string or a number. */
export function plainKey(key: AnyNode, computed: boolean): string | undefined {
  const node = unwrap(key);
  if (!computed && node.type === "Identifier") return node.name;
  return node.type === "Literal" && (typeof node.value === "string" || typeof node.value === "number")
    ? String(node.value)
    : undefined;
}

function identifiersIn(pattern: AnyNode): Identifier[] {
  const found: Identifier[] = [];
  const collect = (node: AnyNode): void => {
    if (node.type === "Identifier") found.push(node);
    else if (node.type === "Property") collect(node.value);
    else if (node.type === "AssignmentPattern") collect(node.left);
    else if (node.type !== "MemberExpression") forEachChild(node, collect);
  };
  collect(pattern);
  return found;
}

function open(parent: Scope, ofFunction: boolean): Scope {
  return { names: new Map(), parent, isFunction: ofFunction };
}

function functionScope(scope: Scope): Scope {
  let found = scope;
  while (!found.isFunction && found.parent) found = found.parent;
  return found;
}

function lookUp(name: string, scope: Scope): Binding | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const found = at.names.get(name);
    if (found) return found;
  }
  return undefined;
}
