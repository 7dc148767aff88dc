/**
 * A policy rule: a pure function from a request to a verdict, or to no opinion. What is public of it (src/terms/public.ts)
 * is what rules of an operator's project have.
 */
import type { Caller } from "../../../terms/caller.ts";
import type { Access, ApiFile } from "../../../terms/api-file.ts";
import type { CapabilitySet } from "../../../terms/capabilities.ts";
import type { Grounds } from "../../../terms/grounds.ts";
import type { Failure } from "../../../terms/failure.ts";
import type { OperationSummary } from "../../../spec/catalog.ts";
import type * as project from "../../../terms/public.ts";
import type { HeaderValues } from "../../read/incoming.ts";

export interface Subject extends project.RuleRequest {
  api: string;
  file: ApiFile;
  operation: OperationSummary;
  access: Access;
  /** What the connection was granted. */
  caller: Pick<Caller, "access" | "tags" | "readsOnly">;
  /** Whatever changes something is only listed, and not sent. */
  plan: boolean;
  /** What a person allowed the program to call, where one did; the canonical URL of the request, and where `path` stands in it. */
  heldTo?: { capabilities: CapabilitySet; href: string; readIn: "path" | "query" };
  /** Upper case. */
  method: string;
  /** The path as it is sent, without the base path. */
  path: string;
  /** Whether it is the operation's as it is written, and not only as some server reads it. */
  isWritten: boolean;
  query: Iterable<[name: string, value: string]>;
  /** Whether the document has a parameter of this name in the query of the operation. */
  declares?: (name: string) => boolean;
  /** As the code set them, before anything was removed. */
  headers: HeaderValues;
}

/** `rule`: in words, for the record; `grounds`: the same as data, where pages have better words for it. */
export type Verdict = { rule: string; grounds?: Grounds } & (
  { effect: "allow" | "ask" } | { effect: "deny"; failure: Failure }
);

export interface Rule extends project.Rule {
  /**
   * When several rules deny, the lowest order gives the reason: 0 for what a request is, 1 for the grant, 2 for the
   * API file, 3 for all others, such as those of a project.
   */
  order: number;
  decide(subject: Subject): Verdict | undefined;
}
