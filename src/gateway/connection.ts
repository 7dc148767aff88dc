/**
 * A connection that is revoked while one of its runs is under way: the run's next requests are refused. Asked for at
 * most once in `intervalMs` of a run, so that a short run costs nothing and a long one next to nothing.
 */
import { stands } from "../auth/standing.ts";
import type { Failure } from "../failure.ts";
import type { CallContext } from "./context.ts";

const intervalMs = 1_000;

/** @returns why nothing more may be sent for this run, or undefined */
export async function endedConnection({ run, caller, env }: CallContext): Promise<Failure | undefined> {
  if (caller.standing === undefined) return undefined;
  const now = Date.now();
  if (!run.revoked && now - run.standingAt >= intervalMs) {
    // Set before the answer is there: requests that come in meanwhile do not ask too.
    run.standingAt = now;
    if (!(await stands(env["OAUTH_KV"] as KVNamespace, caller.standing))) run.revoked = true;
  }
  return run.revoked ? revoked : undefined;
}

const revoked: Failure = {
  kind: "denied",
  rule: "revoked connections",
  message:
    "The request was not sent: the user ended this connection while the run was going. What was sent before stays " +
    "as it is. Stop here and tell the user.",
};
