/**
 * The server as a process of its own, as `npm start` and `serve` run it: how soon it is ready, and what it and its runtime hold in
 * memory when they are idle and after 2,500 runs.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../src/cli/server/local-server.ts";
import { descendantsOf } from "../../src/cli/supervisor/processes.ts";
import { withClient } from "./client.ts";
import { lower, type Chapter } from "./figure.ts";
import { withFolder } from "./server.ts";

const runs = 2_500;
const atOnce = 4;
const root = join(import.meta.dirname, "../..");

export const ownServer: Chapter = (say) =>
  withFolder(async (folder) => {
    const port = await freePort();
    const began = performance.now();
    const child = spawn(
      process.execPath,
      [join(root, "src/cli/main.ts"), "start", join(root, "demo/openapi.yaml"), "--open"],
      { env: { ...process.env, ISOGATE_HOME: folder, PORT: String(port) }, stdio: "ignore" },
    );
    const ended = once(child, "exit");
    try {
      const origin = `http://localhost:${port}`;
      while (!(await fetch(`${origin}/healthz`).catch(() => undefined))?.ok)
        await new Promise((done) => setTimeout(done, 10));
      const readySeconds = (performance.now() - began) / 1_000;
      await new Promise((done) => setTimeout(done, 3_000));
      const idle = await megabytes(child.pid ?? 0);
      say(`ready after ${readySeconds.toFixed(2)} s; idle ${idle.toFixed(0)} MB`);
      await withClient(origin, async (client) => {
        let left = runs;
        const work = async () => {
          while (left-- > 0) {
            const code = 'return find("block an address", { limit: 3 })';
            const { isError } = await client.callTool({ name: "search", arguments: { code } });
            if (isError) throw new Error("a search failed");
          }
        };
        await Promise.all(Array.from({ length: atOnce }, work));
      });
      const after = await megabytes(child.pid ?? 0);
      say(`after ${runs} runs ${after.toFixed(0)} MB`);
      return {
        "ownServer.ready": lower(readySeconds, "s, from its start to the first answer", 2),
        "ownServer.idle": lower(idle, "MB (PSS), the server and its runtime, idle", 250),
        "ownServer.after": lower(after, `MB (PSS), after ${runs} runs`, 500),
      };
    } finally {
      child.kill("SIGTERM");
      await ended;
    }
  });

/** Proportional set size of a process and all that descend from it. */
async function megabytes(pid: number): Promise<number> {
  const pids = [pid, ...((await descendantsOf(pid)) ?? []).map((entry) => entry.pid)];
  const texts = await Promise.all(
    pids.map((each) => readFile(`/proc/${each}/smaps_rollup`, "utf8").catch(() => "")),
  );
  return texts.reduce((sum, text) => sum + Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0), 0) / 1_024;
}
