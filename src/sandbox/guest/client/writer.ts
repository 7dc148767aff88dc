/** What writes the requests of calls, wherever it runs. Types only: client and writer import this file. */
import type { OperationSummary } from "../../../spec/catalog.ts";
import type { BodyKind } from "../../../terms/body-kind.ts";
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
  /** What may be a fault of the document does not stop it. */
  passes?: boolean;
  /** Lets others get their turn between two steps of a long one. */
  turn?(): Promise<void>;
}

/** The request, and the operation that it is of, where that is known before the answer; or why there is none. */
export type Written =
  { url: string; init: RequestInit; operation?: Operation; failure?: undefined } | { failure: Failure };

export type Operation = Pick<OperationSummary, "id" | "path" | "access">;

export interface Writer {
  write(asked: Asked): Promise<Written>;
}

/** Of a call that the host wrote, in a header of its answer. */
export interface Called extends Pick<Operation, "id" | "access"> {
  body: BodyKind;
  /** Where the answer tells of a failure. */
  more?: CalledMore;
}

export interface CalledMore {
  method: string;
  path: string;
  /** Without its query. */
  address: string;
  collection?: string | undefined;
}
