/**
 * The only way out of an isolate that runs model code. Every request is matched to one operation of the document,
 * decided on, signed, sent and recorded; a request that is not an operation of the run's APIs does not leave.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { openDeployed } from "../store/catalogs.ts";
import { approvingOf } from "./approve/approving.ts";
import { handleCall } from "./call.ts";
import { lastingCall } from "./lasting-call.ts";
import { learningFor } from "../learned/learned.ts";
import type { GatewayProps, RunScope } from "./run/props.ts";
import { stateOf, type RunContext, type RunState } from "./run/run-state.ts";
import { StoreFault } from "../store/fault.ts";
import { clientOf, type Caller } from "../terms/caller.ts";
import type { RequestRecord } from "../terms/failure.ts";
import { startOf } from "../terms/record.ts";

/** Without a `connect` handler, raw sockets of the sandbox fail. They must keep failing. */
export class Gateway extends WorkerEntrypoint<Env, GatewayProps> {
  override async fetch(request: Request): Promise<Response> {
    const { runId, scope } = this.ctx.props;
    const run = stateOf(runId);
    const { caller, apis, approval, capabilities, slice } = (run.scope ??= JSON.parse(scope) as RunScope);
    const context: RunContext = {
      run,
      caller,
      apis,
      ...(capabilities && { capabilities }),
      env: this.env as unknown as Record<string, unknown>,
      open: (api) => openDeployed(this.env.CATALOGS, api),
      leaving: (record) => this.#leaving(run, caller, record),
      learning: learningFor(caller.userId, this.env, this.ctx),
    };
    const ledger = this.env.LEDGER.getByName(caller.userId);
    const answering =
      slice && approval
        ? lastingCall(request, context, { slice, approval, ledger })
        : handleCall(request, context, approval && approvingOf(run, approval, ledger));
    // An approved request is recorded to its end, even if the run is over or given up.
    if (approval) this.ctx.waitUntil(answering);
    return answering;
  }

  /** Waits until the user's ledger has stored that a write leaves; a power cut afterwards leaves a trace of it. */
  async #leaving(run: RunState, caller: Caller, record: RequestRecord): Promise<void> {
    const { runId, startedAt: startedAtMs } = run;
    const { access } = caller;
    // Without the host's memory the code is missing until the run ends.
    const start =
      run.start ??
      startOf({ runId, startedAtMs, tool: "execute", code: "", client: clientOf(caller), access });
    try {
      await this.env.LEDGER.getByName(caller.userId).leaving(start, record);
    } catch (cause) {
      throw new StoreFault("The storage of this deployment did not answer (the record of what leaves).", {
        cause,
      });
    }
  }
}
