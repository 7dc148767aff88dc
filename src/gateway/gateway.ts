/**
 * The only way out of an isolate that runs model code. Every request is matched to one operation of the document,
 * decided on, signed, sent and recorded; a request that is not an operation of the run's APIs does not leave.
 */
import { openDeployed } from "../store/catalogs.ts";
import { approvingOf } from "./approve/approving.ts";
import { handleCall } from "./call.ts";
import { lastingCall } from "./lasting-call.ts";
import { learningFor } from "../learned/learned.ts";
import type { GatewayProps, RunScope } from "./run/props.ts";
import type { OutboundRequest } from "./read/incoming.ts";
import { stateOf, type RunContext, type RunState } from "./run/run-state.ts";
import { StoreFault } from "../store/fault.ts";
import { clientOf, type Caller } from "../terms/caller.ts";
import type { Failure, RequestRecord } from "../terms/failure.ts";
import { revoked, stopped } from "./run/connection.ts";
import { startOf } from "../terms/record.ts";

/** The run that props name, and what they say of it. */
export function scopeOf({ runId, scope }: GatewayProps): { run: RunState; scope: RunScope } {
  const run = stateOf(runId);
  return { run, scope: (run.scope ??= JSON.parse(scope) as RunScope) };
}

interface Platform {
  env: Env;
  ctx: Pick<ExecutionContext<GatewayProps>, "props" | "waitUntil">;
}

export async function passGateway(request: OutboundRequest, { env, ctx }: Platform): Promise<Response> {
  const { run, scope } = scopeOf(ctx.props);
  const { caller, apis, approval, capabilities, slice } = scope;
  const context: RunContext = {
    run,
    caller,
    apis,
    ...(capabilities && { capabilities }),
    env: env as unknown as Record<string, unknown>,
    open: (api) => openDeployed(env.CATALOGS, api),
    leaving: (record) => leaving(env, run, caller, record),
    learning: learningFor(caller.userId, env, ctx),
  };
  if (!approval) return handleCall(request, context);
  const ledger = env.LEDGER.getByName(caller.userId);
  const answering = slice
    ? lastingCall(request, context, { slice, approval, ledger })
    : handleCall(request, context, approvingOf(run, approval, ledger));
  // An approved request is recorded to its end, even if the run is over or given up.
  ctx.waitUntil(answering);
  return answering;
}

/**
 * Waits until the user's ledger has stored that a write leaves; a power cut afterwards leaves a trace of it.
 * @returns why it may not leave
 */
async function leaving(
  env: Env,
  run: RunState,
  caller: Caller,
  record: RequestRecord,
): Promise<Failure | undefined> {
  const { runId, startedAt: startedAtMs } = run;
  const { access } = caller;
  // Without the host's memory the code is missing until the run ends.
  const start =
    run.start ?? startOf({ runId, startedAtMs, tool: "execute", code: "", client: clientOf(caller), access });
  try {
    const why = await env.LEDGER.getByName(caller.userId).leaving(start, record);
    if (why === "disconnected") run.revoked = true;
    if (why === "stopped") run.stopped = true;
    return why && (why === "stopped" ? stopped : revoked);
  } catch (cause) {
    throw new StoreFault("The storage of this deployment did not answer (the record of what leaves).", {
      cause,
    });
  }
}
