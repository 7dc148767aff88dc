/**
 * Puts a call into every loop and function of a program, so that the harness can stop one that never ends. This guards
 * against accidents, not attackers: it cannot interrupt a single built-in call (a regular expression, a sort of a
 * billion numbers). Cloudflare's platform stops those by `cpuMs`; local workerd does not.
 */
import type { AnyNode, Program as Tree } from "acorn";
import type { Edits } from "./line-preserving-edits.ts";
import { forEachChild, isFunction } from "./walk.ts";

/**
 * @param edits collects the calls. Run this before adding anything else that surrounds an expression: where several
 * closing brackets meet, the innermost must come first.
 * @param tick name of the function to call, one that the code does not use
 */
export function guardLoops(tree: Tree, edits: Edits, tick: string): void {
  const visit = (node: AnyNode): void => {
    forEachChild(node, visit);
    if (!isFunction(node) && !isLoop(node)) return;
    const { body } = node;
    if (body.type === "BlockStatement") return edits.insert(body.start + 1, `${tick}();`);
    edits.insert(body.start, isFunction(node) ? `(${tick}(),` : `{${tick}();`);
    edits.insert(body.end, isFunction(node) ? ")" : "}");
  };
  visit(tree);
}

type LoopType = `${"While" | "DoWhile" | "For" | "ForIn" | "ForOf"}Statement`;

function isLoop(node: AnyNode): node is Extract<AnyNode, { type: LoopType }> {
  return /^(?:While|DoWhile|For|ForIn|ForOf)Statement$/.test(node.type);
}
