/**
 * Unrolls loops over literal lists and inlines helper functions around a node of the program: one frame for each item
 * and each call that leads to the node. A frame fixes the values of items and parameters together, so that values that
 * belong together are checked together. Whether all frames happen is another question: a condition may leave some out.
 */
import type { AnyNode } from "acorn";
import type { FunctionNode } from "../../terms/program.ts";
import { type Evaluation, type Frame } from "../values/value.ts";
import { isFunction, plainKey, unwrap, walk } from "../walk.ts";
import { type Known, unknown } from "../../request/known.ts";

/** Most frames for one node, and for all nodes of a program: each is evaluated and judged by itself. */
const maxFrames = 64;
export const maxAllFrames = 1_500;

const iterating = new Set(["map", "forEach", "filter", "flatMap"]);

/**
 * @param most frames that are left for the program
 * @returns at least one frame; the empty one where nothing is known
 */
export function unrolled(node: AnyNode, evaluator: Evaluation, most = maxAllFrames): Frame[] {
  const levels: [key: AnyNode, here: readonly (readonly Known[])[]][] = [];
  let count = 1;
  const { parents } = evaluator.scopes;
  for (let at = parents.get(node), below = node; at; below = at, at = parents.get(at)) {
    if (evaluator.isSpent(1)) return [new Map()];
    const here =
      at.type === "ForOfStatement" && at.body === below
        ? itemsOf(evaluator.evaluate(at.right))?.map((item) => [item])
        : isFunction(at)
          ? callsOf(at, evaluator)
          : undefined;
    if (!here || here.length === 0 || here.length * count > Math.min(maxFrames, most)) continue;
    count *= here.length;
    levels.push([at, here]);
  }
  if (evaluator.isSpent(count * levels.length)) return [new Map()];
  return Array.from({ length: count }, (_, index) => {
    let rest = index;
    // The outermost turns fastest.
    const values = levels.toReversed().map(([key, here]): [AnyNode, readonly Known[]] => {
      const one = here[rest % here.length]!;
      rest = Math.floor(rest / here.length);
      return [key, one];
    });
    return new Map(values.toReversed());
  });
}

const conditional =
  /^(?:If|Switch|Try|While|DoWhile|For)Statement$|^(?:Conditional|Logical)Expression$|^CatchClause$/;
const jump = /^(?:Return|Throw|Break|Continue)Statement$/;

/** Whether a condition or a jump may leave out the node in some of its frames. */
export function isGuarded(node: AnyNode, frames: readonly Frame[], evaluator: Evaluation): boolean {
  const { parents } = evaluator.scopes;
  const [frame] = frames;
  if (!frame || frames.length === 1) return false;
  let left = frame.size;
  let loops = false;
  let guarded = false;
  for (let at = parents.get(node); at && left > 0; at = parents.get(at)) {
    guarded ||= conditional.test(at.type);
    loops ||= at.type === "ForOfStatement";
    if (!frame.has(at) || --left > 0) continue;
    walk(at, (one) => {
      guarded ||= evaluator.isSpent(1) || (jump.test(one.type) && (loops || one.end <= node.start));
      return !guarded;
    });
  }
  return guarded;
}

/** Arguments of every call of a function; undefined if not all calls are known. */
function callsOf(fn: FunctionNode, evaluator: Evaluation): Known[][] | undefined {
  if (fn.params.length === 0) return undefined;
  const { scopes } = evaluator;
  const parent = scopes.outer(fn);
  if (parent?.type === "CallExpression" && parent.callee.type === "MemberExpression") {
    const method = plainKey(parent.callee.property as AnyNode, parent.callee.computed);
    if (method === undefined || !iterating.has(method) || unwrap(parent.arguments[0] as AnyNode) !== fn)
      return undefined;
    const items = itemsOf(evaluator.evaluate(parent.callee.object as AnyNode));
    return items?.map((item) => [item, unknown, unknown]);
  }
  const id =
    fn.type === "FunctionDeclaration"
      ? fn.id
      : parent?.type === "VariableDeclarator" && parent.id.type === "Identifier"
        ? parent.id
        : undefined;
  const binding = id ? scopes.declarations.get(id) : undefined;
  if (!binding || binding.assigned.length > 0) return undefined;
  const calls: Known[][] = [];
  if (evaluator.isSpent(binding.uses.length)) return undefined;
  for (const use of binding.uses) {
    const call = scopes.outer(use);
    if (call?.type !== "CallExpression" || unwrap(call.callee as AnyNode) !== use) return undefined;
    if (call.arguments.some(({ type }) => type === "SpreadElement")) return undefined;
    calls.push(call.arguments.map((argument) => evaluator.evaluate(argument)));
  }
  return calls;
}

function itemsOf(list: Known): readonly Known[] | undefined {
  return list.kind === "array" && !list.open ? list.items : undefined;
}
