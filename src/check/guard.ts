/**
 * Puts a call into every loop and function of a program, so that the harness can stop one that never ends. This guards
 * against accidents, not attackers: it does not see what runs inside one built-in call (a regular expression, a sort of
 * a billion numbers). Cloudflare's platform stops those by `cpuMs`; local workerd does not.
 */
import type { AnyNode, Program as Tree } from "acorn";
import type { Edits } from "./line-preserving-edits.ts";
import { forEachChild, isFunction } from "./walk.ts";

/**
 * @param edits collects the calls. Call this before adding anything else that surrounds an expression: of several
 * closing brackets at one place the innermost must come first.
 * @param tick name of the function to call, one that the code does not use
 */
export function guardLoops(tree: Tree, edits: Edits, tick: string): void {
  const visit = (node: AnyNode): void => {
    forEachChild(node, visit);
    const body = bodyOf(node);
    if (!body) return;
    if (body.type === "BlockStatement") edits.insert(body.start + 1, `${tick}();`);
    else if (isFunction(node)) surround(edits, body, `(${tick}(),`, ")");
    else surround(edits, body, `{${tick}();`, "}");
  };
  visit(tree);
}

/** The body of a loop or function. */
function bodyOf(node: AnyNode): AnyNode | undefined {
  switch (node.type) {
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return node.body;
    default:
      return undefined;
  }
}

function surround(edits: Edits, node: AnyNode, before: string, after: string): void {
  edits.insert(node.start, before);
  edits.insert(node.end, after);
}
