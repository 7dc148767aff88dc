/**
 * Refuses the next requests of a run whose connection was revoked meanwhile. Reads the connection at most once in
 * `intervalMs`: a short run costs nothing, a long one very little.
 */
import { isConnected } from "../../vault/connection.ts";
import type { Failure } from "../../terms/failure.ts";
import { logEvent } from "../../terms/log.ts";
import type { RunContext } from "./run-state.ts";

const intervalMs = 1_000;

/**
 * Asked when a request arrives, and again each time before it leaves: it may have waited in between.
 * @returns why nothing more may be sent for this run, or undefined
 */
export async function endedMeanwhile(context: RunContext): Promise<Failure | undefined> {
  return context.run.closed ? notAwaited : endedConnection(context);
}

async function endedConnection({ run, caller, env }: RunContext): Promise<Failure | undefined> {
  if (caller.connectionKey === undefined) return undefined;
  const now = Date.now();
  // Also after a clock was set back.
  if (!run.revoked && Math.abs(now - run.connectedAt) >= intervalMs) {
    // Set before the answer arrives, so that parallel requests do not ask too.
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
  message: "The request was not sent: isogate cannot check right now whether this connection was revoked.",
  next: "Try again in a moment. If it keeps failing, tell the operator to read the server's log.",
};

export const notAwaited: Failure = {
  kind: "denied",
  rule: "not awaited: the run had ended",
  message: "The run had ended before this request could be sent. Await every call.",
};

export const revoked: Failure = {
  kind: "denied",
  rule: "revoked connections",
  message:
    "The request was not sent: this connection was ended during the run. Earlier requests are not undone. " +
    "Stop here and tell the user.",
};

export const stopped: Failure = {
  kind: "denied",
  rule: "ended runs",
  message: "The request was not sent: its user ended this run. Earlier requests are not undone. Stop here.",
};
