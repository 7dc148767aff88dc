/** When a run that has met an `ask` counts as paused, and the host may answer. */
import type { RunState } from "../run/run-state.ts";
import { waitUntil } from "../run/waiting.ts";

/** Requests made in parallel arrive within this time, so that the person sees all of them on one page. */
const graceMs = 50;

/** How long the host waits for a paused run's other requests. */
const maxDrainMs = 10_000;

/** Resolves when the run is paused and its requests under way have ended, or when the run is closed. */
export async function untilPaused(run: RunState): Promise<void> {
  await waitUntil(() => {
    if (run.closed) return true;
    const { pausing } = run;
    if (!pausing || pausing.waiting.length === 0) return false;
    const quietMs = Date.now() - pausing.lastPauseAt;
    return quietMs >= (pausing.underWay === 0 ? graceMs : maxDrainMs);
  });
}
