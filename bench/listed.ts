/** What a client reads of a deployment before its first call, asked from a real server over MCP. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import type { PreparedApi } from "../scripts/lib/apis.ts";
import { freePort, startLocalServer } from "../scripts/lib/local-server.ts";

/** @returns o200k tokens of `tools/list` and of the instructions */
export async function listedTokens(apis: PreparedApi[]): Promise<number> {
  const stateFolder = await mkdtemp(join(tmpdir(), "isogate-bench-"));
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis,
    secrets: {},
    stateFolder,
    open: true,
  });
  try {
    const client = new Client({ name: "bench", version: "1" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", server.origin)));
    const { tools } = await client.listTools();
    const instructions = client.getInstructions() ?? "";
    await client.close();
    return countTokens(JSON.stringify(tools)) + countTokens(instructions);
  } finally {
    await server.stop();
    await rm(stateFolder, { recursive: true, force: true });
  }
}
