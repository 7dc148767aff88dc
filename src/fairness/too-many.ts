/** The answer to a call that came too soon: headers tell the client what to do, words tell the model. */
import { jsonRpcError } from "../terms/json-rpc.ts";

/** @param reason a sentence that names the limit */
export async function tooMany(request: Request, retryAfterMs: number, reason: string): Promise<Response> {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return jsonRpcError(
    429,
    `${reason} This call was not executed. Wait ${seconds} s, then send it again. One execute run can make many requests, in a loop or with Promise.all: do more in one call instead of calling more often.`,
    {
      id: await idOf(request),
      data: { retryAfterSeconds: seconds },
      headers: { "Retry-After": String(seconds) },
    },
  );
}

/** The JSON-RPC id, by which the client matches the answer to its call. */
async function idOf(request: Request): Promise<string | number | null> {
  const message: unknown = await request.json().catch(() => null);
  const id = typeof message === "object" && message !== null && "id" in message ? message.id : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}
