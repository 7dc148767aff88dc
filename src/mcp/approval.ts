/** Which runs may be paused, and whether a run continues a paused one. */
import type { ReadCode } from "../check/read-code.ts";
import { operationsThen } from "../gateway/run/operations-then.ts";
import type { RunScope } from "../gateway/run/props.ts";
import { clientOf, credentialsIdOf } from "../terms/caller.ts";
import { logEvent } from "../terms/log.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { own } from "../terms/own.ts";
import { misconfigured, type Result } from "../terms/result.ts";
import type { ToolContext } from "./tool-context.ts";

/**
 * Asks the ledger whether this code continues a paused run. Approvals are bound to the connection: a client of this
 * user.
 * @param plan whether the run only lists what it would change or has to ask about
 * @returns no approval, at no cost, for a run that no rule can `ask` about
 */
export async function approvalFor(
  runId: string,
  read: ReadCode,
  plan: boolean,
  { env, caller, apis, lookBack }: ToolContext,
): Promise<Result<Pick<RunScope, "approval" | "capabilities">>> {
  if (!plan && !lookBack && !apis.some(mayAsk)) return { ok: true };
  const isPlan = (plan || lookBack) && { plan: true };
  const run = {
    runId,
    client: clientOf(caller),
    credentialsId: credentialsIdOf(caller),
    code: read.program.code,
    ...isPlan,
  };
  if (lookBack)
    return { ok: true, approval: { run, continues: false, lookBack: operationsThen(lookBack.requests) } };
  try {
    const continued = plan ? null : await env.LEDGER.getByName(caller.userId).continues(run);
    if (continued) {
      const { allowed } = continued;
      if (!allowed) return { ok: true, approval: { run, continues: true } };
      const approval = { run: { ...run, heldTo: allowed.hash }, continues: true };
      return { ok: true, approval, capabilities: allowed.capabilities };
    }
    return { ok: true, approval: { run, continues: false } };
  } catch (error) {
    // Only the ledger knows whether this code continues an approved run.
    logEvent("isogate.approvals.unread", {}, error);
    return misconfigured(
      "Approvals cannot be read right now. Nothing was run or sent.",
      "Send the same code again in a moment. If it keeps failing, tell the operator to read the server's log.",
    );
  }
}

function mayAsk({ file }: DeployedApi): boolean {
  // What a rule of the project may say is not known beforehand.
  if (own().rule.length > 0) return true;
  return file.otherwise === "ask" || (file.policy ?? []).some(({ effect }) => effect === "ask");
}
