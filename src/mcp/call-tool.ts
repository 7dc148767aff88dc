/**
 * One call of a tool, as the protocol defines it: runs the code and, where needed and possible, asks the person through
 * the client. No code runs while the person decides, so no run can time out meanwhile.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  inputRequired,
  inputResponse,
  type CallToolResult,
  type ClientCapabilities,
  type ElicitRequestFormParams,
  type ElicitResult,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { codeHash } from "../store/ledger/approvals/identity.ts";
import { questionAbout, takeAnswer, type Question, type QuestionCodec } from "./ask-person.ts";
import { beginInBackground } from "./lasting/begin.ts";
import { proposeProgram } from "./programs/keep.ts";
import { startProgress, type Progress } from "./progress.ts";
import { failureReply, type Reply } from "./reply.ts";
import { runTool } from "./run-tool.ts";
import { isNoConnection, openClientId } from "../terms/caller.ts";
import { digest } from "../terms/digest.ts";
import { rememberAccounts, type ToolContext } from "./tool-context.ts";
import { toolResult } from "./tool-result.ts";
import type { Tool, ToolCall } from "./tools/tool.ts";

interface Conversation {
  /** The MCP server of this client. */
  mcp: McpServer;
  codec: QuestionCodec;
}

type Told = Conversation & { progress: Progress };

/** Clients give a call up after 60 s (the default of the SDKs). From here on the person has the link. */
const linkAfterMs = 50_000;
/** A question is open for this long in any case, and its answer is taken for as long. */
const minOpenMs = 5_000;
const maxOpenMs = 30 * 60_000;
/** Questions in one call. */
const maxQuestions = 50;

const answerKey = "approval";

/** @param server the SDK's view of this call: its envelope, what came with it, and the way back to the client */
export async function callTool(
  tool: Tool,
  call: ToolCall,
  given: ToolContext,
  conversation: Conversation,
  server: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const progress = startProgress(server);
  try {
    return await answerCall(tool, call, given, { ...conversation, progress }, server);
  } finally {
    progress.stop();
  }
}

async function answerCall(
  tool: Tool,
  call: ToolCall,
  given: ToolContext,
  conversation: Told,
  server: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  const context = asProgram(given, server);
  const code = String(call.code);
  const startedAt = Date.now();
  const open = await undecided(code, context, server);
  const answered = (reply: Reply) =>
    toolResult(reply, { structured: context.surface?.structured, links: context.takesLinks });
  if (open) return answered(linkReply(open, context));
  rememberAccounts(context);
  if (tool.name === "execute") {
    if (call.keep !== undefined) return answered(await proposeProgram(call, context));
    if (call.background) return answered(await beginInBackground(call, context));
  }
  const { mcp, codec, progress } = conversation;
  for (let asked = 0; ; asked += 1) {
    const { reply, pausedRun } = await runTool(tool, call, context, progress);
    if (pausedRun === undefined || asked === maxQuestions || !canElicit(mcp, server)) return answered(reply);
    const about = await questionAbout(pausedRun, code, context);
    if (!about) return answered(reply);
    if (server.mcpReq.envelope !== undefined)
      return inputRequired({
        inputRequests: { [answerKey]: inputRequired.elicit(about.form) },
        requestState: await codec.mint(about.question, server),
      });
    const answer = await answerInSession(about, context, conversation, server, startedAt);
    if (!answer || !(await takeAnswer(about.question, answer, context))) return answered(reply);
    // The client gave up meanwhile. What the code does now would be lost: the next call of the same code does it.
    if (server.mcpReq.signal.aborted) return answered(reply);
  }
}

/** Without login, a program of the newest revision is told from others by what it calls itself. */
function asProgram(context: ToolContext, { mcpReq }: ServerContext): ToolContext {
  const { caller } = context;
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  if (!isNoConnection(caller.clientId) || envelope === undefined) return context;
  const clientId = openClientId(digest(JSON.stringify(envelope[CLIENT_INFO_META_KEY] ?? null)));
  return { ...context, caller: { ...caller, clientId } };
}

/** @returns the question that came back with this call, if its answer decided nothing. Other code is a new call. */
async function undecided(
  code: string,
  context: ToolContext,
  { mcpReq }: ServerContext,
): Promise<Question | undefined> {
  const question = mcpReq.requestState<Question>();
  if (!question || question.codeHash !== codeHash(code)) return undefined;
  const answer = inputResponse(mcpReq.inputResponses, answerKey);
  if (answer.kind !== "elicit") return undefined;
  return (await takeAnswer(question, answer, context)) ? undefined : question;
}

function linkReply({ requests, pausedRun }: Question, { origin }: ToolContext): Reply {
  return failureReply({
    kind: "needs-approval",
    operation: "The request",
    ...(requests.length > 1 && { more: requests.length - 1 }),
    link: `${origin}/approvals/${pausedRun}`,
  });
}

/**
 * Asks a client of an older revision while its call waits.
 * @returns undefined if no answer came in time, or none can come. A late one is taken when it comes.
 */
async function answerInSession(
  { question, form }: { question: Question; form: ElicitRequestFormParams },
  context: ToolContext,
  { mcp, progress }: Told,
  server: ServerContext,
  startedAt: number,
): Promise<ElicitResult | undefined> {
  progress.now(() => "waiting for the user's decision");
  const answering = mcp.server
    .request(
      { method: "elicitation/create", params: form },
      { relatedRequestId: server.mcpReq.id, timeout: maxOpenMs },
    )
    // The client cannot show it after all.
    .catch(() => undefined);
  const openMs = Math.max(minOpenMs, linkAfterMs - (Date.now() - startedAt));
  const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), openMs));
  const first = await Promise.race([answering, late]);
  if (first !== "late") return first;
  context.ctx.waitUntil(answering.then((answer) => answer && takeAnswer(question, answer, context)));
  return undefined;
}

/** Whether the client shows forms. It says so with each request since 2026-07-28, before that when a session begins. */
function canElicit(mcp: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  const said = envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const { elicitation } = said ?? mcp.server.getClientCapabilities() ?? {};
  return !!elicitation && ("form" in elicitation || Object.keys(elicitation).length === 0);
}
