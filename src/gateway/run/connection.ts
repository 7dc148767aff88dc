/**
 * A connection that is revoked while one of its runs is under way: the run's next requests are refused. Asked for at
 * most once in `intervalMs` of a run, so that a short run costs nothing and a long one next to nothing.
 */
import { stands } from "../../vault/standing.ts";
import type { Failure } from "../../terms/failure.ts";
import { logEvent } from "../../terms/log.ts";
import type { RunContext } from "./context.ts";

const intervalMs = 1_000;

/** @returns why nothing more may be sent for this run, or undefined */
export async function endedConnection({ run, caller, env }: RunContext): Promise<Failure | undefined> {
  if (caller.standing === undefined) return undefined;
  const now = Date.now();
  // Also after a clock was set back.
  if (!run.revoked && Math.abs(now - run.standingAt) >= intervalMs) {
    // Set before the answer is there: requests that come in meanwhile do not ask too.
    run.standingAt = now;
    try {
      if (!(await stands(env["OAUTH_KV"] as KVNamespace, caller.standing))) run.revoked = true;
    } catch (error) {
      // The next request asks again.
      run.standingAt = 0;
      logEvent("isogate.connection.unread", {}, error);
      return unread;
    }
  }
  return run.revoked ? revoked : undefined;
}

const unread: Failure = {
  kind: "misconfigured",
  message: "The request was not sent: whether this connection still stands cannot be read right now.",
  next: "Try again in a moment; if it stays so, tell the operator to read the server's log.",
};

const revoked: Failure = {
  kind: "denied",
  rule: "revoked connections",
  message:
    "The request was not sent: the user ended this connection while the run was going. What was sent before stays " +
    "as it is. Stop here and tell the user.",
};
