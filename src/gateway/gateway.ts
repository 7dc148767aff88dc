/**
 * The only way out of an isolate that runs model code. Every request is matched to one operation of the document,
 * decided on, signed, sent and recorded; a request that is not an operation of the run's APIs does not leave.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { StoreFault } from "../store/fault.ts";
import { openDeployed } from "../store/catalogs.ts";
import { approvingOf } from "./approve/approving.ts";
import { handleCall } from "./call.ts";
import { learningFor } from "../learned/learned.ts";
import type { GatewayProps, RunScope } from "./run/props.ts";
import { refuse } from "../request/refusal.ts";
import { recordOf } from "./record/record.ts";
import { logEvent } from "../terms/log.ts";
import { stateOf, type RunContext } from "./run/run-state.ts";

/** Without a `connect` handler, raw sockets of the sandbox fail. They must keep failing. */
export class Gateway extends WorkerEntrypoint<Env, GatewayProps> {
  override async fetch(request: Request): Promise<Response> {
    const { runId, scope } = this.ctx.props;
    const run = stateOf(runId);
    const { caller, apis, approval } = (run.scope ??= JSON.parse(scope) as RunScope);
    try {
      const context: RunContext = {
        run,
        caller,
        apis,
        env: this.env as unknown as Record<string, unknown>,
        open: (api) => openDeployed(this.env.CATALOGS, api),
        learning: learningFor(caller.userId, this.env, this.ctx),
      };
      const answering = handleCall(
        request,
        context,
        approval && approvingOf(run, approval, this.env.LEDGER.getByName(caller.userId)),
      );
      // An approved request is recorded to its end, even if the run is over or given up.
      if (approval) this.ctx.waitUntil(answering.catch(() => undefined));
      return await answering;
    } catch (error) {
      // A bug of ours or a broken store: the reason goes to the log, not to the sandbox.
      logEvent("isogate.gateway.failed", { "isogate.run.id": runId }, error);
      const isUnread = error instanceof StoreFault;
      const failure = {
        kind: "misconfigured" as const,
        message: isUnread
          ? `The request was not sent. ${error.message}`
          : "The gateway failed while handling this request, which was not completed.",
        next: "Try again. If it keeps failing, tell the operator to read the server's log.",
      };
      // Documents are read before the request is recorded or sent.
      if (isUnread) run.records.push({ ...recordOf(request, { ok: false, failure }, Date.now()), failure });
      return refuse(failure);
    }
  }
}
