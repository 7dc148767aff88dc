/** What built-ins.ts and mutation.ts need from the evaluator, which imports them. */
import type { AnyNode } from "acorn";
import type { Scopes } from "../scopes.ts";
import type { Value } from "./value.ts";

/** Values in one turn of a loop or one call of a function: the item for the loop, the arguments for the function. */
export type Frame = ReadonlyMap<AnyNode, readonly Value[]>;

export interface Evaluation {
  readonly scopes: Scopes;
  evaluate(node: AnyNode): Value;
  /** Counts what is looked at beside. @returns whether that was too much for one program: nothing more is known */
  isSpent(looks: number): boolean;
  /** Calls `work` with the values of the frame in force. */
  within<T>(frame: Frame, work: () => T): T;
}
