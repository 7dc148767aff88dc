/** Tells a waiting client how far a long run is: how many requests are done, and what is under way. */
import type { ServerContext } from "@modelcontextprotocol/server";
import type { RequestRecord } from "../terms/failure.ts";

/** Most runs end before the first message. */
const everyMs = 500;

export type Tell = (done: number, message: string) => void;

/** @returns undefined for a client that sent no token and so wants no progress */
export function tellOf({ mcpReq }: ServerContext): Tell | undefined {
  const progressToken = mcpReq["_meta"]?.progressToken;
  if (progressToken === undefined) return undefined;
  return (progress, message) => {
    const params = { progressToken, progress, message };
    // The client may be gone.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
}

/**
 * Tells how far a run is, whenever that changes.
 * @param records of its requests; the gateway adds to them
 * @returns a function that stops it
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
