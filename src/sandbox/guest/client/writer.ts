/** What writes the requests of calls, wherever it runs. Types only: client and writer import this file. */
import type { OperationSummary } from "../../../spec/catalog.ts";
import type { Failure } from "../../../terms/failure.ts";

/** A call as the code made it. */
export interface Asked {
  /** Lower case; undefined where the operation is called by its id. */
  method: string | undefined;
  /** The path or the id: whatever the code gave. */
  target: unknown;
  /** Whatever the code gave. */
  args: unknown;
  /** What is wrong with them already; they are left out then. */
  problem?: string;
  /** Label of the account, where one was chosen. */
  account: string | undefined;
  /** Whether the run has sent anything yet. */
  hasSent: boolean;
}

/** The request, and the operation that it is of; or why there is none. */
export type Written =
  | {
      url: string;
      init: RequestInit;
      operation: Pick<OperationSummary, "id" | "path" | "access">;
      failure?: undefined;
    }
  | { failure: Failure };

export interface Writer {
  write(asked: Asked): Promise<Written>;
  /** Path of the list that a resource stands in, if the document has it. */
  collectionOf(path: string): Promise<string | undefined>;
}
