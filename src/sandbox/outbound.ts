/**
 * The network of an isolate: the gateway, and before it what makes requests of the calls that the isolate hands over. So a
 * call is one way out and back. It decides nothing: the gateway reads every request as if the isolate had made it.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { passGateway, scopeOf } from "../gateway/gateway.ts";
import type { GatewayProps, RunScope } from "../gateway/run/props.ts";
import type { RunState } from "../gateway/run/run-state.ts";
import { askedHeader, calledHeader, failureHeader, inAscii, refuse } from "../request/refusal.ts";
import { openDeployed } from "../store/catalogs.ts";
import { StoreFault } from "../store/fault.ts";
import { clientConfigOf } from "../terms/client-config.ts";
import { logEvent } from "../terms/log.ts";
import { misconfigured } from "../terms/result.ts";
import { hostWriting, subRequestsOf, type HostWritten } from "./writer.ts";

/** Without a `connect` handler, raw sockets of the sandbox fail. They must keep failing. */
export class Outbound extends WorkerEntrypoint<Env, GatewayProps> {
  override async fetch(request: Request): Promise<Response> {
    const platform = { env: this.env, ctx: this.ctx };
    if (!request.headers.has(askedHeader)) return passGateway(request, platform);
    const { run, scope } = scopeOf(this.ctx.props);
    // A lasting run is answered by what its code asked before, so its isolate makes the requests.
    if (scope.slice) return passGateway(request, platform);
    const written = await this.#written(request, run, scope);
    if (written.failure) return refuse(written.failure);
    const response = await passGateway(written.request, platform);
    if (!response.headers.has(failureHeader))
      response.headers.set(calledHeader, inAscii(JSON.stringify(written.called(response))));
    return response;
  }

  async #written(
    request: Request,
    run: RunState,
    { apis, caller, insisted }: RunScope,
  ): Promise<HostWritten> {
    try {
      let writing = writings.get(run);
      if (!writing) {
        const called = apis.map((api) => ({
          name: api.name,
          client: {
            ...(insisted && { passes: "unknown-members" as const }),
            ...clientConfigOf(api, caller),
          },
          budgets: api.file.budgets,
          open: () => openDeployed(this.env.CATALOGS, api),
        }));
        writings.set(run, (writing = hostWriting(called, subRequestsOf("execute", called))));
      }
      return await writing.write(request, run.records.length > 0);
    } catch (error) {
      // A broken store, or what no client of ours hands over: the reason goes to the log, not to the sandbox.
      logEvent("isogate.gateway.failed", { "isogate.run.id": run.runId }, error);
      const message =
        error instanceof StoreFault
          ? `The request was not sent. ${error.message}`
          : "The call could not be read, and nothing was sent.";
      return misconfigured(
        message,
        "Try again. If it keeps failing, tell the operator to read the server's log.",
      );
    }
  }
}

const writings = new WeakMap<RunState, ReturnType<typeof hostWriting>>();
