/**
 * One call of a tool as the protocol has it: runs the code, asks the person through the client where that is possible
 * and needed, and tells how far it is. The waiting is nobody's timeout: no code runs meanwhile.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type CallToolResult,
  type ClientCapabilities,
  type InputRequiredResult,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { codeHash } from "../store/ledger/approvals/identity.ts";
import { logEvent } from "../terms/log.ts";
import { ask, takeAnswer, type Question } from "./ask-person.ts";
import type { Tell } from "./progress.ts";
import { rememberAccounts } from "./remember-accounts.ts";
import { refuse } from "./reply.ts";
import { runTool, type ToolCall } from "./run-tool.ts";
import type { Tool, ToolContext } from "./tools/tool.ts";

export interface Conversation {
  mcp: McpServer;
  codec: RequestStateCodec<Question>;
}

export async function callTool(
  tool: Tool,
  call: ToolCall,
  context: ToolContext,
  { mcp, codec }: Conversation,
  server: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const code = String(call.code);
  const question = server.mcpReq.requestState<Question>();
  // Another code than the one that was asked about is a new call.
  if (question && question.code === codeHash(code)) {
    const taken = await takeAnswer(question, server.mcpReq.inputResponses, context).catch(unheard);
    if (taken === "later") return stillWaits(question, context);
  }
  rememberAccounts(context);
  const ran = await runTool(tool, { ...call, tell: progressOf(server) }, context);
  if (ran.continuation === undefined || !canElicit(mcp, server)) return ran.reply;
  const asked = await ask(ran.continuation, code, context, codec, server).catch(unheard);
  return (asked === "later" ? undefined : asked) ?? ran.reply;
}

/** The ledger did not answer: nothing was run for it, and the person can decide at the link. */
function unheard(error: unknown): "later" {
  logEvent("isogate.approvals.unheard", {}, error);
  return "later";
}

function stillWaits({ continuation, requests }: Question, { origin }: ToolContext): CallToolResult {
  const more = requests.length - 1;
  return refuse({
    kind: "needs-approval",
    operation: "The request",
    ...(more > 0 && { more }),
    link: `${origin}/approvals/${continuation}`,
  });
}

/** Whether the client shows forms: said with each request since 2026-07-28, when the session began before. */
function canElicit(mcp: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  const said = envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const { elicitation } = said ?? mcp.server.getClientCapabilities() ?? {};
  if (!elicitation) return false;
  return "form" in elicitation || Object.keys(elicitation).length === 0;
}

function progressOf({ mcpReq }: ServerContext): Tell | undefined {
  const { _meta: meta } = mcpReq;
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return (progress, message) => {
    const params = { progressToken, progress, message };
    // A client that has gone away needs no word.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
}
