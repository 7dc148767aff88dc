/** A server process of its own for code that may hang it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "../../../src/cli/server/local-server.ts";

const root = join(import.meta.dirname, "../../..");

export interface Server {
  url: string;
  /** Ends the process and everything that it started. */
  stop(): void;
}

export async function startRunner(): Promise<Server> {
  const port = await freePort();
  const args = [
    "dev",
    "-c",
    "test/sandbox/runner/wrangler.jsonc",
    "--ip",
    "127.0.0.1",
    "--port",
    String(port),
  ];
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/wrangler/bin/wrangler.js"),
      ...args,
      "--inspector-port",
      String(await freePort()),
      "--show-interactive-dev-session=false",
    ],
    {
      cwd: root,
      // A group of its own, so that the runtime it starts ends with it.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_HIDE_BANNER: "true",
      },
    },
  );
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const stop = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  const url = `http://127.0.0.1:${port}/`;
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    const answer = await fetch(url, { method: "POST", body: "42", signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    if (answer?.ok) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  stop();
  throw new Error(`The server did not start:\n${output}`);
}
