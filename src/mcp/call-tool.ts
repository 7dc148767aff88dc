/**
 * One call of a tool, as the protocol defines it: runs the code and, where needed and possible, asks the person through
 * the client. No code runs while the person decides, so no run can time out meanwhile.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type CallToolResult,
  type ClientCapabilities,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { ask, takeAnswer, type QuestionCodec } from "./ask-person.ts";
import { tellOf } from "./progress.ts";
import { failureReply } from "./reply.ts";
import { runTool } from "./run-tool.ts";
import { rememberAccounts, type ToolContext } from "./tool-context.ts";
import type { Tool, ToolCall } from "./tools/tool.ts";

/**
 * @param conversation the MCP server of this client, and the codec of its questions
 * @param server the SDK's view of this call: its envelope, what came with it, and the way back to the client
 */
export async function callTool(
  tool: Tool,
  call: ToolCall,
  context: ToolContext,
  { mcp, codec }: { mcp: McpServer; codec: QuestionCodec },
  server: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const code = String(call.code);
  const open = await takeAnswer(code, context, server);
  if (open)
    return failureReply({
      kind: "needs-approval",
      operation: "The request",
      ...(open.requests.length > 1 && { more: open.requests.length - 1 }),
      link: `${context.origin}/approvals/${open.pausedRun}`,
    });
  rememberAccounts(context);
  const { reply, pausedRun } = await runTool(tool, call, context, tellOf(server));
  if (pausedRun === undefined || !canElicit(mcp, server)) return reply;
  return (await ask(pausedRun, code, context, codec, server)) ?? reply;
}

/** Whether the client shows forms. It says so with each request since 2026-07-28, before that when a session begins. */
function canElicit(mcp: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  const said = envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const { elicitation } = said ?? mcp.server.getClientCapabilities() ?? {};
  return !!elicitation && ("form" in elicitation || Object.keys(elicitation).length === 0);
}
