/**
 * Which requests of a look back are sent: those that only read today and, if their operation was called then, only read then
 * too. An operation that was loosened since, so that its document or its API file calls a write a read, is listed all the
 * same. Pure.
 */
import { templatesOf } from "../../request/route.ts";
import { decode, fitSegment, parseTemplate, type TemplateSegment } from "../../request/template.ts";
import type { ExactRequest } from "../../terms/approvals.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { accessOfMethod } from "../../terms/methods.ts";

/** What a run called: each operation at each path once. */
export interface OperationsThen {
  /** Those that only read. */
  reads: CalledThen[];
  others: CalledThen[];
}

export type CalledThen = Pick<RequestRecord, "api" | "method" | "operation"> & {
  /** As it was sent, with the base path of its server. */
  path: string;
};

export function operationsThen(requests: readonly RequestRecord[]): OperationsThen {
  const reads = new Map<string, CalledThen>();
  const others = new Map<string, CalledThen>();
  for (const { api, operation, method, url, access = accessOfMethod(method) } of requests) {
    const called = { api, method, path: pathOf(url), ...(operation !== undefined && { operation }) };
    (access === "read" ? reads : others).set(JSON.stringify(called), called);
  }
  return { reads: [...reads.values()], others: [...others.values()] };
}

/**
 * An id can mean another operation in today's document, and a path can have moved. So a write of then is known again by either
 * of them, and what shows that a request only reads has both.
 */
export function isSentLookingBack(
  request: Pick<ExactRequest, "api" | "operation" | "route" | "access" | "method">,
  { reads, others }: OperationsThen,
): boolean {
  const { api, operation, access, method } = request;
  if (access !== "read") return false;
  const templates = templatesOf(request).map((template) => parseTemplate(template).segments);
  const isAt = (then: CalledThen, segments: (typeof templates)[number]) =>
    then.api === api && then.method === method && endsIn(then.path, segments);
  const isNamed = (then: CalledThen) => then.api === api && then.operation === operation;
  if (others.some((then) => isNamed(then) || templates.some((template) => isAt(then, template))))
    return false;
  // Of a method that may write, a document alone does not say that it reads: the run of then has done so.
  if (accessOfMethod(method) === "read") return true;
  return (
    templates.length > 0 && templates.every((one) => reads.some((then) => isNamed(then) && isAt(then, one)))
  );
}

const pathOf = (url: string) => (URL.canParse(url) ? new URL(url).pathname : url);

/** Whether a path ends in a template. Before it is the base path of a server, which may have been another then. */
function endsIn(path: string, template: TemplateSegment[]): boolean {
  const segments = path.split("/").slice(1);
  const from = segments.length - template.length;
  return (
    from >= 0 &&
    template.every((one, index) => fitSegment(one, decode(segments[from + index] ?? "")) !== undefined)
  );
}
