/** The type checker in an isolate of its own: its memory is not that of the catalogs, and it can reach nothing. */
import { WorkerEntrypoint } from "cloudflare:workers";
import { type CheckInput, type CheckOutput, checkDeclarations, checkTypes } from "./check.ts";

export class TypeChecker extends WorkerEntrypoint {
  check(input: CheckInput): CheckOutput {
    return checkTypes(input);
  }

  /** Faults of declarations by themselves: there should be none. For tests. */
  faultsIn(declarations: string): string[] {
    return checkDeclarations(declarations);
  }
}

export default {};
