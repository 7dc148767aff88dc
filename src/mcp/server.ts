/**
 * The MCP server: exactly two tools, made anew for each request from what the caller was granted. Stateless; the
 * SDK serves the 2026-07-28 revision and the older ones on the same URL.
 */
import { McpServer } from "@modelcontextprotocol/server";
import { createMcpHandler } from "agents/mcp/server";
import { z } from "zod";
import { callOf } from "../audit/trace.ts";
import type { Caller } from "../auth/caller.ts";
import type { DeployedApi } from "../deployment/manifest.ts";
import { openDeployed, readManifest } from "../store/catalogs.ts";
import { describeTools, type ToolTexts } from "./describe-tools.ts";
import { runTool } from "./run-tool.ts";
import { tools } from "./tools/index.ts";
import type { ToolContext } from "./tools/tool.ts";

const input = z.object({ code: z.string() });

/**
 * Serves one MCP request.
 * @param caller who calls and what they may do; APIs outside the grant do not exist for them
 * @param path `api` is set for `/mcp/<name>`: only this API is served; else all of the deployment are
 */
export async function serveMcp(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  caller: Caller,
  path: { api?: string },
): Promise<Response> {
  const { apis: deployed } = await readManifest(env.CATALOGS);
  const apis = deployed.filter(({ name }) => caller.access[name]?.length && name === (path.api ?? name));
  const texts = await textsFor(env.CATALOGS, apis, caller);
  const call = callOf(request, env);
  const handler = createMcpHandler(() => createServer(texts, { env, ctx, caller, apis, call }), {
    route: new URL(request.url).pathname,
  });
  return handler(request, env, ctx);
}

function createServer(texts: ToolTexts, context: ToolContext): McpServer {
  const server = new McpServer({ name: "isogate", version: "0.1.0" }, { instructions: texts.instructions });
  for (const tool of tools) {
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: texts[tool.name],
        inputSchema: input,
        annotations: tool.annotations(context.caller),
      },
      ({ code }) => runTool(tool, code, context),
    );
  }
  return server;
}

/** The texts depend on the documents and the grant only: made once for each such pair. */
const texts = new Map<string, ToolTexts>();
const maxKeptTexts = 100;

async function textsFor(bucket: R2Bucket, apis: DeployedApi[], caller: Caller): Promise<ToolTexts> {
  const key = JSON.stringify(apis.map(({ name, title, hash }) => [name, title, hash, caller.access[name]]));
  const known = texts.get(key);
  if (known) return known;
  const described = await Promise.all(
    apis.map(async (api) => ({
      name: api.name,
      title: api.title,
      access: caller.access[api.name] ?? [],
      catalog: await openDeployed(bucket, api),
    })),
  );
  const made = describeTools(described);
  if (texts.size >= maxKeptTexts) texts.clear();
  texts.set(key, made);
  return made;
}
