/**
 * Refuses what makes some frameworks read another method than the one that was decided on (`X-HTTP-Method-Override`,
 * `?_method=DELETE`), unless the document declares that parameter for the operation.
 */
import type { Rule, Verdict } from "./rule.ts";

const headerNames = ["x-http-method-override", "x-http-method", "x-method-override"];
const queryNames = ["_method", "$method"];
const name = "no method override";

export const methodOverride: Rule = {
  name,
  decide({ headers, query, method }): Verdict | undefined {
    const found =
      headerNames.find((header) => headers.has(header)) ??
      queryNames.find((parameter) => query.has(parameter));
    if (found === undefined) return undefined;
    const message =
      `The request is a ${method} and carries ${found}, which some servers read as another method. ` +
      "Leave it out and use the method itself, for example api.delete(path).";
    return { effect: "deny", rule: name, failure: { kind: "denied", rule: name, message } };
  },
};
