/** Which rules of an API file hold for which operations, over everything that an operation may be sent as. Pure. */
import type { OperationSummary } from "../spec/catalog.ts";
import { accessOf } from "../request/match.ts";
import type { Operations } from "../request/operations.ts";
import { matchesPattern } from "../request/pattern.ts";
import type { ApiFile, PolicyRule } from "../terms/api-file.ts";
import { trimEndOf } from "../terms/trim-end.ts";
import { patternMeets } from "./pattern-meets.ts";

/** Whether a pattern of a path fits an operation. */
export type Meets = (pattern: string, operation: OperationSummary) => boolean;

/** @param operations of the document, which tell where a parameter may hold slashes */
export function meetsOf(operations: () => Pick<Operations, "spans">): Meets {
  return (pattern, operation) =>
    patternMeets(pattern, operation.path) ||
    (operation.method !== "*" &&
      [...operation.path.matchAll(/\{([^{}]+)\}/g)].some(([, name = ""]) =>
        operations().spans(operation, name),
      ) &&
      patternMeets(pattern, operation.path, true));
}

/**
 * @param operation of the document, or of `outsideOperations`
 * @param meets of `meetsOf`
 * @returns whether the gateway finds the rule for anything that the operation may be sent as
 */
export function mayFit(rule: PolicyRule, operation: OperationSummary, file: ApiFile, meets: Meets): boolean {
  const { method, path, operation: id, tag, access } = rule;
  const has = <Value extends string>(given: Value | Value[] | undefined, test: (one: Value) => boolean) =>
    given === undefined || [given].flat().some((one) => test(one as Value));
  const isOutside = operation.method === "*";
  const verb = operation.method.toUpperCase();
  return (
    has(method, (one) => {
      const wanted = one.toUpperCase();
      return isOutside || wanted === "*" || wanted === verb || (wanted === "HEAD" && verb === "GET");
    }) &&
    has(path, (one) => meets(one, operation)) &&
    has(id, (one) => matchesPattern(one, operation.id)) &&
    has(tag, (one) => operation.tags.some((own) => matchesPattern(one, own))) &&
    (isOutside || has(access, (one) => one === accessOf(operation, file.access)))
  );
}

/** What the file allows beside the document, as operations of every method. */
export function outsideOperations(file: ApiFile): OperationSummary[] {
  return (file.outside ?? []).map(({ prefix, access }) => ({
    id: `outside ${prefix}`,
    method: "*",
    path: `${trimEndOf(prefix, /\//)}*`,
    summary: "",
    tags: [],
    access,
    deprecated: false,
  }));
}
