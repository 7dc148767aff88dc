/** The MCP server of a request or a session: exactly two tools, made from what the caller was granted. */
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { callOf } from "../gateway/run/trace.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import type { Caller } from "../terms/caller.ts";
import { accountLabels } from "../terms/client-config.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { openDeployed, readManifest } from "../store/catalogs.ts";
import { questionCodec } from "./ask-person.ts";
import { callTool } from "./call-tool.ts";
import { describeTools, type ToolTexts } from "./describe-tools.ts";
import type { ToolCall } from "./run-tool.ts";
import { tools } from "./tools/index.ts";
import type { Tool, ToolContext } from "./tools/tool.ts";

const code = z.string();
const inputs: Record<Tool["name"], z.ZodType<ToolCall>> = {
  search: z.object({ code }),
  execute: z.object({ code, plan: z.boolean().optional() }),
};

/** What the tools of one request work with, and their texts. */
export async function toolContext(
  request: Request,
  env: Env,
  ctx: ToolContext["ctx"],
  caller: Caller,
  path: { api?: string },
): Promise<ToolContext & { texts: ToolTexts }> {
  const { apis: deployed } = await readManifest(env.CATALOGS);
  const apis = deployed.filter(({ name }) => caller.access[name]?.length && name === (path.api ?? name));
  const texts = await textsFor(env.CATALOGS, apis, caller);
  const { origin } = new URL(request.url);
  return { env, ctx, caller, apis, origin, call: callOf(request, env), texts };
}

/** The times that a person can be asked in one call, and how long each waits, where the client speaks an older revision. */
const legacyQuestions = { maxRounds: 50, roundTimeoutMs: 30 * 60_000 };

export function createServer(texts: ToolTexts, context: ToolContext): McpServer {
  const codec = questionCodec(context);
  const server = new McpServer(
    { name: "isogate", version: "0.1.0" },
    {
      instructions: texts.instructions,
      requestState: { verify: codec.verify },
      inputRequired: legacyQuestions,
    },
  );
  for (const tool of tools) {
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: texts[tool.name],
        inputSchema: inputs[tool.name],
        annotations: tool.annotations(context.caller),
      },
      (call, mcpContext) => callTool(tool, call, context, { mcp: server, codec }, mcpContext),
    );
  }
  return server;
}

/** The texts depend on the documents and the grant only: made once for each such pair. */
const texts = new BoundedMap<string, ToolTexts>(100);

async function textsFor(bucket: R2Bucket, apis: DeployedApi[], caller: Caller): Promise<ToolTexts> {
  const key = JSON.stringify(
    apis.map(({ name, title, hash }) => [
      name,
      title,
      hash,
      caller.access[name],
      accountLabels(caller, name),
    ]),
  );
  const known = texts.get(key);
  if (known) return known;
  const described = await Promise.all(
    apis.map(async (api) => ({
      name: api.name,
      title: api.title,
      access: caller.access[api.name] ?? [],
      accounts: accountLabels(caller, api.name),
      catalog: await openDeployed(bucket, api),
    })),
  );
  const made = describeTools(described);
  texts.set(key, made);
  return made;
}
