/** `npm start` in a process of its own, under its supervisor. */
import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../src/cli/server/local-server.ts";

const root = join(import.meta.dirname, "../../..");

export interface Started {
  origin: string;
  pid: number;
  /** All that was printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** A supervisor that steps in early. */
const early = {
  SUPERVISOR_STUCK_CPU_MS: "1000",
  SUPERVISOR_MAX_MEMORY_BYTES: String(1_200 * 2 ** 20),
};

/**
 * @param upstream base URL of the API, the token that it wants, and its document if it is not the demo
 * @param limits of the supervisor, if not those of a person's machine
 */
export async function startSupervised(
  upstream: { url: string; token: string; document?: string },
  limits: Record<string, string> = early,
): Promise<Started> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      join(root, "src/cli/main.ts"),
      upstream.document ?? join(root, "demo/openapi.yaml"),
      "--name=demo",
      `--server=${upstream.url}`,
      "--credential=bearer=UPSTREAM_TOKEN",
    ],
    {
      env: {
        ...process.env,
        ISOGATE_HOME: await mkdtemp(join(tmpdir(), "isogate-home-")),
        PORT: String(port),
        UPSTREAM_TOKEN: upstream.token,
        ...limits,
      },
    },
  );
  let output = "";
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        output += String(text);
        if (output.includes("Ctrl-C")) resolve();
      });
    void ended.then(() => reject(new Error(output)));
  });
  return {
    origin: `http://localhost:${port}`,
    pid: child.pid ?? 0,
    output: () => output,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
