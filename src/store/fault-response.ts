/** What somebody is told whose request the server could not complete: never a stack, and never that they were wrong. */
import { logEvent } from "../terms/log.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { StoreFault } from "./fault.ts";

const retryAfterSeconds = 5;

/** The answer for an exception that nothing caught; the log has the rest. JSON-RPC where MCP is spoken. */
export function faultResponse(request: Request, error: unknown): Response {
  const { pathname } = new URL(request.url);
  logEvent("isogate.unavailable", { "url.path": pathname }, error);
  const what =
    error instanceof StoreFault
      ? `${error.message} Nothing was sent to an API.`
      : "The server failed at this request, or its storage did not answer.";
  const message = `${what} Try again in a moment; if it stays so, the operator finds the reason in the server's log.`;
  const headers = { "retry-after": String(retryAfterSeconds), "cache-control": "no-store" };
  if (!/^\/mcp(?:\/|$)/.test(pathname)) return new Response(`${message}\n`, { status: 503, headers });
  return jsonRpcError(503, message, { headers });
}
