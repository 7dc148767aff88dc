import { WorkerEntrypoint } from "cloudflare:workers";
import { logEvent } from "../../terms/log.ts";
import type { Grant } from "../../terms/scopes.ts";

/**
 * Gives an isolate the results of one user's runs, and nothing else of the ledger. A result belongs to the connection too:
 * a run that was granted what this one was not may have read what this one may not.
 */
export class Recall extends WorkerEntrypoint<Env, { userId: string; grant: Grant }> {
  async recall(runId: string): Promise<string | null> {
    try {
      const { userId, grant } = this.ctx.props;
      return await this.env.LEDGER.getByName(userId).recall(String(runId), grant);
    } catch (error) {
      logEvent("isogate.recall.failed", {}, error);
      // oxlint-disable-next-line preserve-caught-error -- it goes to the model's code; the store's words are for the log
      throw new Error(
        "Results of earlier runs cannot be read right now. Try again, or fetch the data again.",
      );
    }
  }
}
