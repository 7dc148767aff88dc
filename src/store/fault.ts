/** What happens when a store, or the server, fails at a request. */
import { jsonRpcError } from "../terms/json-rpc.ts";
import { logEvent } from "../terms/log.ts";

/**
 * A store that did not answer, or does not hold what it should: never the caller's fault. `message` is a sentence for
 * people and models, without secrets.
 */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
}

/**
 * Reads from a store, and once more if it fails: reading changes nothing, and most failures pass.
 * @param what names the thing that is read, for the message
 * @throws StoreFault if it fails again
 */
export async function readTwice<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch {
    try {
      return await read();
    } catch (cause) {
      throw new StoreFault(`The storage of this deployment did not answer (${what}).`, { cause });
    }
  }
}

const retryAfterSeconds = 5;

/**
 * Answers an uncaught exception, in JSON-RPC on the MCP endpoint: never a stack, and never the caller's fault. The log
 * has the details.
 */
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
