/**
 * The connection's grant: an operation needs its access class, for the whole API or for one of its tags, and an API
 * that was not granted may not be used.
 */
import { allows, formatScope } from "../../auth/scopes.ts";
import type { Rule } from "./rule.ts";

const name = "the connection's grant";

export const grant: Rule = {
  name,
  decide({ api, operation, access, granted, grantedTags }) {
    const caller = {
      access: { [api]: [...granted] },
      ...(grantedTags ? { tags: { [api]: grantedTags } } : {}),
    };
    if (allows(caller, api, { access, tags: operation.tags }))
      return { effect: "allow", rule: `granted: ${access}` };
    // Where some tags were granted, the operation's own tag is the least that has to be added.
    const [tag] = granted.includes(access) ? operation.tags : [];
    const scope = formatScope(tag === undefined ? { api, access } : { api, access, tag });
    return { effect: "deny", rule: name, failure: { kind: "needs-scope", operation: operation.id, scope } };
  },
};
