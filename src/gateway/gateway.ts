/**
 * The only way out of an isolate that runs model code. Every request is matched to one operation of the document,
 * decided on, signed, sent and recorded; a request that is not an operation of the run's APIs does not leave.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { openDeployed } from "../store/catalogs.ts";
import { approvingOf } from "./approve/approving.ts";
import { handleCall } from "./call.ts";
import { learningFor } from "../learned/learned.ts";
import type { GatewayProps, RunScope } from "./run/props.ts";
import { stateOf, type RunContext } from "./run/run-state.ts";

/** Without a `connect` handler, raw sockets of the sandbox fail. They must keep failing. */
export class Gateway extends WorkerEntrypoint<Env, GatewayProps> {
  override async fetch(request: Request): Promise<Response> {
    const { runId, scope } = this.ctx.props;
    const run = stateOf(runId);
    const { caller, apis, approval } = (run.scope ??= JSON.parse(scope) as RunScope);
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
    if (approval) this.ctx.waitUntil(answering);
    return answering;
  }
}
