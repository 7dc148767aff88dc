/** The policy of the API file (src/request/policy.ts), in the words of a verdict. */
import { trimEndOf } from "../../../terms/trim-end.ts";
import { policyOn, type Effect } from "../../../request/policy.ts";
import type { ApiFile, PolicyRule } from "../../../terms/api-file.ts";
import type { Rule, Subject, Verdict } from "./rule.ts";

export const fileRules: Rule = {
  name: "the policy of the API file",
  order: 2,
  decide(subject): Verdict | undefined {
    const found = policyOn(subject.file, subject);
    if (!found) return undefined;
    const { effect, rule } = found;
    if (!rule) return verdict(effect, `policy: otherwise ${effect}`, subject);
    return verdict(effect, ruleName(subject.file, rule), subject, rule.reason);
  },
};

/** `policy[0]: deny path /zones/*`: a rule of an API file by its place and what it says. */
export function ruleName({ policy }: Pick<ApiFile, "policy">, rule: PolicyRule): string {
  return `policy[${policy?.indexOf(rule)}]: ${inWords(rule)}`;
}

function verdict(effect: Effect, rule: string, subject: Subject, reason?: string): Verdict {
  if (effect !== "deny") return { effect, rule };
  const { id } = subject.operation;
  const message =
    `${id} (${subject.method} ${subject.operation.path}) is denied at ${subject.api}` +
    `${reason ? `: ${trimEndOf(reason, /[.\s]/)}` : " by its operator"}. Tell the user, and do not try to achieve the same another way.`;
  return { effect, rule, failure: { kind: "denied", operation: id, rule, message } };
}

/** What a rule says, without its reason. */
export function inWords({ effect, reason: _reason, ...members }: PolicyRule): string {
  const parts = Object.entries(members).map(([name, value]) => `${name} ${[value].flat().join(" or ")}`);
  return [effect, ...parts].join(" ");
}
