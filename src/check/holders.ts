/** The object of all globals, which a program's function is handed under a name of its own choice. */
import type { AnyNode, Identifier } from "acorn";
import { forEachChild, staticMember } from "./walk.ts";

/**
 * @param holders the parameters that are handed the object
 * @returns whether it is used in another way than `context.spec`: any global may be reached through it then
 */
export function isUsedWhole(tree: AnyNode, holders: readonly Identifier[]): boolean {
  const names = new Set(holders.map(({ name }) => name));
  const visit = (node: AnyNode): boolean => {
    if (node.type === "Identifier") return names.has(node.name) && !holders.includes(node);
    if (node.type === "MemberExpression") {
      const { object, property, computed } = node;
      const isPlain = object.type === "Identifier" && staticMember(node) !== undefined;
      return (!isPlain && visit(object)) || (computed && visit(property));
    }
    const isNamed =
      node.type === "Property" || node.type === "MethodDefinition" || node.type === "PropertyDefinition";
    if (isNamed && !node.computed) return node.value ? visit(node.value) : false;
    let found = false;
    forEachChild(node, (child) => (found ||= visit(child)));
    return found;
  };
  return names.size > 0 && visit(tree);
}
