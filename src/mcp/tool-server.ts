/** The MCP server of a request or a session: exactly two tools, made from what the caller was granted. */
import { McpServer } from "@modelcontextprotocol/server";
import { BoundedMap } from "../terms/bounded-map.ts";
import { accountLabels } from "../terms/client-config.ts";
import { openDeployed } from "../store/catalogs.ts";
import { questionCodec } from "./ask-person.ts";
import { callTool } from "./call-tool.ts";
import { describeTools, type ToolTexts } from "./describe-tools.ts";
import type { ToolContext } from "./tool-context.ts";
import { tools } from "./tools/index.ts";

/**
 * @param texts from `toolTexts`, for the same context
 * @param context read again at each call: a session replaces its members
 */
export function createServer(texts: ToolTexts, context: ToolContext): McpServer {
  const codec = questionCodec(context);
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
      tool.name,
      {
        title: tool.title,
        description: texts[tool.name],
        inputSchema: tool.input,
        annotations: tool.annotations(context.caller),
      },
      (call, mcpContext) => callTool(tool, call, context, { mcp: server, codec }, mcpContext),
    );
  }
  return server;
}

/** The texts depend only on the documents and the grant, so they are made once for each such pair. */
const texts = new BoundedMap<string, ToolTexts>(100);

export async function toolTexts({ env, apis, caller }: ToolContext): Promise<ToolTexts> {
  const granted = apis.map(({ name, title, hash, file }) => ({
    name,
    title,
    hash,
    access: caller.access[name] ?? [],
    accounts: accountLabels(caller, name),
    budgets: file.budgets,
  }));
  const key = JSON.stringify(granted);
  const known = texts.get(key);
  if (known) return known;
  const described = await Promise.all(
    granted.map(async (api) => ({ ...api, catalog: await openDeployed(env.CATALOGS, api) })),
  );
  const made = describeTools(described);
  texts.set(key, made);
  return made;
}
