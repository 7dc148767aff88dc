/** The AI SDK: its model gets what `toModelOutput` makes of a result. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { cellOf, codes, type Drive } from "../driver.ts";

interface AiTool {
  execute(args: object, options: object): Promise<unknown>;
  toModelOutput?(result: unknown): unknown;
}
interface AiClient {
  tools(): Promise<Record<string, AiTool>>;
  close(): Promise<void>;
}

export const drive: Drive = async ({ folder, open }, tell) => {
  const main = createRequire(join(folder, "package.json")).resolve("@ai-sdk/mcp");
  const library = (await import(main)) as Record<string, (options: object) => Promise<AiClient>>;
  const make = library["createMCPClient"] ?? library["experimental_createMCPClient"]!;
  const client = await make({ transport: { type: "http", url: open.href } });
  const tools = await client.tools();
  tell("open", { ok: true });
  tell("tools", { ok: Object.keys(tools).toSorted().join() === "execute,search" });
  for (const call of ["search", "execute", "failure"] as const) {
    const tool = tools[call === "search" ? "search" : "execute"]!;
    const result = await tool
      .execute({ code: codes[call] }, { toolCallId: call, messages: [] })
      .catch((error: Error) => error.message);
    const output = tool.toModelOutput?.({ output: result, toolCallId: call, input: {} }) ?? result;
    tell(call, cellOf(call, JSON.stringify(output)));
  }
  await client.close();
};
