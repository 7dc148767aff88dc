/** What a client's MCP URL can ask for, through the real endpoint: data for programs, search that reads, names with a prefix. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { beforeEach, describe, expect, inject, it } from "vitest";
import { serveMcp } from "../../src/mcp/server.ts";
import type { Access } from "../../src/terms/api-file.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { callTool, deploy, received } from "../gateway/running.ts";
import { readReply } from "../setup/read-reply.ts";

interface Tool {
  name: string;
  description: string;
  annotations: Record<string, boolean>;
  outputSchema?: { properties: Record<string, unknown> };
}

let apis: DeployedApi[];
beforeEach(async () => {
  apis = [await deploy({ document: upstreamDocument })];
  await received();
});

async function ask(query: string, method: string, params: object, headers: Record<string, string> = {}) {
  const ctx = createExecutionContext();
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const request = new Request(`http://localhost:8484/mcp${query}`, {
    method: "POST",
    headers: {
      host: "localhost:8484",
      "content-type": "application/json",
      "content-length": String(body.length),
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
      ...headers,
    },
    body,
  });
  const access = { test: ["read", "write", "delete"] as Access[] };
  const caller = { userId: "surface", clientId: "c", access };
  const response = await serveMcp({ request, env, ctx, caller, apis });
  const text = await response.text();
  await waitOnExecutionContext(ctx);
  const json = text.startsWith("{") ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? text);
  const { result, error } = JSON.parse(json) as { result: never; error?: { message: string } };
  return { status: response.status, result, error };
}

const list = async (query: string) =>
  ((await ask(query, "tools/list", {})).result as { tools: Tool[] }).tools;
const call = async (query: string, name: string, code: string) =>
  (await ask(query, "tools/call", { name, arguments: { code } })).result as {
    isError?: boolean;
    content: { text: string }[];
    structuredContent?: Record<string, unknown>;
  };

it("is one text and no schema by default", async () => {
  const tools = await list("");
  expect(tools.map(({ name, outputSchema }) => [name, outputSchema])).toEqual([
    ["search", undefined],
    ["execute", undefined],
  ]);
  const answer = await call("", "execute", "return { a: 1 }");
  expect(Object.keys(answer)).not.toContain("structuredContent");
  expect(readReply(answer).result).toEqual({ a: 1 });
});

describe("results=structured", () => {
  it("adds the data and its schema, for results and for failures", async () => {
    const [search, execute] = await list("?results=structured");
    for (const tool of [search, execute])
      expect(Object.keys(tool?.outputSchema?.properties ?? {})).toContain("result");
    const answer = await call("?results=structured", "execute", `return (await api.get("/echo")).status`);
    expect(answer.structuredContent).toEqual({
      runId: expect.stringMatching(/^r\w+$/) as string,
      result: 200,
      requests: ["getEcho: 200"],
    });
    expect(answer.content[0]?.text).toMatch(/^Run r\w+\. Requests: getEcho: 200\.\n\n200$/);
    const failed = await call("?results=structured", "execute", "throw new Error('no')");
    expect(failed).toMatchObject({ isError: true, structuredContent: { error: { kind: "thrown" } } });
  });
});

describe("tools=<prefix>", () => {
  it("names both tools, in the list, in the texts and in calls", async () => {
    const tools = await list("?tools=dns");
    expect(tools.map(({ name }) => name)).toEqual(["dns_search", "dns_execute"]);
    expect(tools[1]?.description).toContain("Globals of dns_search, and:");
    expect(readReply(await call("?tools=dns", "dns_search", "return operations.length > 0")).result).toBe(
      true,
    );
    const { error, result } = await ask("?tools=dns", "tools/call", {
      name: "search",
      arguments: { code: "1" },
    });
    expect(JSON.stringify(error ?? result)).toContain("search not found");
  });
});

describe("search=reads", () => {
  it("lets search call operations that read, and says so in its annotations and its text", async () => {
    const [search, execute] = await list("?search=reads");
    expect(search?.annotations).toMatchObject({
      readOnlyHint: true,
      destructiveHint: false,
      openWorldHint: true,
    });
    expect(execute?.annotations).toMatchObject({ readOnlyHint: false });
    expect(search?.description).toContain("operations whose access is read");
    const { result, requests } = readReply(
      await call("?search=reads", "search", `return (await api.get("/echo")).status`),
    );
    expect([result, requests]).toEqual([200, ["getEcho: 200"]]);
  });

  it.for([
    ["the client", `api.delete("/echo")`],
    ["fetch", `fetch(${JSON.stringify(`${inject("upstream")}/echo`)}, { method: "DELETE" })`],
    ["a call that is computed", `api[["del", "ete"].join("")]("/ec" + "ho")`],
  ] as const)("sends no write, whatever the connection was granted: %s", async ([, expression]) => {
    const reply = await callTool(`return await ${expression}`, apis, {
      tool: "search",
      surface: { searchReads: true },
    });
    const denied = reply.error?.message ?? JSON.stringify(reply.result);
    expect(denied).toContain("search may call only operations that read");
    expect((await received()).count).toBe(0);
  });

  it("is not there without it", async () => {
    const { error } = await callTool(`return await api.get("/echo")`, apis, { tool: "search" });
    expect(error?.message).toContain("api is not in search");
    expect((await list(""))[0]?.annotations).toMatchObject({ readOnlyHint: true, openWorldHint: false });
  });

  it("holds for what the API file calls a read", async () => {
    const corrected = [await deploy({ document: upstreamDocument, file: { access: { postEcho: "read" } } })];
    const code = `return (await api.post("/echo", { body: {} })).status`;
    const surface = { searchReads: true } as const;
    expect((await callTool(code, corrected, { tool: "search", surface })).result).toBe(200);
    expect((await callTool(code, apis, { tool: "search", surface })).error?.kind).toBe("denied");
  });
});

it("costs at most 1,000 tokens, whatever the URL asks for", async () => {
  const query = "?results=structured&search=reads&tools=a-long-prefix-of-tools";
  const tools = (await list(query)).map(({ outputSchema: _programs, ...tool }) => tool);
  expect(countTokens(JSON.stringify(tools))).toBeLessThanOrEqual(1_000);
});

it.for([
  ["?results=csv", 'The MCP URL has results="csv": write results=structured, or leave it out.'],
  ["?search=", 'The MCP URL has search="": write search=reads, or leave it out.'],
  [
    "?tools=1",
    'The MCP URL has tools="1": a prefix has at most 24 letters, digits, _ and -, and begins with a letter.',
  ],
  [`?tools=${"x".repeat(25)}`, "a prefix has at most 24 letters"],
] as const)("a value that there is not is refused in a sentence: %s", async ([query, says]) => {
  const { status, error } = await ask(query, "tools/list", {});
  expect(status).toBe(400);
  expect(error?.message).toContain(says);
});

it.for(["?", "?x=1", "?utm_source=docs"])("another parameter changes nothing: %s", async (query) => {
  expect((await list(query)).map(({ name }) => name)).toEqual(["search", "execute"]);
});
