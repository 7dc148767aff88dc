/** What the parts of the evaluation need of each other. */
import type { AnyNode } from "acorn";
import type { Scopes } from "../scopes.ts";
import type { Value } from "./value.ts";

/** Values that hold in one turn of a loop or one call of a function: of its parameters, or of its item. */
export type Frame = ReadonlyMap<AnyNode, readonly Value[]>;

export interface Evaluation {
  readonly scopes: Scopes;
  evaluate(node: AnyNode): Value;
  /** Evaluates with the values of a frame in force. */
  within<T>(frame: Frame, work: () => T): T;
}
