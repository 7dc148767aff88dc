/**
 * The connection's grant: an operation needs its access class, for the whole API or for one of its tags. A plan sends
 * only what reads, so for everything else it needs no more than some access to the API.
 */
import { missingScope } from "../../../terms/scopes.ts";
import type { Failure } from "../../../terms/failure.ts";
import type { Rule } from "./rule.ts";

const name = "the connection's grant";

export const grant: Rule = {
  name,
  order: 1,
  decide({ api, operation, access, caller, plan }) {
    if (plan && access !== "read" && caller.access[api]?.includes("read"))
      return { effect: "allow", rule: "a plan, which does not send it" };
    const scope = missingScope(caller, api, { access, tags: operation.tags });
    if (scope === undefined)
      return { effect: "allow", rule: `granted: ${access}`, grounds: { by: "grant", access } };
    const failure: Failure = { kind: "needs-scope", operation: operation.id, scope };
    return { effect: "deny", rule: name, grounds: { by: "no grant" }, failure };
  },
};
