/**
 * A connection that is revoked while one of its runs is under way: the run's next requests are refused. Asked for at
 * most once in `intervalMs` of a run, so that a short run costs nothing and a long one next to nothing.
 */
import { isConnected } from "../../vault/connection.ts";
import type { Failure } from "../../terms/failure.ts";
import { logEvent } from "../../terms/log.ts";
import type { RunContext } from "./run-state.ts";

const intervalMs = 1_000;

/** @returns why nothing more may be sent for this run, or undefined */
export async function endedConnection({ run, caller, env }: RunContext): Promise<Failure | undefined> {
  if (caller.connectionKey === undefined) return undefined;
  const now = Date.now();
  // Also after a clock was set back.
  if (!run.revoked && Math.abs(now - run.connectedAt) >= intervalMs) {
    // Set before the answer is there: requests that come in meanwhile do not ask too.
    run.connectedAt = now;
    try {
      if (!(await isConnected(env["OAUTH_KV"] as KVNamespace, caller.connectionKey))) run.revoked = true;
    } catch (error) {
      // The next request asks again.
      run.connectedAt = 0;
      logEvent("isogate.connection.unread", {}, error);
      return unread;
    }
  }
  return run.revoked ? revoked : undefined;
}

const unread: Failure = {
  kind: "misconfigured",
  message: "The request was not sent: whether this connection was revoked cannot be read right now.",
  next: "Try again in a moment. If it keeps failing, tell the operator to read the server's log.",
};

const revoked: Failure = {
  kind: "denied",
  rule: "revoked connections",
  message:
    "The request was not sent: the user ended this connection during the run. What was sent before stays " +
    "as it is. Stop here and tell the user.",
};
