/** The bridge for hosts that only start programs: its own login, its own HTTP, stdio towards the host. */
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { freePort } from "../../../src/cli/server/local-server.ts";
import { cellOf, codes, type Drive, type World } from "../driver.ts";

async function connect({ folder, env }: World, url: URL): Promise<Client> {
  const client = new Client({ name: "isogate-clients", version: "1" });
  const transport = new StdioClientTransport({
    command: join(folder, "node_modules/.bin/mcp-remote"),
    args: [url.href, String(await freePort()), "--transport", "http-only"],
    env,
    stderr: "ignore",
  });
  await client.connect(transport);
  return client;
}

export const drive: Drive = async (world, tell) => {
  const plain = await connect(world, world.open);
  tell("open", { ok: (await plain.listTools()).tools.length === 2 });
  await plain.close();
  const client = await connect(world, world.login);
  tell("login", { ok: true });
  const { tools } = await client.listTools();
  tell("tools", {
    ok:
      tools
        .map(({ name }) => name)
        .toSorted()
        .join() === "execute,search",
  });
  // Hosts of this kind ask for all that a server may have.
  await Promise.all([client.listPrompts(), client.listResources(), client.listResourceTemplates()]);
  for (const call of ["search", "execute", "failure"] as const) {
    const name = call === "search" ? "search" : "execute";
    const { content } = (await client.callTool({ name, arguments: { code: codes[call] } })) as {
      content: { text?: string }[];
    };
    tell(call, cellOf(call, content.map(({ text }) => text).join("\n")));
  }
  await client.close();
};
