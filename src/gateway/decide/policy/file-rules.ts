/**
 * The policy of the API file. Of the rules that fit, deny wins over ask, and ask over allow; else `otherwise`. A deny
 * or an ask fits by every reading that a server may have of the method and of the values in the path (`readings.ts`),
 * an allow only by what is written.
 */
import type { PolicyRule } from "../../../terms/api-file.ts";
import { foldPattern } from "../../../request/fold.ts";
import { matchesPattern } from "../../../request/pattern.ts";
import { methodsReadIn, pathReadings } from "../../../request/readings.ts";
import { once } from "../../../terms/once.ts";
import type { Rule, Subject, Verdict } from "./rule.ts";

const strictestFirst = ["deny", "ask", "allow"] as const;

export const fileRules: Rule = {
  name: "the policy of the API file",
  order: 2,
  decide(subject): Verdict | undefined {
    const { policy = [], otherwise } = subject.file;
    const readings = once(() => readingsOf(subject.path));
    const fitting = policy.filter((rule) => fits(rule, subject, readings));
    for (const effect of strictestFirst) {
      const rule = fitting.find((candidate) => candidate.effect === effect);
      if (rule)
        return verdict(effect, `policy[${policy.indexOf(rule)}]: ${inWords(rule)}`, subject, rule.reason);
    }
    return otherwise && verdict(otherwise, `policy: otherwise ${otherwise}`, subject);
  },
};

function fits(
  rule: PolicyRule,
  { operation, method, path, access }: Subject,
  readings: () => readonly string[],
): boolean {
  const { tag } = rule;
  const isStrict = rule.effect !== "allow";
  const methods = [method.toLowerCase(), ...(isStrict ? [operation.method, ...methodsReadIn(method)] : [])];
  const fitsPath = (pattern: string) => {
    if (matchesPattern(pattern, operation.path) || matchesPattern(pattern, path)) return true;
    return isStrict && readings().some((read) => matchesPattern(foldPattern(pattern), read));
  };
  return (
    one(rule.method, (pattern) => pattern === "*" || methods.includes(pattern.toLowerCase())) &&
    one(rule.path, fitsPath) &&
    one(rule.operation, (pattern) => matchesPattern(pattern, operation.id)) &&
    (tag === undefined ||
      operation.tags.some((own) => one(tag, (pattern) => matchesPattern(pattern, own)))) &&
    one(rule.access, (wanted) => wanted === access)
  );
}

/** @param path as it is sent */
function readingsOf(path: string): string[] {
  return pathReadings(path.slice(1).split("/").map(decodeURIComponent)).map((read) => `/${read.join("/")}`);
}

/** A missing member fits everything; a list fits if one of its entries does. */
function one<Value extends string>(given: Value | Value[] | undefined, test: (value: Value) => boolean) {
  return given === undefined || [given].flat().some((value) => test(value as Value));
}

function verdict(
  effect: (typeof strictestFirst)[number],
  rule: string,
  subject: Subject,
  reason?: string,
): Verdict {
  if (effect !== "deny") return { effect, rule };
  const { id } = subject.operation;
  const message =
    `${id} (${subject.method} ${subject.operation.path}) is denied at ${subject.api}` +
    `${reason ? `: ${reason}` : " by its operator"}. Tell the user, and do not try to achieve the same another way.`;
  return { effect, rule, failure: { kind: "denied", operation: id, rule, message } };
}

function inWords({ effect, reason: _reason, ...members }: PolicyRule): string {
  const parts = Object.entries(members).map(([name, value]) => `${name} ${[value].flat().join(" or ")}`);
  return [effect, ...parts].join(" ");
}
