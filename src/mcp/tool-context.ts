/** What a request to the MCP endpoint brings from the login, and what the tools need of it. */
import { callOf } from "../gateway/run/trace.ts";
import type { Sink } from "../gateway/record/sinks/sink.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import type { Caller } from "../terms/caller.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import type { RunOfThen } from "../terms/record.ts";
import { surfaceOf, type Surface } from "./surface.ts";

/** An authenticated request to `/mcp` or `/mcp/<api>`. */
export interface McpRequest {
  request: Request;
  env: Env;
  ctx: ExecutionContext;
  /** Who calls and what they may do. */
  caller: Caller;
  /** The APIs at this path, in the order of the deployment. */
  apis: DeployedApi[];
}

/** What one call needs to know: who calls, which APIs, and the platform. */
export interface ToolContext {
  env: Env;
  ctx: Pick<ExecutionContext, "waitUntil">;
  caller: Caller;
  /** Those that the caller was granted; the others do not exist for them. */
  apis: DeployedApi[];
  /** Origin of the console. */
  origin: string;
  /** What the client's URL asks for. */
  surface?: Surface | undefined;
  /** The client knows links to resources. */
  takesLinks?: boolean;
  /** Sinks that record the run, if not all. */
  sinks?: readonly Sink[];
  /** The run is a look back: a plan of the code of then. */
  lookBack?: RunOfThen;
  /** The call as a supervisor knows it (src/gateway/run/trace.ts). */
  supervisedCall?: string | undefined;
}

/** An older client refuses the whole answer for a kind of content that it does not know, and sends no such header. */
const firstWithLinks = "2025-06-18";

export function toolContext(call: Omit<McpRequest, "ctx"> & Pick<ToolContext, "ctx">): ToolContext {
  const { request, env, ctx, caller } = call;
  const apis = call.apis.filter(({ name }) => caller.access[name]?.length);
  const url = new URL(request.url);
  const asked = surfaceOf(url);
  const surface = asked.ok ? asked.surface : {};
  const revision = request.headers.get("mcp-protocol-version") ?? "";
  return {
    env,
    ctx,
    caller,
    apis,
    origin: url.origin,
    surface,
    takesLinks: revision >= firstWithLinks,
    supervisedCall: callOf(request, env),
  };
}

const remembered = new BoundedMap<string, string>(1_000);

/**
 * Tells the user's ledger which accounts a connection holds, once per isolate and change, for the playground. Returns at
 * once; a failure affects only the playground.
 */
export function rememberAccounts({ env, ctx, caller }: ToolContext): void {
  const { userId, clientId, accounts } = caller;
  if (!accounts || Object.keys(accounts).length === 0) return;
  const [key, value] = [JSON.stringify([userId, clientId]), JSON.stringify(accounts)];
  if (remembered.get(key) === value) return;
  remembered.set(key, value);
  ctx.waitUntil(
    env.LEDGER.getByName(userId)
      .keepAccounts(clientId, accounts)
      .catch(() => void remembered.delete(key)),
  );
}
