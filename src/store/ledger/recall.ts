import { WorkerEntrypoint } from "cloudflare:workers";

/** What an isolate is given to `recall`: one user's results, and nothing else of the ledger. */
export class Recall extends WorkerEntrypoint<Env, { userId: string }> {
  async recall(runId: string): Promise<string | null> {
    return this.env.LEDGER.getByName(this.ctx.props.userId).recall(String(runId));
  }
}
