/** Where the chapters measure: a folder and a server of their own, both gone when the measuring has ended, however it ends. */
import { mkdtemp, rm } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PreparedApi } from "../../src/cli/apis.ts";
import { buildWorker } from "../build/worker.ts";
import { freePort, startLocalServer, type LocalServer } from "../../src/cli/server/local-server.ts";

export interface BenchServer extends LocalServer {
  /**
   * One answer of the Worker.
   * @throws Error if the request or the tool failed: the time of a failure is not a figure
   */
  post(path: string, body?: string): Promise<string>;
}

interface ServerOptions {
  apis: PreparedApi[];
  secrets?: Record<string, string>;
  /** Without login. */
  open?: boolean;
  /** State that an earlier server left, and that a later one goes on with. */
  stateFolder?: string;
  /** The Worker that is measured, if it is not that of the contestants (`scripts/bench/worker.ts`). */
  worker?: "isogate" | { config: string };
}

const running = new Set<LocalServer>();

export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "isogate-bench-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function withServer<Result>(
  options: ServerOptions,
  measure: (server: BenchServer) => Promise<Result>,
): Promise<Result> {
  const { stateFolder: given } = options;
  const inFolder =
    given === undefined ? withFolder<Result> : (use: (folder: string) => Promise<Result>) => use(given);
  return inFolder(async (stateFolder) => {
    const server = await started({ ...options, stateFolder });
    running.add(server);
    try {
      return await measure({ ...server, post: (path, body = "") => post(server.origin, path, body) });
    } finally {
      running.delete(server);
      await server.stop();
    }
  });
}

/** A port that was free a moment ago may be taken by any program on the machine before the server has it. */
async function started(options: ServerOptions & { stateFolder: string }, tries = 3): Promise<LocalServer> {
  const port = await freePort();
  const { worker, ...rest } = options;
  const config =
    worker === undefined ? await contestants() : worker === "isogate" ? undefined : worker.config;
  try {
    return await startLocalServer({
      secrets: {},
      ...rest,
      ...(config !== undefined && { config }),
      host: "127.0.0.1",
      port,
    });
  } catch (error) {
    if (tries > 1 && /in use/.test((error as Error).message)) return started(options, tries - 1);
    throw error;
  }
}

let built: Promise<string> | undefined;

/** Built once; gone with this process. */
function contestants(): Promise<string> {
  return (built ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), "isogate-bench-worker-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    await buildWorker(join(folder, "worker"), undefined, "scripts/bench/wrangler.jsonc");
    return join(folder, "worker/wrangler.json");
  })());
}

async function post(origin: string, path: string, body: string): Promise<string> {
  const response = await fetch(origin + path, { method: "POST", body });
  const text = await response.text();
  if (!response.ok || text.includes('"isError":true')) throw new Error(`${path}: ${text.slice(0, 300)}`);
  return text;
}

/** A server has a process group of its own: Ctrl-C in the shell does not reach it. */
export function stopServersOnSignal(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      void Promise.all([...running].map((server) => server.stop())).finally(() => process.exit(130));
    });
}
