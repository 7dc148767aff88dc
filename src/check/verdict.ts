/** What the check says of a program before it runs. */
import type { Failure } from "../terms/failure.ts";
import type { AnyNode } from "acorn";
import type { Severity } from "../request/problem.ts";
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";

/** One operation that a call means. */
export interface Called {
  /** Name of the API. */
  api: string;
  node: AnyNode;
  catalog: OpenedCatalog;
  operation: OperationSummary;
  /** Whether the call goes through all pages. */
  pages: boolean;
}

export interface Verdict {
  /** Why the program is not run. */
  failure: Failure | undefined;
  /** The program was refused before and sent again: members that the document does not list may pass. */
  insisted: Promise<boolean>;
  /** Operations that the program calls, as far as they can be told. */
  called: readonly Called[];
  /** Sentences for the reply, if the run fails, returns nothing or has written something. */
  warnings: readonly string[];
}

/** What is wrong with one call. */
export interface Finding {
  severity: Exclude<Severity, "never">;
  /** Line of the code as it was sent, 1-based. */
  line: number;
  /** The call in a few words: `api.get("/zones")`. */
  call: string;
  problem:
    | { kind: "unknown"; asked: string; nearest: string[]; signatures: string[] }
    | { kind: "arguments"; operation: string; text: string; signature: string | undefined };
}
