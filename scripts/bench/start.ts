/** From nothing to the first answer, as `npm start` does it: documents read, server up, a search answered over MCP. */
import { configuredApis, prepareApi } from "../../src/cli/apis.ts";
import { withClient } from "./client.ts";
import { lower, median, type Chapter } from "./figure.ts";
import { withServer } from "./server.ts";

const rounds = 3;
const code = `return find("block an address", { limit: 3 })`;

export const start: Chapter = async (say) => {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await startOnce());
  const seconds = median(times);
  say(`from nothing to the first search answered: ${seconds.toFixed(2)} s`);
  return { "start.firstSearch": lower(seconds, "s, from nothing to the first search answered", 2.5) };
};

async function startOnce(): Promise<number> {
  const began = performance.now();
  const apis = await Promise.all((await configuredApis()).map((api) => prepareApi(api)));
  return withServer({ apis, open: true, worker: "isogate" }, ({ origin }) =>
    withClient(origin, async (client) => {
      const { isError } = await client.callTool({ name: "search", arguments: { code } });
      if (isError) throw new Error("the first search failed");
      return (performance.now() - began) / 1_000;
    }),
  );
}
