/**
 * The only way out of an isolate that runs model code. Every request is matched to one operation of the document,
 * decided on, signed, sent and recorded; whatever is not an operation of one of the run's APIs does not leave.
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

/** Documents are read before anything is sent. */
function storeMessage(error: unknown): string | undefined {
  return error instanceof StoreFault ? `The request was not sent. ${error.message}` : undefined;
}

/** There is no `connect` handler: raw sockets of the sandbox fail, and must go on failing. */
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
      // What was approved is recorded to its end, though the run may be over or given up.
      if (approval) this.ctx.waitUntil(answering.catch(() => undefined));
      return await answering;
    } catch (error) {
      // A bug of ours or a broken store: the sandbox learns that it failed, the log learns why.
      logEvent("isogate.gateway.failed", { "isogate.run.id": runId }, error);
      const failure = {
        kind: "misconfigured" as const,
        message:
          storeMessage(error) ?? "The gateway failed while handling this request; it was not completed.",
        next: "Try again. If it keeps failing, tell the operator to read the server's log.",
      };
      // A document is read before anything is recorded of the request.
      if (error instanceof StoreFault)
        run.records.push({ ...recordOf(request, { ok: false, failure }, Date.now()), failure });
      return refuse(failure);
    }
  }
}
