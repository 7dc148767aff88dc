/** The MCP server of a request or a session: exactly two tools, made from what the caller was granted. */
import { McpServer } from "@modelcontextprotocol/server";
import { BoundedMap } from "../terms/bounded-map.ts";
import { accountLabels } from "../terms/client-config.ts";
import { openDeployed } from "../store/catalogs.ts";
import { questionCodec } from "./ask-person.ts";
import { callTool } from "./call-tool.ts";
import { describeTools, type ToolTexts } from "./describe-tools.ts";
import { toolName } from "./surface.ts";
import type { ToolContext } from "./tool-context.ts";
import { resultSchema } from "./tool-result.ts";
import { tools } from "./tools/index.ts";

/**
 * @param texts from `toolTexts`, for the same context
 * @param context read again at each call: a session replaces its members
 */
export function createServer(texts: ToolTexts, context: ToolContext): McpServer {
  const codec = questionCodec(context);
  const { surface = {} } = context;
  const server = new McpServer(
    { name: "isogate", version: "0.1.0" },
    {
      // Some clients ask for them whatever is offered, and drop a server that does not answer.
      capabilities: { prompts: {}, resources: {} },
      instructions: texts.instructions,
      requestState: { verify: codec.verify },
    },
  );
  server.server.setRequestHandler("prompts/list", () => ({ prompts: [] }));
  server.server.setRequestHandler("resources/list", () => ({ resources: [] }));
  server.server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates: [] }));
  for (const tool of tools) {
    server.registerTool(
      toolName(tool.name, surface),
      {
        title: tool.title,
        description: texts[tool.name],
        inputSchema: tool.input,
        ...(surface.structured && { outputSchema: resultSchema }),
        annotations: tool.annotations(context.caller, surface),
      },
      (call, mcpContext) => callTool(tool, call, context, { mcp: server, codec }, mcpContext),
    );
  }
  return server;
}

/** The texts depend only on the documents, the grant and the client's URL, so they are made once for each. */
const texts = new BoundedMap<string, ToolTexts>(100);

export async function toolTexts({ env, apis, caller, surface }: ToolContext): Promise<ToolTexts> {
  const granted = apis.map(({ name, title, hash, file }) => ({
    name,
    title,
    hash,
    access: caller.access[name] ?? [],
    accounts: accountLabels(caller, name),
    budgets: file.budgets,
  }));
  const key = JSON.stringify([granted, surface]);
  const known = texts.get(key);
  if (known) return known;
  const described = await Promise.all(
    granted.map(async (api) => ({ ...api, catalog: await openDeployed(env.CATALOGS, api) })),
  );
  const made = describeTools(described, surface);
  texts.set(key, made);
  return made;
}
