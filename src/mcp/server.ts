/**
 * The MCP server: exactly two tools, built for each request from what the caller was granted. Stateless; the SDK serves
 * the 2026-07-28 revision and the older ones on the same URL. Only clients of an older revision that can be asked have a
 * session (session.ts).
 */
import { createMcpHandler } from "agents/mcp/server";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { withoutNullMembers } from "./absent-members.ts";
import { accepting } from "./accept.ts";
import { isList } from "./one-message.ts";
import { named, serveSession } from "./session.ts";
import { readBoundedText } from "../terms/bounded-body.ts";
import { sessionHeader } from "../terms/session-header.ts";
import { surfaceOf } from "./surface.ts";
import { toolContext, type McpRequest } from "./tool-context.ts";
import { createServer, toolTexts } from "./tool-server.ts";

/** What the SDK takes of a message: no more is read. */
const maxMessageBytes = 4_194_304;

export function serveMcp(call: McpRequest): Promise<Response> {
  return accepting(call.request, async (request) => {
    if (request.method !== "POST") return serve({ ...call, request });
    // Read once, here: each copy of a body is a stream more.
    const text = await readBoundedText(request, maxMessageBytes);
    if (text === undefined)
      return jsonRpcError(
        413,
        `A message may have ${maxMessageBytes} bytes, and this one has more. Send less in one call.`,
        { code: -32_600 },
      );
    if (isList(text))
      return jsonRpcError(400, "One message a request: send the members of this list one by one.", {
        code: -32_600,
      });
    return serve({ ...call, request: withoutNullMembers(request, text) });
  });
}

async function serve(call: McpRequest): Promise<Response> {
  const { request, env, ctx } = call;
  const asked = surfaceOf(new URL(request.url));
  if (!asked.ok) return jsonRpcError(400, asked.failure);
  const inSession = await serveSession(call, asked.surface);
  if (inSession) return inSession;
  const context = toolContext(call);
  const texts = await toolTexts(context);
  const handler = createMcpHandler(() => createServer(texts, context), {
    route: new URL(request.url).pathname,
    // src/auth/origin.ts has checked Origin. The handler's own list knows neither PUBLIC_URL nor ALLOWED_ORIGINS.
    allowedOriginHostnames: "*",
  });
  return named(request, call.caller, () => handler(withoutSession(request), env, ctx));
}

/** Without a session there is nothing to look up; what the header names is in the caller. */
function withoutSession(request: Request): Request {
  if (!request.headers.has(sessionHeader)) return request;
  const plain = new Request(request);
  plain.headers.delete(sessionHeader);
  return plain;
}
