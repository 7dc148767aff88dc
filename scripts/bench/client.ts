/** An MCP client of a server without login, for as long as it is used. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

export async function withClient<Result>(
  origin: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ name: "bench", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", origin)));
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
