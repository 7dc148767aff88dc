/** What a client reads of a deployment before its first call, asked from a real server over MCP. */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import type { PreparedApi } from "../../src/cli/apis.ts";
import { withClient } from "./client.ts";
import { withServer } from "./server.ts";

/** @returns o200k tokens of `tools/list` and of the instructions */
export async function listedTokens(apis: PreparedApi[]): Promise<number> {
  return withServer({ apis, open: true, worker: "isogate" }, ({ origin }) =>
    withClient(origin, async (client) => {
      const { tools } = await client.listTools();
      return countTokens(JSON.stringify(tools)) + countTokens(client.getInstructions() ?? "");
    }),
  );
}
