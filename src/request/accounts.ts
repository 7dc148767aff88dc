/** What is said of an account that is not there. Pure. */
import type { FailureOf } from "../terms/failure.ts";
import { labelType, nameless } from "./account-labels.ts";

/** @param labels of every account that the connection has at this API, the first one first */
export function unknownAccount(
  api: string,
  asked: unknown,
  labels: readonly string[],
): FailureOf<"bad-arguments"> {
  const shown = typeof asked === "string" ? JSON.stringify(asked.slice(0, 60)) : `of type ${typeof asked}`;
  const named = labels.filter((label) => label !== nameless);
  const there =
    named.length === 0
      ? `this connection calls ${api} with one credential, which has no name: leave out .as(…)`
      : `there is ${named.map((label) => JSON.stringify(label)).join(", ")}` +
        (labels.includes(nameless) ? ", and the first, which is used without .as(…)" : "");
  return {
    kind: "bad-arguments",
    operation: `apis.${api}.as`,
    problems: [`no account ${shown}; ${there}`],
    ...(named.length > 0 && { signature: `apis.${api}.as(label: ${labelType(labels)})` }),
  };
}
