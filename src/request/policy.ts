/**
 * What the policy of an API file says about a request. Of the rules that fit, deny wins over ask, and ask over allow; else
 * `otherwise`. The gateway decides by it, and a refresh of a document compares by it. Pure.
 */
import type { OperationSummary } from "../spec/catalog.ts";
import type { Access, ApiFile, PolicyRule } from "../terms/api-file.ts";
import { matchesPattern } from "./pattern.ts";

export interface PolicySubject {
  operation: OperationSummary;
  access: Access;
  /** Upper case. */
  method: string;
  /** The path as it is sent, without the base path. */
  path: string;
}

export type Effect = PolicyRule["effect"];

/** In how far an effect holds a request back. */
export const strictness: Record<Effect, number> = { allow: 0, ask: 1, deny: 2 };

const strictestFirst = ["deny", "ask", "allow"] as const;

/** @returns the effect with the rule that has it, or `otherwise` without one; undefined if the file says nothing */
export function policyOn(
  { policy = [], otherwise }: Pick<ApiFile, "policy" | "otherwise">,
  subject: PolicySubject,
): { effect: Effect; rule?: PolicyRule } | undefined {
  const fitting = policy.filter((rule) => fits(rule, subject));
  for (const effect of strictestFirst) {
    const rule = fitting.find((candidate) => candidate.effect === effect);
    if (rule) return { effect, rule };
  }
  return otherwise && { effect: otherwise };
}

function fits(rule: PolicyRule, { operation, method, path, access }: PolicySubject): boolean {
  const { tag } = rule;
  return (
    one(rule.method, (pattern) => pattern === "*" || pattern.toUpperCase() === method) &&
    one(rule.path, (pattern) => matchesPattern(pattern, operation.path) || matchesPattern(pattern, path)) &&
    one(rule.operation, (pattern) => matchesPattern(pattern, operation.id)) &&
    (tag === undefined ||
      operation.tags.some((own) => one(tag, (pattern) => matchesPattern(pattern, own)))) &&
    one(rule.access, (wanted) => wanted === access)
  );
}

/** A missing member fits everything; a list fits if one of its entries does. */
function one<Value extends string>(given: Value | Value[] | undefined, test: (value: Value) => boolean) {
  return given === undefined || [given].flat().some((value) => test(value as Value));
}
