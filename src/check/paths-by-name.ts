/**
 * Whether a program only looks up single paths in `spec.paths`, as code does that found them in `operations`. Then no
 * path has to be a member before it is asked for, and there may be thousands. In doubt the answer is no: that costs
 * milliseconds, whereas a list with paths missing would be wrong.
 */
import type { AnyNode } from "acorn";
import { anyName, type Program } from "../terms/program.ts";
import { forEachChild, staticMember, unwrap } from "./walk.ts";

/** Names by which code gets at a document; the object of all globals is the first of some `arguments`. */
const documents = new Set(["spec", "specs", "arguments"]);

export function asksPathsByName({ freeNames, tree }: Pick<Program, "freeNames" | "tree">): boolean {
  return freeNames.has("spec") && !freeNames.has(anyName) && onlyByName(tree);
}

function onlyByName(node: AnyNode): boolean {
  if (node.type === "Identifier") return !documents.has(node.name);
  if (node.type === "MemberExpression") {
    if (isPathByName(node)) return onlyByName(node.property);
    if (documents.has(staticMember(node) ?? "")) return false;
  }
  if (isBeyondReading(node)) return false;
  let only = true;
  forEachChild(node, (child) => (only &&= onlyByName(child)));
  return only;
}

/** `spec.paths[…]` */
function isPathByName(node: AnyNode): node is Extract<AnyNode, { type: "MemberExpression" }> {
  if (node.type !== "MemberExpression" || !node.computed) return false;
  const paths = withoutChain(node.object);
  if (paths.type !== "MemberExpression" || staticMember(paths) !== "paths") return false;
  const document = withoutChain(paths.object);
  return document.type === "Identifier" && document.name === "spec";
}

/** A method called by a computed name gets all of `paths` as its `this`, and a deleted path must not come back. */
function isBeyondReading(node: AnyNode): boolean {
  const used =
    node.type === "CallExpression" && node.callee.type !== "Super"
      ? node.callee
      : node.type === "TaggedTemplateExpression"
        ? node.tag
        : node.type === "UnaryExpression" && node.operator === "delete"
          ? node.argument
          : undefined;
  return used !== undefined && isPathByName(withoutChain(used));
}

/** The expression inside parentheses and `?.` chains. */
function withoutChain(node: AnyNode): AnyNode {
  const inner = unwrap(node);
  return inner.type === "ChainExpression" ? withoutChain(inner.expression) : inner;
}
