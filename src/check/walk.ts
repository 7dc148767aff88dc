/** Walks a syntax tree from acorn without a list of its node types. */
import type { AnyNode, Expression } from "acorn";
import type { FunctionNode } from "../terms/program.ts";

/** @param visit called with each direct child, in the order of the source */
export function forEachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  for (const key in node) {
    const value: unknown = node[key as keyof AnyNode];
    if (isNode(value)) visit(value);
    else if (Array.isArray(value)) for (const entry of value) if (isNode(entry)) visit(entry);
  }
}

/** @param visit called with the node and all its descendants; returns `false` to skip those of a node */
export function walk(node: AnyNode, visit: (node: AnyNode) => boolean | void): void {
  if (visit(node) === false) return;
  forEachChild(node, (child) => walk(child, visit));
}

/** The expression inside any number of parentheses. */
export function unwrap(node: AnyNode): AnyNode {
  let inner = node;
  while (inner.type === "ParenthesizedExpression") inner = inner.expression as Expression;
  return inner;
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return node.type === "FunctionDeclaration" || node.type.endsWith("FunctionExpression");
}

/**
 * @param computed whether the key is in brackets: a name there is an expression
 * @returns the name that a key means, if it is a name, a string or a number
 */
export function plainKey(key: AnyNode, computed: boolean): string | undefined {
  const node = unwrap(key);
  if (!computed && node.type === "Identifier") return node.name;
  return node.type === "Literal" && (typeof node.value === "string" || typeof node.value === "number")
    ? String(node.value)
    : undefined;
}

/** The name of a member if it is written as a name or a plain string. */
export function staticMember(node: AnyNode): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  const property = unwrap(node.property as AnyNode);
  if (!node.computed && property.type === "Identifier") return property.name;
  if (node.computed && property.type === "Literal" && typeof property.value === "string")
    return property.value;
  return undefined;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && typeof (value as AnyNode).type === "string";
}
