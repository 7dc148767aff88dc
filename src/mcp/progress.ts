/** Tells a client that waits how far a long run is: how many requests are done, and what is under way. */
import type { ServerContext } from "@modelcontextprotocol/server";
import type { RequestRecord } from "../terms/failure.ts";

/** Most runs are over before the first word. */
const everyMs = 500;

export type Tell = (done: number, message: string) => void;

/** @returns undefined for a client that gave no token, as one that wants to hear of it does */
export function tellOf({ mcpReq }: ServerContext): Tell | undefined {
  const { _meta: meta } = mcpReq;
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return (progress, message) => {
    const params = { progressToken, progress, message };
    // A client that has gone away needs no word.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
}

/**
 * Tells how far a run is, each time something has changed.
 * @param records of its requests, to which the gateway adds
 * @returns ends it
 */
export function reportProgress(records: readonly RequestRecord[], tell: Tell | undefined): () => void {
  if (!tell) return () => {};
  let last = "";
  const timer = setInterval(() => {
    const underWay = records.findLast(({ outcome }) => outcome === "under way");
    const done = records.filter(({ outcome }) => outcome !== "under way").length;
    const current = underWay ? `, now ${underWay.operation ?? underWay.method}` : "";
    const message = `${done} ${done === 1 ? "request" : "requests"} done${current}`;
    if (message === last) return;
    last = message;
    tell(done, message);
  }, everyMs);
  return () => clearInterval(timer);
}
