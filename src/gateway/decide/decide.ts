/** Decides on a request by every rule: one deny makes it a deny, else one ask makes it an ask. */
import { ownRules } from "./own-rules.ts";
import { rules } from "./policy/index.ts";
import type { Subject, Verdict } from "./policy/rule.ts";

const inOrder = rules.toSorted((one, other) => one.order - other.order);

const strictness = { allow: 0, ask: 1, deny: 2 } as const;

/**
 * @param subjects several if the document is ambiguous about the operation: the strictest decision counts
 * @returns the verdict and the subject that it was reached on
 */
export function decide(subjects: readonly [Subject, ...Subject[]]): { verdict: Verdict; subject: Subject } {
  return subjects
    .map((subject) => ({ verdict: decideOne(subject), subject }))
    .reduce((strictest, other) =>
      strictness[other.verdict.effect] > strictness[strictest.verdict.effect] ? other : strictest,
    );
}

function decideOne(subject: Subject): Verdict {
  let strictest: Verdict = { effect: "allow", rule: "no rule" };
  for (const rule of [...inOrder, ...ownRules()]) {
    const verdict = rule.decide(subject);
    if (!verdict) continue;
    if (verdict.effect === "deny") return verdict;
    if (strictness[verdict.effect] >= strictness[strictest.effect]) strictest = verdict;
  }
  return strictest;
}
