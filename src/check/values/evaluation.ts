/** What built-ins.ts and mutation.ts need of the evaluator, which imports them. */
import type { AnyNode } from "acorn";
import type { Scopes } from "../scopes.ts";
import type { Value } from "./value.ts";

/** Values in one turn of a loop or one call of a function: the item by the loop, the arguments by the function. */
export type Frame = ReadonlyMap<AnyNode, readonly Value[]>;

export interface Evaluation {
  readonly scopes: Scopes;
  evaluate(node: AnyNode): Value;
  /** Calls `work`; what it evaluates has the values of the frame. */
  within<T>(frame: Frame, work: () => T): T;
}
