/** Clients that write null for what is absent are served as if they had left it out. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { openCaller } from "../../src/auth/caller.ts";
import { serveMcp } from "../../src/mcp/server.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy } from "../gateway/running.ts";

const origin = "http://localhost:8484";

async function send(message: object): Promise<string> {
  const apis = [await deploy({ document: upstreamDocument, file: {} })];
  const ctx = createExecutionContext();
  const body = JSON.stringify(message);
  const headers = {
    host: "localhost:8484",
    "content-type": "application/json",
    "content-length": String(body.length),
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": "2025-06-18",
  };
  const request = new Request(`${origin}/mcp`, { method: "POST", headers, body });
  const response = await serveMcp({ request, env, ctx, caller: openCaller(["test"], ""), apis });
  const text = await response.text();
  await waitOnExecutionContext(ctx);
  return text;
}

it.each<[string, object, string]>([
  ["tools/list", { jsonrpc: "2.0", id: 1, method: "tools/list", params: null }, '"name":"execute"'],
  [
    "tools/list",
    { jsonrpc: "2.0", id: 1, method: "tools/list", params: { cursor: null } },
    '"name":"search"',
  ],
  ["prompts/list", { jsonrpc: "2.0", id: 1, method: "prompts/list", params: null }, '"prompts":[]'],
  ["ping", { jsonrpc: "2.0", id: 1, method: "ping", params: null }, '"result":{}'],
  [
    "initialize",
    {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: "2025-06-18",
        capabilities: { elicitation: null, sampling: null },
        clientInfo: { name: "p", title: null, version: "1" },
        _meta: null,
      },
    },
    '"serverInfo"',
  ],
  [
    "tools/call",
    {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "execute", arguments: { code: "return [1, null]", plan: null }, _meta: null },
    },
    "[1,null]",
  ],
])("%s", async (_, message, want) => {
  expect(await send(message)).toContain(want);
});
