/** LangChain's adapters: its model gets the content of the tool's message. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { cellOf, codes, type Drive } from "../driver.ts";

interface ChainTool {
  name: string;
  invoke(args: object): Promise<unknown>;
}
interface ChainClient {
  getTools(): Promise<ChainTool[]>;
  close(): Promise<void>;
}

export const drive: Drive = async ({ folder, open }, tell) => {
  const main = createRequire(join(folder, "package.json")).resolve("@langchain/mcp-adapters");
  const { MultiServerMCPClient } = (await import(main)) as {
    MultiServerMCPClient: new (options: object) => ChainClient;
  };
  const client = new MultiServerMCPClient({
    mcpServers: { isogate: { transport: "http", url: open.href } },
  });
  const tools = await client.getTools();
  tell("open", { ok: true });
  tell("tools", {
    ok:
      tools
        .map(({ name }) => name)
        .toSorted()
        .join() === "execute,search",
  });
  for (const call of ["search", "execute", "failure"] as const) {
    const tool = tools.find(({ name }) => name === (call === "search" ? "search" : "execute"))!;
    const result = await tool.invoke({ code: codes[call] }).catch((error: Error) => error.message);
    tell(call, cellOf(call, typeof result === "string" ? result : JSON.stringify(result)));
  }
  await client.close();
};
