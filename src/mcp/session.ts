/**
 * A session of a client that speaks an older revision (2025-11-25 and before) and can be asked: there the server sends a
 * question while the call waits, so both must meet in one place, a Durable Object. Its name contains the user, the
 * connection, its rights and what its URL asks for, so nobody else, and nobody with other rights, can reach it.
 *
 * Clients that cannot be asked, and those of 2026-07-28, have no session: their requests are served one by one.
 */
import { DurableObject } from "cloudflare:workers";
import {
  isInitializeRequest,
  type InitializeRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServer,
} from "@modelcontextprotocol/server";
import { isNoConnection, openClientId, type Caller } from "../terms/caller.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { sessionHeader } from "../terms/session-header.ts";
import type { Surface } from "./surface.ts";
import { toolContext, type McpRequest, type ToolContext } from "./tool-context.ts";
import { createServer, toolTexts } from "./tool-server.ts";

const header = sessionHeader;

/** Begins the id of a session that is only a name: it tells the programs of a server without login apart. */
const nameOnly = "program-";

/** Requests that begin a session are small; a longer one is something else. */
const maxInitializeBytes = 16_384;

/** A session that was not used for this long is deleted; its client begins a new one. */
const maxIdleMs = 24 * 60 * 60 * 1000;

/**
 * Serves a request that belongs to a session or begins one.
 * @returns undefined if it does neither
 */
export async function serveSession(call: McpRequest, surface: Surface): Promise<Response | undefined> {
  const { request, env, caller, apis } = call;
  const given = request.headers.get(header);
  if (given?.startsWith(nameOnly)) return undefined;
  const begun = given === null ? await initializeOf(request) : undefined;
  if (given === null && begun?.params.capabilities.elicitation === undefined) return undefined;
  const id = given ?? crypto.randomUUID();
  const known = isNoConnection(caller.clientId) ? { ...caller, clientId: openClientId(id) } : caller;
  const { userId, clientId, access, tags } = known;
  const name = JSON.stringify([userId, clientId, access, tags ?? null, surface, id]);
  return env.SESSIONS.getByName(name).serve({ request, caller: known, apis }, id);
}

/** Gives a program of a server without login a name to come back with, if the answer is to its first request. */
export async function named(
  request: Request,
  caller: Caller,
  answering: () => Promise<Response>,
): Promise<Response> {
  const isFirst =
    isNoConnection(caller.clientId) &&
    !request.headers.has(header) &&
    (await initializeOf(request)) !== undefined;
  const answer = await answering();
  if (!isFirst || !answer.ok) return answer;
  const response = new Response(answer.body, answer);
  response.headers.set(header, nameOnly + crypto.randomUUID());
  return response;
}

/** The request that begins a conversation of an older revision. */
async function initializeOf(request: Request): Promise<InitializeRequest | undefined> {
  if (request.method !== "POST" || request.headers.has("mcp-method")) return undefined;
  const bytes = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(bytes <= maxInitializeBytes)) return undefined;
  const message: unknown = await request
    .clone()
    .json()
    .catch(() => undefined);
  return isInitializeRequest(message) ? message : undefined;
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
