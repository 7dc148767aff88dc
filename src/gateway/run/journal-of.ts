import type { SliceName } from "../../terms/approvals.ts";
import type { JournalEntry } from "../../terms/lasting.ts";
import { Journal } from "./journal.ts";
import type { RunState } from "./run-state.ts";
import { waitUntil } from "./waiting.ts";

const loading = new WeakSet<RunState>();

/**
 * The journal of a slice: the host has read it, or, where the gateway runs in another isolate, it is read here, once.
 * @throws what the ledger throws
 */
export async function journalOf(
  run: RunState,
  slice: SliceName,
  ledger: { journalOf(runId: string): Promise<JournalEntry[]> },
): Promise<Journal> {
  while (!run.journal) {
    if (loading.has(run)) await waitUntil(() => !loading.has(run));
    else {
      loading.add(run);
      try {
        run.journal = new Journal({ ...slice, entries: await ledger.journalOf(slice.runId) });
      } finally {
        loading.delete(run);
      }
    }
  }
  return run.journal;
}
