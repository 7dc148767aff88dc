/** Starts the upstream APIs and a server in front of them, and plays all tasks, one after the other. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { withFolder, withServer } from "../bench/server.ts";
import { playTask, type PlayedTask, type Player } from "./play.ts";
import type { Subject } from "./task.ts";
import { alertmanager } from "./tasks/alertmanager.ts";
import { all } from "./tasks/all.ts";
import { demo } from "./tasks/demo.ts";
import { github } from "./tasks/github.ts";
import { powerdns } from "./tasks/powerdns.ts";
import { startUpstreams, upstreamNames } from "./upstreams.ts";

export const subjects: readonly Subject[] = [demo, powerdns, alertmanager, github, all];

export interface Evaluated {
  api: Subject["api"];
  played: PlayedTask[];
}

/** Called with each call and the text of its reply. */
export type Heard = NonNullable<Parameters<typeof playTask>[4]>;

/** @param say called with each task as it ends */
export function evaluate(
  player: Player,
  chosen: readonly Subject[],
  say: (line: string) => void,
  heard?: Heard,
): Promise<Evaluated[]> {
  return withFolder(async (folder) => {
    const needed = upstreamNames.filter((name) => chosen.some(({ api }) => api === name || api === "all"));
    const { upstreams, apis, secrets, stop } = await startUpstreams(folder, needed);
    try {
      const options = { apis, secrets, open: true, worker: "isogate" } as const;
      return await withServer(options, async ({ origin }) => {
        const evaluated: Evaluated[] = [];
        for (const { api, tasks } of chosen) {
          const client = new Client({ name: "eval", version: "1" }, { versionNegotiation: { mode: "auto" } });
          const path = api === "all" ? "/mcp" : `/mcp/${api}`;
          await client.connect(new StreamableHTTPClientTransport(new URL(path, origin)));
          const played: PlayedTask[] = [];
          for (const task of tasks) {
            const one = await playTask(task, client, player, upstreams, heard);
            say(`${one.problem === undefined ? "✔" : "✘"} ${api}: ${task.name}`);
            if (one.problem !== undefined) say(`  ${one.problem}`);
            played.push(one);
          }
          await client.close();
          evaluated.push({ api, played });
        }
        return evaluated;
      });
    } finally {
      await stop();
    }
  });
}
