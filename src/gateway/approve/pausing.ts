/**
 * What a run that may meet an `ask` remembers while it is going: what it sent before the first ask, and what waits.
 * In memory, beside the run's counts; whatever must survive is in the ledger.
 */
import type { Pausing, RunState } from "../run/run-state.ts";
import { Semaphore, waitUntil } from "../run/waiting.ts";

/** Requests that code makes in parallel arrive within this time, so that the person sees all of them on one page. */
const graceMs = 50;

/** How long a paused run's other requests are waited for. */
const maxDrainMs = 10_000;

export function startPausing(run: RunState, continues: boolean): Pausing {
  return (run.pausing ??= {
    continuing: continues,
    beginning: false,
    deciding: new Semaphore(1),
    sent: [],
    keptBytes: 0,
    underWay: 0,
    waiting: [],
    planned: [],
    lastPauseAt: 0,
  });
}

/** Resolves when the run is paused and what it had under way has come to its end; also when the run is closed. */
export async function untilPaused(run: RunState): Promise<void> {
  await waitUntil(() => {
    if (run.closed) return true;
    const { pausing } = run;
    if (!pausing || pausing.waiting.length === 0) return false;
    const quietMs = Date.now() - pausing.lastPauseAt;
    return quietMs >= (pausing.underWay === 0 ? graceMs : maxDrainMs);
  });
}
