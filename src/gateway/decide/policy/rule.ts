/** What a policy rule is: a pure function from what is known of a request to a verdict, or none. */
import type { Caller } from "../../../terms/caller.ts";
import type { Access, ApiFile } from "../../../terms/api-file.ts";
import type { Failure } from "../../../terms/failure.ts";
import type { OperationSummary } from "../../../spec/catalog.ts";
import type { HeaderValues } from "../../read/incoming.ts";

export interface Subject {
  api: string;
  file: ApiFile;
  operation: OperationSummary;
  access: Access;
  /** What the connection was granted. */
  caller: Pick<Caller, "access" | "tags">;
  /** Upper case. */
  method: string;
  /** The path as it is sent, without the base path. */
  path: string;
  query: Iterable<[name: string, value: string]>;
  /** As the code set them, before anything was removed. */
  headers: HeaderValues;
}

export type Verdict =
  { effect: "allow" | "ask"; rule: string } | { effect: "deny"; rule: string; failure: Failure };

export interface Rule {
  /** In words, as it stands in the record of a request. */
  name: string;
  /**
   * Of several rules that deny, the lowest gives the reason: 0 for what a request is, 1 for the grant, 2 for the API's
   * file, 3 for all others.
   */
  order: number;
  /** The rule's verdict, or undefined if it has nothing to say. */
  decide(subject: Subject): Verdict | undefined;
}
