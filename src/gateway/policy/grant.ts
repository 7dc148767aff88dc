/** The connection's grant: an operation needs its access class, and an API that was not granted may not be used. */
import type { Rule } from "./rule.ts";

const name = "the connection's grant";

export const grant: Rule = {
  name,
  decide({ api, operation, access, granted }) {
    if (granted.includes(access)) return { effect: "allow", rule: `granted: ${access}` };
    const scope = `${api}:${access}`;
    return { effect: "deny", rule: name, failure: { kind: "needs-scope", operation: operation.id, scope } };
  },
};
