/** The decision on a request. Every rule is asked; one deny is a deny, else one ask is an ask. */
import { rules } from "./policy/index.ts";
import type { Subject, Verdict } from "./policy/rule.ts";

const inOrder = rules.toSorted((one, other) => one.order - other.order);

const strictness = { allow: 0, ask: 1, deny: 2 } as const;

/**
 * The decision on a request.
 * @param subjects one, or several if the document does not tell apart which operation the request is: the strictest
 *   decision over them counts
 * @returns the verdict and the subject that it was reached on
 */
export function decide(subjects: readonly [Subject, ...Subject[]]): { verdict: Verdict; subject: Subject } {
  const [first, ...others] = subjects.map((subject) => ({ verdict: decideOne(subject), subject }));
  let decision = first as { verdict: Verdict; subject: Subject };
  for (const other of others) {
    if (strictness[other.verdict.effect] > strictness[decision.verdict.effect]) decision = other;
  }
  return decision;
}

function decideOne(subject: Subject): Verdict {
  let strictest: Verdict = { effect: "allow", rule: "no rule" };
  for (const rule of inOrder) {
    const verdict = rule.decide(subject);
    if (!verdict) continue;
    if (verdict.effect === "deny") return verdict;
    if (strictness[verdict.effect] >= strictness[strictest.effect]) strictest = verdict;
  }
  return strictest;
}
