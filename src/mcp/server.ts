/**
 * The MCP server: exactly two tools, made anew for each request from what the caller was granted. Stateless; the
 * SDK serves the 2026-07-28 revision and the older ones on the same URL. Only clients of an older revision that can be
 * asked have a session (session.ts).
 */
import { createMcpHandler } from "agents/mcp/server";
import type { Caller } from "../terms/caller.ts";
import { serveSession } from "./session.ts";
import { createServer, toolContext } from "./tool-server.ts";

/**
 * Serves one MCP request.
 * @param caller who calls and what they may do; APIs outside the grant do not exist for them
 * @param path `api` is set for `/mcp/<name>`: only this API is served; else all of the deployment are
 */
export async function serveMcp(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  caller: Caller,
  path: { api?: string },
): Promise<Response> {
  const inSession = await serveSession(request, env, caller, path);
  if (inSession) return inSession;
  const { texts, ...context } = await toolContext(request, env, ctx, caller, path);
  const handler = createMcpHandler(() => createServer(texts, context), {
    route: new URL(request.url).pathname,
    // The door has compared Origin with the one list that counts (src/auth/origin.ts); this handler's own list
    // knows neither PUBLIC_URL nor ALLOWED_ORIGINS and would refuse their pages.
    allowedOriginHostnames: "*",
  });
  return handler(request, env, ctx);
}
