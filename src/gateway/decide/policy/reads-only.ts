/** A run of `search` whose client's URL lets it call the API: it reads, whatever the connection was granted. */
import type { Rule } from "./rule.ts";

const name = "search only reads";

export const readsOnly: Rule = {
  name,
  // Before the grant: the way on is another tool, not another scope.
  order: 0,
  decide({ operation, access, caller }) {
    if (!caller.readsOnly || access === "read") return undefined;
    const message = `${operation.id} was not sent: it is a ${access}, and search may call only operations that read. Send this code to execute.`;
    return {
      effect: "deny",
      rule: name,
      failure: { kind: "denied", operation: operation.id, rule: name, message },
    };
  },
};
