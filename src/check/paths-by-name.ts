/**
 * Whether a program only looks up single paths in `spec.paths`, as code does that found them in `operations`. Then the
 * thousands of paths need not become members before they are read. In doubt the answer is no: that costs milliseconds,
 * while a list without some of its paths would be wrong.
 */
import type { AnyNode, Identifier } from "acorn";
import { anyName, type Program } from "../terms/program.ts";
import { type Scopes, scopesOf } from "./scopes.ts";
import { staticMember, unwrap } from "./walk.ts";

/** Names that lead to a document; some `arguments` begin with the object of all globals. */
const documents = new Set(["spec", "specs", "arguments"]);

export function asksPathsByName({ freeNames, tree }: Pick<Program, "freeNames" | "tree">): boolean {
  if (!freeNames.has("spec") || freeNames.has(anyName)) return false;
  const scopes = scopesOf(tree);
  for (const [use, binding] of scopes.references)
    if (documents.has(use.name) && (binding || !looksUpPath(use, scopes))) return false;
  for (const node of scopes.parents.keys()) if (documents.has(staticMember(node) ?? "")) return false;
  for (const { steps } of scopes.declarations.values())
    if (steps.some((step) => "key" in step && documents.has(step.key))) return false;
  return true;
}

/** `spec.paths[…]`, read or assigned. */
function looksUpPath(use: Identifier, scopes: Scopes): boolean {
  if (use.name !== "spec" || scopes.memberOf(use) !== "paths") return false;
  const paths = scopes.outer(use) as AnyNode;
  const item = scopes.outer(paths);
  if (item?.type !== "MemberExpression" || !item.computed || unwrap(item.object as AnyNode) !== paths)
    return false;
  const user = scopes.outer(item);
  switch (user?.type) {
    // A method that is called by a computed name receives all of `paths` as `this`.
    case "CallExpression":
      return item.start >= user.callee.end;
    case "TaggedTemplateExpression":
      return false;
    // A deleted path must not come back.
    case "UnaryExpression":
      return user.operator !== "delete";
    default:
      return true;
  }
}
