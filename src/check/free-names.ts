/**
 * Which names a program takes from outside, so that only the catalogs it can reach are shipped to its isolate.
 * Where it is not certain, a name counts as taken: shipping too much costs milliseconds, too little breaks the run.
 */
import type { AnyNode, Pattern, Program as Tree } from "acorn";
import { anyName, globalNames } from "../terms/program.ts";
import { forEachChild, isFunction, staticMember, unwrap } from "./walk.ts";

export interface Names {
  freeNames: Set<string>;
  apiNames: Set<string>;
}

interface Scope {
  names: Set<string>;
  parent: Scope | undefined;
  /** Takes the `var`s from the blocks below it. */
  isFunction: boolean;
}

/** Objects that hold every global as a member. */
const globalObjects = new Set(["globalThis", "self", "window", "global"]);
const known: ReadonlySet<string> = new Set(globalNames);

export function findNames(tree: Tree): Names {
  const finder = new Finder();
  finder.visit(tree, { names: new Set(), parent: undefined, isFunction: true });
  return finder.resolve();
}

class Finder {
  readonly #references: { name: string; scope: Scope; whole: boolean }[] = [];
  readonly #freeNames = new Set<string>();
  readonly #apiNames = new Set<string>();
  /** Every `context.specs` that stands in a `context.specs.github`; by itself it may go anywhere. */
  readonly #followed = new Set<AnyNode>();

  resolve(): Names {
    for (const { name, scope, whole } of this.#references) {
      if (isDeclared(name, scope)) continue;
      this.#freeNames.add(name);
      if (whole) this.#whole(name);
    }
    return { freeNames: this.#freeNames, apiNames: this.#apiNames };
  }

  /** A name used by itself: what it holds may be reached by any member. */
  #whole(name: string): void {
    if (name === "specs" || name === "apis") this.#apiNames.add(anyName);
    if (globalObjects.has(name)) {
      this.#freeNames.add(anyName);
      this.#apiNames.add(anyName);
    }
  }

  visit(node: AnyNode, scope: Scope): void {
    if (isFunction(node)) return this.#function(node, scope);
    switch (node.type) {
      case "Identifier":
        this.#references.push({ name: node.name, scope, whole: true });
        return;
      case "MemberExpression":
        return this.#member(node, scope);
      case "Property":
      case "MethodDefinition":
      case "PropertyDefinition":
        if (node.computed) this.visit(node.key, scope);
        if (node.value) this.visit(node.value, scope);
        return;
      case "ClassDeclaration":
      case "ClassExpression": {
        if (node.type === "ClassDeclaration" && node.id) scope.names.add(node.id.name);
        const inner = open(scope, false);
        if (node.id) inner.names.add(node.id.name);
        if (node.superClass) this.visit(node.superClass, inner);
        this.visit(node.body, inner);
        return;
      }
      case "VariableDeclaration":
        for (const { id, init } of node.declarations) {
          this.#declare(id, node.kind === "var" ? functionScope(scope) : scope, scope);
          if (init) this.#initialise(id, init, scope);
        }
        return;
      case "CatchClause": {
        const inner = open(scope, false);
        if (node.param) this.#declare(node.param, inner, inner);
        this.visit(node.body, inner);
        return;
      }
      case "BlockStatement":
      case "StaticBlock":
      case "SwitchStatement":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement": {
        const inner = open(scope, node.type === "StaticBlock");
        forEachChild(node, (child) => this.visit(child, inner));
        return;
      }
      case "LabeledStatement":
        return this.visit(node.body, scope);
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
        return;
      case "ExportSpecifier":
        return this.visit(node.local, scope);
      default:
        forEachChild(node, (child) => this.visit(child, scope));
    }
  }

  #function(node: Extract<AnyNode, { params: Pattern[] }>, scope: Scope): void {
    const inner = open(scope, true);
    if (node.type === "FunctionDeclaration" && node.id) scope.names.add(node.id.name);
    else if (node.type === "FunctionExpression" && node.id) inner.names.add(node.id.name);
    for (const param of node.params) this.#parameter(param, inner);
    this.visit(node.body, inner);
  }

  /** Any function may be the one that is called with the globals: a parameter with the name of one may be it. */
  #parameter(param: Pattern, scope: Scope): void {
    this.#declare(param, scope, scope);
    for (const name of known) if (scope.names.has(name)) scope.names.delete(name);
    if (param.type !== "ObjectPattern") return;
    for (const property of param.properties) {
      if (property.type === "RestElement") continue;
      const key = unwrap(property.key as AnyNode);
      if (property.computed || key.type !== "Identifier" || !known.has(key.name)) continue;
      if (key.name === "specs" || key.name === "apis") this.#destructured(property.value as Pattern);
      this.#freeNames.add(key.name);
    }
  }

  /** `{ github } = specs`: the keys are the names of APIs. A plain name is followed like the global itself. */
  #destructured(pattern: Pattern): void {
    if (pattern.type === "Identifier") {
      if (pattern.name !== "specs" && pattern.name !== "apis") this.#apiNames.add(anyName);
      return;
    }
    if (pattern.type !== "ObjectPattern") return void this.#apiNames.add(anyName);
    for (const property of pattern.properties) {
      const key = property.type === "Property" && !property.computed ? property.key : undefined;
      this.#apiNames.add(key?.type === "Identifier" ? key.name : anyName);
    }
  }

  #initialise(id: Pattern, init: AnyNode, scope: Scope): void {
    const value = unwrap(init);
    const name = value.type === "Identifier" ? value.name : staticMember(value);
    if ((name === "specs" || name === "apis") && id.type === "ObjectPattern") {
      this.#destructured(id);
      if (value.type === "Identifier") this.#references.push({ name, scope, whole: false });
      else this.#freeNames.add(name);
      return;
    }
    if (value.type === "Identifier" && globalObjects.has(value.name) && id.type === "ObjectPattern")
      for (const property of id.properties) if (property.type === "RestElement") this.#whole(value.name);
    this.visit(init, scope);
  }

  #member(node: Extract<AnyNode, { type: "MemberExpression" }>, scope: Scope): void {
    const object = unwrap(node.object as AnyNode);
    const name = staticMember(node);
    const holder = object.type === "Identifier" ? object.name : staticMember(object);
    if (holder === "specs" || holder === "apis") {
      this.#apiNames.add(name ?? anyName);
      this.#followed.add(object);
    }
    // `context.spec`, `globalThis.spec`: whatever the object is, the member may be the global.
    if (name !== undefined && known.has(name)) {
      this.#freeNames.add(name);
      if ((name === "specs" || name === "apis") && !this.#followed.has(node)) this.#apiNames.add(anyName);
    }
    const named = name !== undefined;
    if (object.type === "Identifier") {
      const whole = globalObjects.has(holder ?? "") ? !named : false;
      this.#references.push({ name: object.name, scope, whole });
    } else this.visit(node.object, scope);
    if (node.computed) this.visit(node.property, scope);
  }

  #declare(pattern: Pattern, target: Scope, scope: Scope): void {
    switch (pattern.type) {
      case "Identifier":
        target.names.add(pattern.name);
        return;
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type === "RestElement") this.#declare(property.argument, target, scope);
          else {
            if (property.computed) this.visit(property.key, scope);
            this.#declare(property.value as Pattern, target, scope);
          }
        }
        return;
      case "ArrayPattern":
        for (const element of pattern.elements) if (element) this.#declare(element, target, scope);
        return;
      case "RestElement":
        return this.#declare(pattern.argument, target, scope);
      case "AssignmentPattern":
        this.#declare(pattern.left, target, scope);
        return this.visit(pattern.right, scope);
      default:
        return this.visit(pattern, scope);
    }
  }
}

function open(parent: Scope, ofFunction: boolean): Scope {
  return { names: new Set(), parent, isFunction: ofFunction };
}

function functionScope(scope: Scope): Scope {
  let found = scope;
  while (!found.isFunction && found.parent) found = found.parent;
  return found;
}

function isDeclared(name: string, scope: Scope): boolean {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.names.has(name)) return true;
  return false;
}
