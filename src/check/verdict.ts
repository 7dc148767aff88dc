/** What the check says of a program before it runs. */
import type { Severity } from "../request/problem.ts";
import type { OperationSummary } from "../spec/catalog.ts";

/** An operation that a call means. */
export interface Called {
  /** Name of the API. */
  api: string;
  operation: OperationSummary;
}

/** What is known of a program that may run. */
export interface Verdict {
  /** True if the program was refused before and sent again: it may send members that the document does not list. */
  insisted: Promise<boolean>;
  /** Operations that the program calls, as far as they can be told. */
  called: readonly Called[];
  /** Sentences for the reply, if the run fails, returns nothing or has written something. */
  warnings: readonly string[];
}

/** What is wrong with one call. */
export interface Finding {
  severity: Severity;
  /** Line of the code as it was sent, 1-based. */
  line: number;
  /** The call in a few words: `api.get("/zones")`. */
  call: string;
  problem:
    | { kind: "unknown"; asked: string; nearest: string[]; signatures: string[] }
    | { kind: "arguments"; operation: string; text: string; signature: string };
}
