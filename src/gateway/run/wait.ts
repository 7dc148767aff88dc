/**
 * Waiting for something that another request brings about. In Workers a promise that one request made is not to be
 * settled by another, and a request that waits for nothing of its own is cancelled as hung. So whoever waits looks
 * again and again, by a timer of its own.
 */

const firstTickMs = 1;
const lastTickMs = 16;

/** Resolves soon after the condition holds: within a quarter of the time waited so far, at most 16 ms late. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  let tickMs = firstTickMs;
  while (!condition()) {
    const ms = tickMs;
    await new Promise((resolve) => setTimeout(resolve, ms));
    tickMs = Math.min(tickMs * 1.25, lastTickMs);
  }
}
