/** What the supervisor has to know of a request. Pure. */

export interface McpCall {
  /** The id in JSON-RPC. */
  id: string | number;
  method: string;
  /** The client speaks a revision whose results say that they are complete (2026-07-28 and later). */
  saysComplete: boolean;
}

/**
 * @param path of the request
 * @returns undefined unless it is an MCP request that wants an answer
 */
export function readMcpCall(method: string, path: string, body: Buffer | undefined): McpCall | undefined {
  if (method !== "POST" || !body || !/^\/mcp(\/|\?|$)/.test(path)) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  const { id, method: asked, params } = message as Record<string, unknown>;
  if ((typeof id !== "string" && typeof id !== "number") || typeof asked !== "string") return undefined;
  const { _meta: meta } = (params ?? {}) as { _meta?: Record<string, unknown> };
  const version = meta?.["io.modelcontextprotocol/protocolVersion"];
  return { id, method: asked, saysComplete: typeof version === "string" && version >= "2026-07-28" };
}
