/**
 * Which requests of a look back are sent: those that only read today and, if their operation was called then, only read then
 * too. An operation that was loosened since, so that its document or its API file calls a write a read, is listed all the
 * same. Pure.
 */
import type { ExactRequest } from "../../terms/approvals.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { accessOfMethod } from "../../terms/methods.ts";

/** Operations that a run called, each with the name of its API before it. */
export interface OperationsThen {
  /** Those that only read. */
  reads: string[];
  others: string[];
}

export function operationsThen(requests: readonly RequestRecord[]): OperationsThen {
  const reads = new Set<string>();
  const others = new Set<string>();
  for (const { api, operation = "", method, access = accessOfMethod(method) } of requests)
    (access === "read" ? reads : others).add(nameOf(api, operation));
  return { reads: [...reads], others: [...others] };
}

export function isSentLookingBack(
  { api, operation, access, method }: Pick<ExactRequest, "api" | "operation" | "access" | "method">,
  { reads, others }: OperationsThen,
): boolean {
  const name = nameOf(api, operation);
  if (access !== "read" || others.includes(name)) return false;
  // Of a method that may write, a document alone does not say that it reads: the run of then has done so.
  return accessOfMethod(method) === "read" || reads.includes(name);
}

const nameOf = (api: string, operation: string) => `${api} ${operation}`;
