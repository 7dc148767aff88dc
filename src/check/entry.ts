/**
 * Decides what the value of a program is, as its writer meant it: the default export, the `return`, the final
 * expression, or the function that it declares and never calls. Rewrites the program into the body of a function
 * that returns this value; a function as the value is called with the globals by the harness.
 */
import type { AnyNode, Identifier, ModuleDeclaration, Pattern, Program as Tree, Statement } from "acorn";
import type { Edits } from "./edits.ts";
import { type GlobalName, globalNames } from "../terms/program.ts";
import { type FunctionNode, isFunction, staticMember, unwrap, walk } from "./walk.ts";

type TopLevel = Statement | ModuleDeclaration;

export interface Entry {
  /** Expression to return after the last statement, if the statements do not return by themselves. */
  returned: string | undefined;
  /** See `Program.parameters`. */
  parameters: (GlobalName | undefined)[];
  /** The parameters that are handed the object of all globals, where they are names. */
  holders: Identifier[];
}

/** Of several functions that nobody calls, one of these names is the program; else the last one is. */
const mainNames = ["main", "run", "execute", "search", "handler", "default"];

/** Notes the changes in `edits`. `free` is a name that the code does not use. */
export function findEntry(tree: Tree, edits: Edits, free: string): Entry {
  // Each gets a name of its own; the last one is the program.
  const exported = tree.body
    .flatMap((node, index) => defaultExport(node, edits, `${free}${index === 0 ? "" : `_${index}`}`) ?? [])
    .at(-1);
  if (exported) {
    const fn = exported.fn ?? topLevelFunctions(tree).find(({ name }) => name === exported.name)?.fn;
    return { returned: exported.name, ...parametersOf(fn) };
  }
  const uncalled = findUncalled(tree);
  for (const node of tree.body.toReversed()) {
    const declared = declarationIn(node);
    if (uncalled.some((candidate) => candidate.node === declared)) {
      const main = mainNames.map((name) => uncalled.find((one) => one.name === name)).find(Boolean);
      const chosen = main ?? uncalled.at(-1);
      return chosen ? { returned: chosen.name, ...parametersOf(chosen.fn) } : nothing;
    }
    if (declared.type === "VariableDeclaration") return { ...nothing, returned: lastDeclared(declared) };
    if (isSkipped(declared)) continue;
    returnLast(declared, edits);
    const value = declared.type === "ExpressionStatement" ? unwrap(declared.expression) : declared;
    const named = value.type === "Identifier" ? functionNamed(tree, value.name) : value;
    return { returned: undefined, ...parametersOf(named && isFunction(named) ? named : undefined) };
  }
  return nothing;
}

const nothing: Entry = { returned: undefined, parameters: [], holders: [] };

/** Statements that say nothing about the value. Functions here are called by somebody. */
function isSkipped(node: AnyNode): boolean {
  return (
    node.type === "EmptyStatement" || node.type === "FunctionDeclaration" || node.type === "ClassDeclaration"
  );
}

/** Turns `export default …` and `module.exports = …` into declarations; removes other `export`s. */
function defaultExport(
  node: TopLevel,
  edits: Edits,
  free: string,
): { name: string; fn?: FunctionNode } | undefined {
  if (node.type === "ExportNamedDeclaration") {
    edits.blank(node.start, node.declaration?.start ?? node.end);
    const renamed = node.specifiers.find(({ exported }) => "name" in exported && exported.name === "default");
    return renamed && "name" in renamed.local ? { name: renamed.local.name } : undefined;
  }
  if (node.type === "ExportDefaultDeclaration") {
    const { declaration } = node;
    edits.blank(node.start, declaration.start);
    if ("id" in declaration && declaration.id && declaration.type.endsWith("Declaration"))
      return { name: declaration.id.name };
    return assigned(declaration, edits, free);
  }
  if (node.type !== "ExpressionStatement") return undefined;
  const { expression } = node;
  if (expression.type !== "AssignmentExpression" || !isModuleExports(expression.left)) return undefined;
  edits.blank(node.start, expression.right.start);
  return assigned(expression.right, edits, free);
}

function assigned(value: AnyNode, edits: Edits, free: string): { name: string; fn?: FunctionNode } {
  edits.insert(value.start, `const ${free} = (`);
  edits.insert(value.end, ");");
  const inner = unwrap(value);
  return isFunction(inner) ? { name: free, fn: inner } : { name: free };
}

function isModuleExports(node: AnyNode): boolean {
  if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return false;
  const member = staticMember(node);
  return node.object.name === "module"
    ? member === "exports"
    : node.object.name === "exports" && member === "default";
}

/** The statement without its `export`. */
function declarationIn(node: TopLevel): AnyNode {
  return node.type === "ExportNamedDeclaration" && node.declaration ? node.declaration : node;
}

interface NamedFunction {
  name: string;
  fn: FunctionNode;
  /** The declaration that it stands in. */
  node: AnyNode;
}

function topLevelFunctions(tree: Tree): NamedFunction[] {
  return tree.body.flatMap((statement): NamedFunction[] => {
    const node =
      statement.type === "ExportDefaultDeclaration" ? statement.declaration : declarationIn(statement);
    if (node.type === "FunctionDeclaration" && node.id) return [{ name: node.id.name, fn: node, node }];
    if (node.type !== "VariableDeclaration") return [];
    return node.declarations.flatMap(({ id, init }) => {
      const fn = init ? unwrap(init) : undefined;
      return fn && isFunction(fn) && id.type === "Identifier" ? [{ name: id.name, fn, node }] : [];
    });
  });
}

function functionNamed(tree: Tree, name: string): FunctionNode | undefined {
  return topLevelFunctions(tree).find((candidate) => candidate.name === name)?.fn;
}

/** How often each name stands in a part of the code. Goes by name alone: a shadowed one counts too. */
function countNames(node: AnyNode): Map<string, number> {
  const counts = new Map<string, number>();
  walk(node, (each) => {
    if (each.type === "Identifier") counts.set(each.name, (counts.get(each.name) ?? 0) + 1);
  });
  return counts;
}

/** Functions of the top level that nothing outside their own declaration names. */
function findUncalled(tree: Tree): NamedFunction[] {
  const functions = topLevelFunctions(tree);
  if (functions.length === 0) return [];
  const everywhere = countNames(tree);
  return functions.filter(({ name, node }) => everywhere.get(name) === countNames(node).get(name));
}

function parametersOf(fn: FunctionNode | undefined): Pick<Entry, "parameters" | "holders"> {
  const parameters: Entry["parameters"] = [];
  const holders: Identifier[] = [];
  for (const param of fn?.params ?? []) {
    const target = param.type === "AssignmentPattern" ? param.left : param;
    const named = target.type === "Identifier" ? target : undefined;
    const global = globalNames.find((name) => name === named?.name);
    parameters.push(global);
    if (named && !global) holders.push(named);
  }
  return { parameters, holders };
}

/** `const { data, headers } = …` as the last statement: what it declares is what the writer wanted to see. */
function lastDeclared(node: Extract<AnyNode, { type: "VariableDeclaration" }>): string | undefined {
  const names = node.declarations.at(-1);
  if (!names) return undefined;
  const declared = namesIn(names.id);
  if (names.id.type === "Identifier") return names.id.name;
  return declared.length === 1 ? declared[0] : `{ ${declared.join(", ")} }`;
}

function namesIn(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === "RestElement" ? property.argument : (property.value as Pattern)),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

/** Puts a `return` before the expression that a statement ends with, in every branch. */
function returnLast(node: AnyNode, edits: Edits): void {
  switch (node.type) {
    case "ExpressionStatement":
      edits.insert(node.expression.start, "return (");
      edits.insert(node.expression.end, ")");
      return;
    case "BlockStatement": {
      const last = node.body.at(-1);
      if (last) returnLast(last, edits);
      return;
    }
    case "IfStatement":
      returnLast(node.consequent, edits);
      if (node.alternate) returnLast(node.alternate, edits);
      return;
    case "TryStatement":
      returnLast(node.block, edits);
      if (node.handler) returnLast(node.handler.body, edits);
  }
}
