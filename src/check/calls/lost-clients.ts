/** Finds where a program gives a client out of sight, so that it is not known which of its methods are called with what. */
import type { AnyNode, Program as Tree } from "acorn";
import { alternatives, type Known } from "../../request/known.ts";
import { walk } from "../walk.ts";
import { evaluatorOf } from "./find-calls.ts";

/**
 * @returns clients, methods, `fetch` and `apis` that are handed to functions of which the program is not the author, or to
 *   its own that cannot be told, and `apis` where it is asked for a computed name
 */
export function lostClients(tree: Tree): Known[] {
  const evaluator = evaluatorOf(tree);
  const lost: Known[] = [];
  const evaluated = (node: AnyNode) => alternatives(evaluator.evaluate(node));
  walk(tree, (node) => {
    if (node.type === "MemberExpression" && node.computed) {
      const [apis] = evaluated(node.object as AnyNode).filter(isApis);
      if (apis && evaluated(node.property as AnyNode).some(({ kind }) => kind !== "literal")) lost.push(apis);
    }
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
    // What a function of the program does with its parameters is followed.
    if (evaluated(node.callee as AnyNode).every(({ kind }) => kind === "function")) return;
    for (const given of node.arguments)
      lost.push(
        ...evaluated(given.type === "SpreadElement" ? given.argument : given).filter(
          (value) => value.kind === "client" || value.kind === "method" || isApis(value) || isFetch(value),
        ),
      );
  });
  return lost;
}

const isApis = (value: Known) => value.kind === "global" && value.name === "apis";
const isFetch = (value: Known) => value.kind === "global" && value.name === "fetch";
