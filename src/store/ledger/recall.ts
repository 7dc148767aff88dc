import { WorkerEntrypoint } from "cloudflare:workers";
import { logEvent } from "../../terms/log.ts";

/** Gives an isolate the results of one user's runs, and nothing else of the ledger. */
export class Recall extends WorkerEntrypoint<Env, { userId: string }> {
  async recall(runId: string): Promise<string | null> {
    try {
      return await this.env.LEDGER.getByName(this.ctx.props.userId).recall(String(runId));
    } catch (error) {
      logEvent("isogate.recall.failed", {}, error);
      // oxlint-disable-next-line preserve-caught-error -- it goes to the model's code; the store's words are for the log
      throw new Error(
        "Results of earlier runs cannot be read right now. Try again, or fetch the data again.",
      );
    }
  }
}
