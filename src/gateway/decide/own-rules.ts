/**
 * The rules of the operator's project. One that fails, does not end, or says nothing that can be understood, denies: it may
 * be the one that matters.
 */
import { onceFor } from "../../terms/once.ts";
import { held, own, ownFailed } from "../../terms/own.ts";
import type * as project from "../../terms/public.ts";
import type { Effect } from "../../request/policy.ts";
import { deniedBy } from "./policy/file-rules.ts";
import type { Rule, Subject, Verdict } from "./policy/rule.ts";

/** In their order in the project. */
export function ownRules(): readonly Rule[] {
  return adopted(own().rule);
}

const adopted = onceFor((rules: readonly project.Rule[]) => rules.map(adopt));

function adopt(rule: project.Rule): Rule {
  const { name } = rule;
  return {
    name,
    order: 3,
    decide(subject) {
      try {
        return understood(
          held(() => rule.decide(shown(subject))),
          name,
          subject,
        );
      } catch (error) {
        ownFailed("rule", name, error);
        const message = `The rule "${name}" of this server's operator failed, so ${subject.operation.id} was not sent.`;
        const next = "Tell the user that the operator finds the reason in the server's log.";
        return { effect: "deny", rule: name, failure: { kind: "misconfigured", message, next } };
      }
    },
  };
}

/** A copy of what is public of a request: the catalog, which it is a part of, is everybody's. */
function shown(subject: Subject): project.RuleRequest {
  const { api, operation, access, caller, plan, method, path, query, headers } = subject;
  return {
    api,
    operation: { ...operation, tags: [...operation.tags] },
    access,
    caller: { access: structuredClone(caller.access) },
    plan,
    method,
    path,
    query: [...query],
    headers,
  };
}

function understood(verdict: unknown, rule: string, subject: Subject): Verdict | undefined {
  if (verdict === undefined || verdict === null) return undefined;
  const { effect, reason } = verdict as { effect?: unknown; reason?: unknown };
  const grounds = (decided: Effect) => ({ by: "own" as const, effect: decided, name: rule });
  if (effect === "allow" || effect === "ask") return { effect, rule, grounds: grounds(effect) };
  if (effect === "deny" && (reason === undefined || typeof reason === "string"))
    return { effect, rule, grounds: grounds(effect), failure: deniedBy(rule, subject, reason) };
  throw new TypeError(
    verdict instanceof Promise
      ? "it returned a promise; a rule answers at once"
      : `it returned ${JSON.stringify(verdict)?.slice(0, 200)}, which is no verdict`,
  );
}
