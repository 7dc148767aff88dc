/**
 * A session of a client that speaks an older revision (2025-11-25 and before) and can be asked: there the server sends a
 * question while the call waits, so both must meet in one place, a Durable Object. Its name contains the user, the
 * connection and its rights, so nobody else, and nobody with other rights, can reach it.
 *
 * Clients that cannot be asked, and those of 2026-07-28, have no session: their requests are served one by one.
 */
import { DurableObject } from "cloudflare:workers";
import {
  isInitializeRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServer,
} from "@modelcontextprotocol/server";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { toolContext, type McpRequest, type ToolContext } from "./tool-context.ts";
import { createServer, toolTexts } from "./tool-server.ts";

const header = "mcp-session-id";

/** Requests that begin a session are small; a longer one is something else. */
const maxInitializeBytes = 16_384;

/** A session that was not used for this long is deleted; its client begins a new one. */
const maxIdleMs = 24 * 60 * 60 * 1000;

/**
 * Serves a request that belongs to a session or begins one.
 * @returns undefined if it does neither
 */
export async function serveSession(call: McpRequest): Promise<Response | undefined> {
  const { request, env, caller, apis } = call;
  const given = request.headers.get(header);
  if (given === null && !(await beginsSession(request))) return undefined;
  const id = given ?? crypto.randomUUID();
  const { userId, clientId, access, tags } = caller;
  const name = JSON.stringify([userId, clientId, access, tags ?? null, id]);
  return env.SESSIONS.getByName(name).serve({ request, caller, apis }, id);
}

async function beginsSession(request: Request): Promise<boolean> {
  if (request.method !== "POST" || request.headers.has("mcp-method")) return false;
  const bytes = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(bytes <= maxInitializeBytes)) return false;
  const message: unknown = await request
    .clone()
    .json()
    .catch(() => undefined);
  return isInitializeRequest(message) && message.params.capabilities.elicitation !== undefined;
}

export class McpSession extends DurableObject<Env> {
  #live:
    { transport: WebStandardStreamableHTTPServerTransport; context: ToolContext; mcp: McpServer } | undefined;

  /** @param id of the session, part of this object's name */
  async serve(call: Pick<McpRequest, "request" | "caller" | "apis">, id: string): Promise<Response> {
    const { request } = call;
    const { storage } = this.ctx;
    const initialize = await storage.get<string>("initialize");
    const begins = request.headers.get(header) === null;
    if (!begins && initialize === undefined)
      // Tells the client to begin a new session (2025-11-25, Streamable HTTP, session management, 3).
      return jsonRpcError(404, "This session does not exist or has expired.", { code: -32_001 });
    const context = toolContext({ ...call, env: this.env, ctx: this.ctx });
    const texts = await toolTexts(context);
    await storage.setAlarm(Date.now() + maxIdleMs);
    if (!this.#live) {
      const live: ToolContext = { ...context };
      const mcp = createServer(texts, live);
      const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
      await mcp.connect(transport);
      this.#live = { transport, context: live, mcp };
      // The object was evicted meanwhile: restore the session.
      if (initialize !== undefined) await this.#replay(request, initialize);
    }
    Object.assign(this.#live.context, context);
    if (begins) await storage.put("initialize", await request.clone().text());
    return this.#live.transport.handleRequest(request);
  }

  override async alarm(): Promise<void> {
    await this.#live?.mcp.close();
    this.#live = undefined;
    await this.ctx.storage.deleteAll();
  }

  async #replay(request: Request, initialize: string): Promise<void> {
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const again = new Request(request.url, { method: "POST", headers, body: initialize });
    await (await this.#live!.transport.handleRequest(again)).text();
  }
}
