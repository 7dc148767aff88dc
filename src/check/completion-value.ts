/**
 * Decides which value of a program its author meant: the default export, the `return`, the final expression, or the
 * function that it declares and never calls. Rewrites the program into the body of a function that returns this value.
 * If the value is a function, the harness calls it with the globals.
 */
import type {
  AnyNode,
  AssignmentPattern,
  Identifier,
  ModuleDeclaration,
  Pattern,
  Program as Tree,
  Statement,
} from "acorn";
import { type FunctionNode, type GlobalName, globalNames } from "../terms/program.ts";
import type { Edits } from "./line-preserving-edits.ts";
import type { Scopes } from "./scopes.ts";
import { forEachChild, isFunction, staticMember, unwrap, walk } from "./walk.ts";

type TopLevel = Statement | ModuleDeclaration;

interface Completion {
  /** Expression to return after the last statement, if the statements themselves return nothing. */
  returned: string | undefined;
  /** See `Program.parameters`. */
  parameters: (GlobalName | undefined | null)[];
  /** Names that the program's function gives to the object of all globals, or to the rest of it. */
  holders: Identifier[];
}

/** Among several functions that nothing calls, the first of these names is the program; without one, the last function. */
const mainNames = ["main", "run", "execute", "search", "handler", "default"];

/**
 * @param edits collects the changes that make the program return its value
 * @param unusedName a name that the code does not use, for a value without a name of its own
 * @returns what to return at the end, and what the harness passes to the value if it is a function
 */
export function returnCompletionValue(
  tree: Tree,
  { scopes, edits, unusedName }: { scopes: Scopes; edits: Edits; unusedName: string },
): Completion {
  // Each export gets its own name; the last one is the program.
  const exported = tree.body
    .flatMap((node, index) => defaultExport(node, edits, `${unusedName}${index || ""}`) ?? [])
    .at(-1);
  const functions = topLevelFunctions(tree);
  const functionNamed = (name: string) => functions.find((one) => one.id.name === name)?.fn;
  if (exported) return completion(exported.name, exported.fn ?? functionNamed(exported.name));
  // Beside an expression, a function that nothing calls is a forgotten helper, unless it looks like the program.
  const isAlone = !tree.body.some(isValue);
  const uncalled = functions.filter((one) => isUncalled(one, scopes) && (isAlone || looksLikeProgram(one)));
  for (const node of tree.body.toReversed()) {
    const declared = declarationIn(node);
    if (uncalled.some((one) => one.node === declared)) {
      const main = mainNames.map((name) => uncalled.find((one) => one.id.name === name)).find(Boolean);
      const chosen = main ?? uncalled.at(-1);
      return completion(chosen?.id.name, chosen?.fn);
    }
    if (!isAlone && functions.some((one) => one.node === declared)) continue;
    if (declared.type === "VariableDeclaration") return completion(lastDeclared(declared));
    // They do not affect the value: a function that gets here is called somewhere.
    if (["EmptyStatement", "FunctionDeclaration", "ClassDeclaration"].includes(declared.type)) continue;
    if (declared.type !== "ExpressionStatement") {
      if (!keepValues(declared, edits, unusedName)) return completion(undefined);
      edits.insert(declared.start, `let ${unusedName}; `);
      return completion(unusedName);
    }
    edits.insert(declared.expression.start, "return (");
    edits.insert(declared.expression.end, ")");
    const value = unwrap(declared.expression);
    const fn = value.type === "Identifier" ? functionNamed(value.name) : value;
    return completion(undefined, fn && isFunction(fn) ? fn : undefined);
  }
  return completion(undefined);
}

/** An expression that can be meant as the answer, and not only for what it does. */
function isValue(node: TopLevel): boolean {
  if (node.type !== "ExpressionStatement") return false;
  const value = unwrap(node.expression);
  const callee = value.type === "CallExpression" ? unwrap(value.callee as AnyNode) : value;
  const object = callee.type === "MemberExpression" ? unwrap(callee.object as AnyNode) : callee;
  if (object.type === "Identifier" && object.name === "console") return false;
  return !node.directive && !/^(?:Assignment|Update)Expression$/.test(value.type);
}

function looksLikeProgram({ id, fn }: NamedFunction): boolean {
  const isGlobal = (param: Pattern) =>
    param.type === "ObjectPattern" || globalNames.some((name) => "name" in param && param.name === name);
  return mainNames.includes(id.name) || (fn.params.length > 0 && fn.params.every(isGlobal));
}

/** @param fn the function that the harness calls with the globals, where the value is one */
function completion(returned: string | undefined, fn?: FunctionNode): Completion {
  const parameters: Completion["parameters"] = [];
  const holders: Identifier[] = [];
  for (const param of fn?.params ?? []) {
    const target = param.type === "AssignmentPattern" ? param.left : param;
    const global = globalNames.find((name) => target.type === "Identifier" && name === target.name);
    const isOwn = !global && param.type === "AssignmentPattern" && hasOwnValues(param);
    parameters.push(isOwn ? null : global);
    const holder = global || isOwn ? undefined : holderIn(target);
    if (holder) holders.push(holder);
  }
  return { returned, parameters, holders };
}

/** Whether the default of a parameter is what it is meant to be: it takes apart none of the globals, or is a plain value. */
function hasOwnValues({ left, right }: AssignmentPattern): boolean {
  if (left.type === "Identifier") return /^(?:Literal|TemplateLiteral|ArrayExpression)$/.test(right.type);
  if (left.type !== "ObjectPattern") return left.type === "ArrayPattern";
  return left.properties.every(
    (one) =>
      one.type === "Property" && !globalNames.some((name) => "name" in one.key && one.key.name === name),
  );
}

/** The name in a parameter that may hold any global as a member. */
function holderIn(param: Pattern): Identifier | undefined {
  if (param.type === "Identifier") return param;
  const rest = param.type === "ObjectPattern" ? param.properties.at(-1) : param;
  return rest?.type === "RestElement" ? holderIn(rest.argument) : undefined;
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
  id: Identifier;
  fn: FunctionNode;
  /** The declaration that it is part of. */
  node: AnyNode;
}

/** The functions that a program declares at its top level. */
export function topLevelFunctions(tree: Tree): NamedFunction[] {
  return tree.body.flatMap((statement): NamedFunction[] => {
    const node =
      statement.type === "ExportDefaultDeclaration" ? statement.declaration : declarationIn(statement);
    if (node.type === "FunctionDeclaration" && node.id) return [{ id: node.id, fn: node, node }];
    if (node.type !== "VariableDeclaration") return [];
    return node.declarations.flatMap(({ id, init }) => {
      const fn = init ? unwrap(init) : undefined;
      return fn && isFunction(fn) && id.type === "Identifier" ? [{ id, fn, node }] : [];
    });
  });
}

/** @returns whether nothing outside the declaration of a function uses its name */
export function isUncalled({ id, node }: NamedFunction, scopes: Scopes): boolean {
  const binding = scopes.declarations.get(id);
  return !binding?.uses.some((use) => use.start < node.start || use.end > node.end);
}

/** `const { data, headers } = …` as the last statement: the author wanted to see what it declares. */
function lastDeclared(node: Extract<AnyNode, { type: "VariableDeclaration" }>): string | undefined {
  const last = node.declarations.at(-1);
  const names = last ? namesIn(last.id) : [];
  return names.length === 1 ? names[0] : last && `{ ${names.join(", ")} }`;
}

function namesIn(pattern: AnyNode): string[] {
  if (pattern.type === "Identifier") return [pattern.name];
  if (pattern.type === "AssignmentPattern") return namesIn(pattern.left);
  if (pattern.type === "Property") return namesIn(pattern.value);
  const names: string[] = [];
  forEachChild(pattern, (child) => names.push(...namesIn(child)));
  return names;
}

/**
 * Keeps the value of each expression statement in a statement under a name: the last one that runs is its completion value
 * (ECMAScript section 14), of a loop as of a branch. What a `finally` does last has no say.
 * @returns whether there is any
 */
function keepValues(node: AnyNode, edits: Edits, name: string): boolean {
  let found = false;
  walk(node, (one) => {
    if (isFunction(one) || one.type === "ClassDeclaration") return false;
    if (one.type === "TryStatement") {
      for (const part of [one.block, one.handler?.body])
        if (part) found = keepValues(part, edits, name) || found;
      return false;
    }
    if (one.type !== "ExpressionStatement") return true;
    const { expression } = one;
    const value = expression.type === "SequenceExpression" ? expression.expressions.at(-1) : expression;
    edits.insert((value ?? expression).start, `${name} = `);
    found = true;
    return false;
  });
  return found;
}
