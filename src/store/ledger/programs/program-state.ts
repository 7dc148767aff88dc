import { WorkerEntrypoint } from "cloudflare:workers";
import type { SliceName } from "../../../terms/approvals.ts";
import { logEvent } from "../../../terms/log.ts";
import type { Ledger } from "../ledger.ts";

interface ProgramStateProps {
  userId: string;
  slice: SliceName;
}

/** Gives the isolate of a slice the `state` of its own program, and nothing else of the ledger. */
export class ProgramState extends WorkerEntrypoint<Env, ProgramStateProps> {
  async read(): Promise<string | null> {
    return this.#asked((ledger, slice) => ledger.programState(slice));
  }

  /** See `ProgramsLedger.changeProgramState`. */
  async change(changes: string): Promise<number | undefined> {
    return this.#asked((ledger, slice) => ledger.changeProgramState(slice, String(changes)));
  }

  async #asked<Value>(
    ask: (ledger: DurableObjectStub<Ledger>, slice: SliceName) => Promise<Value>,
  ): Promise<Value> {
    const { userId, slice } = this.ctx.props;
    try {
      return await ask(this.env.LEDGER.getByName(userId), slice);
    } catch (error) {
      logEvent("isogate.state.failed", {}, error);
      // oxlint-disable-next-line preserve-caught-error -- it goes to the model's code; the store's words are for the log
      throw new Error("state cannot be read or kept right now.");
    }
  }
}
