/** Tells a client that waits how far a long run is: how many requests are done, and what is under way. */
import type { RequestRecord } from "../terms/failure.ts";

/** Most runs are over before the first word. */
const everyMs = 500;

export type Tell = (done: number, message: string) => void;

/**
 * Tells while the run goes on, each time something has changed.
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
