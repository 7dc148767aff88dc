/**
 * `sleep` of code in a lasting run. A short one is waited for here; of a long one the ledger knows until when it is, and the
 * slice ends. The isolate decides on nothing but its own time.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { SliceName } from "../../terms/approvals.ts";
import { describeFailure } from "../../terms/failure.ts";
import { lastingLimits, type Moment } from "../../terms/lasting.ts";
import { logEvent } from "../../terms/log.ts";
import { journalOf } from "./journal-of.ts";
import { ledgerBroken } from "./broken.ts";
import { stateOf } from "./run-state.ts";

/** `later`: no answer comes in this slice. */
export type Slept = Moment | "later" | { refused: string };

export interface SleepingProps {
  /** As the gateway knows the run. */
  runId: string;
  userId: string;
  slice: SliceName;
}

export class Sleeping extends WorkerEntrypoint<Env, SleepingProps> {
  async sleep(step: number, untilMs: number): Promise<Slept> {
    const { runId, userId, slice } = this.ctx.props;
    const run = stateOf(runId);
    const ledger = this.env.LEDGER.getByName(userId);
    const [asked, until] = [
      { step: Math.floor(Number(step)), key: `sleep ${Number(untilMs)}` },
      Number(untilMs),
    ];
    if (!Number.isFinite(asked.step) || !Number.isFinite(until))
      return { refused: "It sleeps until no time." };
    try {
      const known = (await journalOf(run, slice, ledger)).take(asked);
      if (known) return { seq: known.seq, at: known.at };
      const leftMs = until - Date.now();
      if (leftMs > 0 && leftMs <= lastingLimits.shortSleepMs)
        await new Promise((resolve) => setTimeout(resolve, leftMs));
      const slept = await ledger.sleep(slice, asked, until);
      if (slept === null) return "later";
      return "seq" in slept ? slept : { refused: describeFailure(slept).sentence };
    } catch (error) {
      logEvent("isogate.lasting.failed", { "isogate.run.id": slice.runId }, error);
      run.broken = ledgerBroken;
      return "later";
    }
  }
}
