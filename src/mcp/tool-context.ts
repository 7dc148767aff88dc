/** What a request to the MCP endpoint brings from the login, and what the tools make of it. */
import { callOf } from "../gateway/run/trace.ts";
import type { Sink } from "../gateway/record/sinks/sink.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import type { Caller } from "../terms/caller.ts";
import type { DeployedApi } from "../terms/manifest.ts";

/** One request to `/mcp` or `/mcp/<api>` of somebody who is known. */
export interface McpRequest {
  request: Request;
  env: Env;
  ctx: ExecutionContext;
  /** Who calls and what they may do. */
  caller: Caller;
  /** The APIs that are served at this path, in the order of the deployment. */
  apis: DeployedApi[];
}

/** One call's surroundings: who, which APIs, and the way to the platform. */
export interface ToolContext {
  env: Env;
  ctx: Pick<ExecutionContext, "waitUntil">;
  caller: Caller;
  /** Those that the caller was granted: others do not exist for them. */
  apis: DeployedApi[];
  /** Origin that people reach the console at. */
  origin: string;
  /** Where the run is recorded, if not in every sink. */
  sinks?: readonly Sink[];
  /** The call as a supervisor knows it (src/gateway/run/trace.ts). */
  supervisedCall?: string | undefined;
}

export function toolContext({
  request,
  env,
  ctx,
  caller,
  apis,
}: Omit<McpRequest, "ctx"> & Pick<ToolContext, "ctx">): ToolContext {
  const granted = apis.filter(({ name }) => caller.access[name]?.length);
  const { origin } = new URL(request.url);
  return { env, ctx, caller, apis: granted, origin, supervisedCall: callOf(request, env) };
}

const told = new BoundedMap<string, string>(1_000);

/**
 * Tells the user's ledger which accounts a connection holds, once per isolate and change: the playground uses them.
 * Returns at once; that it fails costs nobody anything but the playground.
 */
export function rememberAccounts({ env, ctx, caller }: ToolContext): void {
  const { userId, clientId, accounts } = caller;
  if (!accounts || Object.keys(accounts).length === 0) return;
  const [key, value] = [JSON.stringify([userId, clientId]), JSON.stringify(accounts)];
  if (told.get(key) === value) return;
  told.set(key, value);
  ctx.waitUntil(
    env.LEDGER.getByName(userId)
      .keepAccounts(clientId, accounts)
      .catch(() => void told.delete(key)),
  );
}
