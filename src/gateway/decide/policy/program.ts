/**
 * A program that a person allowed as a whole may call what its code showed then, and nothing else, whatever the grant and the
 * policy of the API would let it.
 */
import { covers } from "../../../request/capabilities.ts";
import { accountHeader } from "../../../request/refusal.ts";
import type { Rule } from "./rule.ts";

const name = "what the program was allowed to call";

export const program: Rule = {
  name,
  // Before the grant: the way on is other code, not another scope.
  order: 0,
  decide({ heldTo, api, operation, access, method, path, headers }) {
    if (!heldTo) return undefined;
    const { capabilities, ...at } = heldTo;
    const account = headers.get(accountHeader);
    if (covers(capabilities, { ...at, api, method, template: operation.path, path, access, account }))
      return undefined;
    const message =
      `${operation.id} (${method} ${operation.path}) of ${api} was not sent: the user allowed this program to call only what its ` +
      "code showed beforehand, and this is not among it. To do more, send other code, with each operation by its name or path: the user is asked about it.";
    return {
      effect: "deny",
      rule: name,
      failure: { kind: "denied", operation: operation.id, rule: name, message },
    };
  },
};
