import { tellStage } from "../../../terms/stages.ts";
import type { Sink } from "./sink.ts";

/** The user's own record, which the console shows and `recall` reads. */
export const ledger: Sink = {
  name: "ledger",
  begin: (start, { env, userId }) => env.LEDGER.getByName(userId).beginRun(start),
  progress: (runId, requests, { env, userId }) =>
    env.LEDGER.getByName(userId).progressRun(runId, [...requests]),
  end: async ({ record, result, lost }, { env, userId }) => {
    await env.LEDGER.getByName(userId).endRun(record, result, lost);
    tellStage("recorded");
  },
};
