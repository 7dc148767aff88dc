/**
 * The server as a process of its own, as `npm start` and `npm run serve` run it: how soon it is ready, what it and its runtime hold
 * in memory when they are idle, and after 2,500 runs.
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

const document = join(root, "demo/openapi.yaml");
/** What `serve` wants to know. Nobody signs in, so the provider need not be there. */
const settings = {
  SIGN_IN: "oidc",
  OIDC_ISSUER: "https://login.example.com",
  OIDC_CLIENT_ID: "isogate",
  OIDC_CLIENT_SECRET: "not-used",
  OIDC_ALLOWED: "@example.com",
};

export const ownServer: Chapter = async (say) => {
  const start = ["start", document, "--open"];
  // The first start of a clone builds the Worker.
  await withServer(start, {}, async () => {});
  const started = await withServer(start, {}, async ({ origin, ready, memory }) => {
    const idle = await memory();
    say(`start: ready after ${ready.toFixed(2)} s; idle ${idle.toFixed(0)} MB`);
    await search(origin);
    const after = await memory();
    say(`start: after ${runs} runs ${after.toFixed(0)} MB`);
    return { ready, idle, after };
  });
  const served = await withServer(["serve", document], settings, async ({ ready, memory }) => {
    const idle = await memory();
    say(`serve: ready after ${ready.toFixed(2)} s; idle ${idle.toFixed(0)} MB`);
    return { ready, idle };
  });
  return {
    "ownServer.start.ready": lower(started.ready, "s, start: from its start to the first answer", 2),
    "ownServer.start.idle": lower(started.idle, "MB (PSS), start and its runtime, idle", 250),
    "ownServer.start.after": lower(started.after, `MB (PSS), start, after ${runs} runs`, 500),
    "ownServer.serve.ready": lower(served.ready, "s, serve: from its start to the first answer", 2),
    "ownServer.serve.idle": lower(served.idle, "MB (PSS), serve and its runtime, idle", 250),
  };
};

interface Served {
  origin: string;
  /** Seconds until it answered. */
  ready: number;
  /** Megabytes, after a while without a request. */
  memory(): Promise<number>;
}

/** @param args of the program, without its port */
function withServer<T>(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  work: (server: Served) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const began = performance.now();
    const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), ...args], {
      env: { ...process.env, ...env, ISOGATE_HOME: folder, PORT: String(port), PUBLIC_URL: origin },
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    try {
      while (!(await fetch(`${origin}/healthz`).catch(() => undefined))?.ok) {
        if (child.exitCode !== null) throw new Error(`${args[0]} ended; start it in a shell to see why.`);
        await new Promise((done) => setTimeout(done, 10));
      }
      const ready = (performance.now() - began) / 1_000;
      const memory = async () => {
        await new Promise((done) => setTimeout(done, 3_000));
        return megabytes(child.pid ?? 0);
      };
      return await work({ origin, ready, memory });
    } finally {
      child.kill("SIGTERM");
      await ended;
    }
  });
}

async function search(origin: string): Promise<void> {
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
}

/** Proportional set size of a process and all that descend from it. */
async function megabytes(pid: number): Promise<number> {
  const pids = [pid, ...((await descendantsOf(pid)) ?? []).map((entry) => entry.pid)];
  const texts = await Promise.all(
    pids.map((each) => readFile(`/proc/${each}/smaps_rollup`, "utf8").catch(() => "")),
  );
  return texts.reduce((sum, text) => sum + Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0), 0) / 1_024;
}
