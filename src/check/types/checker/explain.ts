/** Of what the compiler says, the part that a document is behind, in words for a model. */
import {
  type Checker,
  forEachChild,
  getLineAndCharacterOfPosition,
  getSourceFileOfNode,
  getSourceTextOfNodeFromSourceFile,
  getTokenPosOfNode,
  isAwaitExpression,
  isBinaryExpression,
  isBindingElement,
  isCallExpression,
  isElementAccessExpression,
  isModuleDeclaration,
  isParenthesizedExpression,
  isPropertyAccessExpression,
  isVariableDeclaration,
} from "isogate:checker";
import type * as ts from "ts-checker";
import { nearestNames } from "../../../request/nearest.ts";
import type { Suspicion } from "./check.ts";

const declarationsFile = "api.d.ts";
const maxListed = 15;
const maxSuspicions = 8;

export function explain(
  diagnostics: readonly ts.Diagnostic[],
  file: ts.SourceFile,
  checker: Checker,
): Suspicion[] {
  const said = new Map<string, Suspicion>();
  for (const { code, start, messageText } of diagnostics) {
    if (start === undefined || said.size >= maxSuspicions) continue;
    const node = tokenAt(file, start);
    const text = sentence(code, node, messageText, checker);
    if (text === undefined) continue;
    const { line } = getLineAndCharacterOfPosition(file, start);
    said.set(`${line} ${text}`, { line: line + 1, text });
  }
  return [...said.values()];
}

function sentence(
  code: number,
  node: ts.Node,
  message: string | ts.DiagnosticMessageChain,
  checker: Checker,
): string | undefined {
  switch (code) {
    case 2339:
    case 2551:
    case 2576:
      return missingMember(node, checker);
    case 2367:
      return noOverlap(node, checker);
    case 2304:
    case 2552:
      return unknownName(node);
    case 2322:
    case 2345:
      return mismatch(node, message, checker);
    default:
      return undefined;
  }
}

function missingMember(node: ts.Node, checker: Checker): string | undefined {
  const { parent } = node;
  const name = textOf(node);
  // What the program puts there itself, and what it has another way for, is meant so.
  if (addedNames(getSourceFileOfNode(node)).has(name) || hasAlternative(parent, checker)) return undefined;
  if (isPropertyAccessExpression(parent) && parent.name === node) {
    const { expression } = parent;
    const type = checker.getTypeAtLocation(expression);
    const pending = type.symbol && nameOf(type.symbol) === "Promise" && isApiCall(expression, checker);
    if (!pending && !isFromApi(type) && !originates(expression, checker)) return undefined;
    return memberText(textOf(expression), name, type, checker);
  }
  if (isElementAccessExpression(parent) && parent.argumentExpression === node) {
    const { expression } = parent;
    const type = checker.getTypeAtLocation(expression);
    if (!isFromApi(type)) return undefined;
    return memberText(textOf(expression), name.slice(1, -1), type, checker);
  }
  if (isBindingElement(parent)) {
    const type = patternType(parent, checker);
    if (!type || !isFromApi(type)) return undefined;
    const key = textOf(parent.propertyName ?? parent.name);
    return memberText("the answer", key, type, checker);
  }
  return undefined;
}

const added = new WeakMap<ts.SourceFile, Set<string>>();

/** Names of members that the program sets: `zone.records = []`. */
function addedNames(file: ts.SourceFile): Set<string> {
  const known = added.get(file);
  if (known) return known;
  const names = new Set<string>();
  added.set(file, names);
  const visit = (node: ts.Node): void => {
    if (isBinaryExpression(node) && assigning.test(textOf(node.operatorToken))) {
      const { left } = node;
      if (isPropertyAccessExpression(left)) names.add(textOf(left.name));
      else if (isElementAccessExpression(left)) names.add(textOf(left.argumentExpression).slice(1, -1));
    }
    forEachChild(node, visit);
  };
  visit(file);
  return names;
}

const assigning = /^(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=$/;

/** `data.items ?? data.results`: one of the two is in the document. */
function hasAlternative(access: ts.Node, checker: Checker): boolean {
  let whole: ts.Node = access;
  while (isParenthesizedExpression(whole.parent) || isChoice(whole.parent)) whole = whole.parent;
  const isKnown = (node: ts.Node): boolean => {
    if (isParenthesizedExpression(node)) return isKnown(node.expression);
    if (isChoice(node)) return isKnown(node.left) || isKnown(node.right);
    if (node === access || !isPropertyAccessExpression(node)) return false;
    return checker.getSymbolAtLocation(node.name)?.declarations?.some(isInApi) ?? false;
  };
  return whole !== access && isKnown(whole);
}

function isChoice(node: ts.Node): node is ts.BinaryExpression {
  return isBinaryExpression(node) && /^(?:\?\?|\|\|)$/.test(textOf(node.operatorToken));
}

function memberText(holder: string, name: string, type: ts.Type, checker: Checker): string | undefined {
  // Nothing is left here after the conditions around it.
  if (checker.typeToString(type) === "never") return undefined;
  const shown = holder.length > 60 ? `…${holder.slice(-59)}` : holder;
  const properties = checker.getPropertiesOfType(type);
  if (isAnswer(type)) {
    const data = properties.find((property) => nameOf(property) === "data");
    const inner = data ? checker.getTypeOfSymbol(data) : undefined;
    const inData = inner && checker.getPropertyOfType(inner, name) ? `: it is ${shown}.data.${name}` : "";
    return `${shown}.${name} does not exist: an answer is { status, headers, data }${inData}`;
  }
  if (type.symbol && nameOf(type.symbol) === "Promise")
    return `${shown}.${name} does not exist: ${shown} is a promise; write (await ${shown}).${name}`;
  if (checker.isArrayType(type))
    return `${shown}.${name} does not exist: ${shown} is a list by the document; take an item of it, or map over it`;
  if (!isFromApi(type))
    return `${shown}.${name} does not exist: ${shown} is a ${checker.typeToString(type)} by the document`;
  const names = properties.map(nameOf);
  const more = names.length > maxListed ? ` and ${names.length - maxListed} more` : "";
  const near = nearest(names, name);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  const listed = `${names.slice(0, maxListed).join(", ")}${more}${hint}`;
  return isSeen(type)
    ? `${shown}.${name} was in no answer so far (the document does not say what there is); there were ${listed}`
    : `${shown}.${name} is not in the document, which has ${listed}`;
}

function noOverlap(node: ts.Node, checker: Checker): string | undefined {
  const comparison = isBinaryExpression(node) ? node : ancestor(node, isBinaryExpression);
  if (!comparison) return undefined;
  for (const side of [comparison.left, comparison.right]) {
    const symbol = checker.getSymbolAtLocation(isPropertyAccessExpression(side) ? side.name : side);
    if (!symbol?.declarations?.some(isInApi)) continue;
    const type = checker.typeToString(checker.getTypeAtLocation(side));
    if (type.length > 300 || type === "never") return undefined;
    return `${textOf(comparison)} is never true or never false: by the document ${textOf(side)} is ${type}; compare with one of these`;
  }
  return undefined;
}

function unknownName(node: ts.Node): string | undefined {
  const name = textOf(node);
  // What the platform has and the library here does not.
  if (name in globalThis || name === "this" || name.startsWith("$")) return undefined;
  return `${name} is not defined: declare it, or use what is in scope (api, spec, operations, find, describe, fetch, recall)`;
}

/** A value of the wrong type inside the arguments of a call. */
function mismatch(
  node: ts.Node,
  message: string | ts.DiagnosticMessageChain,
  checker: Checker,
): string | undefined {
  const call = ancestor(node, isCallExpression);
  const signature = call && checker.getResolvedSignature(call);
  if (!signature?.declaration || !isInApi(signature.declaration)) return undefined;
  const last = lastOf(message);
  const types = /^Type '(.{1,80})' is not assignable to type '(.{1,120})'\.$/.exec(last);
  if (!types || /\b(?:any|unknown|never|object)\b/.test(types[1] ?? "")) return undefined;
  return `${textOf(node)}: ${types[1]} is given where the document wants ${types[2]}`;
}

function lastOf(message: string | ts.DiagnosticMessageChain): string {
  if (typeof message === "string") return message;
  const inner = message.next?.at(-1);
  return inner ? lastOf(inner) : message.messageText;
}

/** The type that an object pattern takes apart. */
function patternType(element: ts.BindingElement, checker: Checker): ts.Type | undefined {
  const holder = element.parent.parent;
  if (isBindingElement(holder)) return undefined;
  if (isVariableDeclaration(holder))
    return holder.initializer ? checker.getTypeAtLocation(holder.initializer) : undefined;
  return checker.getTypeAtLocation(holder);
}

/** A call of a client, or a name for one, that nobody waited for. */
function isApiCall(expression: ts.Expression, checker: Checker): boolean {
  if (isParenthesizedExpression(expression)) return isApiCall(expression.expression, checker);
  if (isCallExpression(expression)) {
    const declaration = checker.getResolvedSignature(expression)?.declaration;
    return declaration !== undefined && isInApi(declaration);
  }
  const [declaration] = checker.getSymbolAtLocation(expression)?.declarations ?? [];
  return declaration !== undefined &&
    isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined
    ? isApiCall(declaration.initializer, checker)
    : false;
}

/** Whether a value was taken out of an answer. */
function originates(expression: ts.Expression, checker: Checker, depth = 0): boolean {
  if (depth > 5) return false;
  if (isParenthesizedExpression(expression) || isAwaitExpression(expression))
    return originates(expression.expression, checker, depth + 1);
  const named = isPropertyAccessExpression(expression) ? expression.name : expression;
  const [declaration] = checker.getSymbolAtLocation(named)?.declarations ?? [];
  if (!declaration) return false;
  if (isInApi(declaration)) return true;
  if (isVariableDeclaration(declaration) && declaration.initializer)
    return originates(declaration.initializer, checker, depth + 1);
  if (!isBindingElement(declaration)) return false;
  const type = patternType(declaration, checker);
  return type !== undefined && isFromApi(type);
}

function isFromApi(type: ts.Type): boolean {
  const { types } = type as Partial<ts.UnionOrIntersectionType>;
  const parts = Array.isArray(types) ? types : [type];
  return parts.every((part) => part.symbol?.declarations?.some(isInApi) ?? false);
}

/** Known from answers and not from the document: see `seenSpace` in declarations.ts. */
function isSeen(type: ts.Type): boolean {
  for (let at: ts.Node | undefined = type.symbol?.declarations?.[0]; at; at = at.parent)
    if (isModuleDeclaration(at) && textOf(at.name).startsWith("$Seen")) return true;
  return false;
}

function isAnswer(type: ts.Type): boolean {
  return [type.aliasSymbol, type.symbol].some((symbol) => symbol && nameOf(symbol) === "$Answer");
}

function isInApi(declaration: ts.Node): boolean {
  return getSourceFileOfNode(declaration).fileName === declarationsFile;
}

function ancestor<T extends ts.Node>(node: ts.Node, is: (node: ts.Node) => node is T): T | undefined {
  for (let at = node.parent; at; at = at.parent) if (is(at)) return at;
  return undefined;
}

/** The innermost node that begins at a position. */
function tokenAt(file: ts.SourceFile, position: number): ts.Node {
  let found: ts.Node = file;
  for (let inner: ts.Node | undefined = file; inner;) {
    found = inner;
    inner = forEachChild(inner, (child) =>
      getTokenPosOfNode(child) <= position && position < child.end ? child : undefined,
    );
  }
  return found;
}

/** A name that differs by case, by an s or by what stands between its words, or holds the other; else the one spelled most alike. */
function nearest(names: readonly string[], asked: string): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]|s$/g, "");
  const wanted = plain(asked);
  return (
    names.find((name) => plain(name) === wanted) ??
    names.find(
      (name) => wanted.length > 2 && (plain(name).includes(wanted) || wanted.includes(plain(name))),
    ) ??
    nearestNames(names, asked, 1)[0]
  );
}

/** The text as it was sent, without the types that typed-program.ts puts in. */
function textOf(node: ts.Node): string {
  return getSourceTextOfNodeFromSourceFile(getSourceFileOfNode(node), node).replace(
    /\(([^()]+) as (?:\$(?:Op|Pages)\d+|any)\)/g,
    "$1",
  );
}

/** The compiler puts one more underscore before names that begin with two. */
function nameOf(symbol: ts.Symbol): string {
  return String(symbol.escapedName).replace(/^___/, "__");
}
