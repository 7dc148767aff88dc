/** The policy of the API file (src/request/policy.ts), in the words of a verdict. */
import { trimEndOf } from "../../../terms/trim-end.ts";
import { policyOn, type Effect } from "../../../request/policy.ts";
import type { PolicyRule } from "../../../terms/api-file.ts";
import type { Failure } from "../../../terms/failure.ts";
import type { Grounds } from "../../../terms/grounds.ts";
import type { Rule, Subject, Verdict } from "./rule.ts";

export const fileRules: Rule = {
  name: "the policy of the API file",
  order: 2,
  decide(subject): Verdict | undefined {
    const found = policyOn(subject.file, subject);
    if (!found) return undefined;
    const { effect, rule } = found;
    if (!rule) return verdict({ by: "otherwise", effect }, `policy: otherwise ${effect}`, subject);
    const grounds = { ...groundsOf(rule), index: subject.file.policy?.indexOf(rule) ?? 0 };
    return verdict(grounds, `policy[${grounds.index}]: ${inWords(grounds)}`, subject, rule.reason);
  },
};

type OfFile = Extract<Grounds, { effect: Effect }>;

function verdict(grounds: OfFile, rule: string, subject: Subject, reason?: string): Verdict {
  const { effect } = grounds;
  if (effect !== "deny") return { effect, rule, grounds };
  return { effect, rule, grounds, failure: deniedBy(rule, subject, reason) };
}

/** @param reason of the operator, in a sentence */
export function deniedBy(rule: string, { api, method, operation }: Subject, reason?: string): Failure {
  const { id, path } = operation;
  const why = reason ? `: ${trimEndOf(reason, /[.\s]/)}` : " by its operator";
  const message = `${id} (${method} ${path}) is denied at ${api}${why}. Tell the user, and do not try to achieve the same another way.`;
  return { kind: "denied", operation: id, rule, message };
}

type OfRule = Extract<Grounds, { by: "policy" }>;

/** What a rule says, without its reason and its place. */
export function groundsOf({ effect, reason: _reason, ...members }: PolicyRule): OfRule {
  const parts = Object.entries(members).map(([name, value]) => `${name} ${[value].flat().join(" or ")}`);
  return { by: "policy", effect, what: parts.join(" ") };
}

/** `deny path /zones/*` */
export function inWords({ effect, what }: OfRule): string {
  return what === "" ? effect : `${effect} ${what}`;
}
