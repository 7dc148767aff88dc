/** The answer when the server fails at a request: never a stack, and never the caller's fault. */
import { logEvent } from "../terms/log.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { StoreFault } from "./fault.ts";

const retryAfterSeconds = 5;

/** Answers an uncaught exception, in JSON-RPC on the MCP endpoint; the log has the details. */
export function faultResponse(request: Request, error: unknown): Response {
  const { pathname } = new URL(request.url);
  logEvent("isogate.unavailable", { "url.path": pathname }, error);
  const what =
    error instanceof StoreFault
      ? `${error.message} Nothing was sent to an API.`
      : "The server failed at this request, or its storage did not answer.";
  const message = `${what} Try again in a moment. If it keeps failing, the operator finds the reason in the server's log.`;
  const headers = { "retry-after": String(retryAfterSeconds), "cache-control": "no-store" };
  if (!/^\/mcp(?:\/|$)/.test(pathname)) return new Response(`${message}\n`, { status: 503, headers });
  return jsonRpcError(503, message, { headers });
}
