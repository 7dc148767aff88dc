/**
 * The Worker on this machine: `wrangler dev` as a child process, on loopback, offline, with its storage in a folder.
 * Guarantee: what was started is ended with it, the whole process group, and nothing else.
 */
import { messageOf } from "../../terms/log.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";
import { randomBytes } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { PreparedApi } from "../apis.ts";
import { commandFor, places, workerFolder } from "../places.ts";
import { maxHeapMb, type SupervisorLimits } from "../supervisor/limits.ts";
import { findRuntime } from "../supervisor/runtime.ts";
import { supervise, type Supervisor } from "../supervisor/supervisor.ts";

/** wrangler needs 2–3 s; a cold disk or a busy machine several times that. */
const readyTimeoutMs = 60_000;
/** After a polite end, how long until the process group is killed. */
const stopTimeoutMs = 3_000;

interface LocalServerOptions {
  host: string;
  port: number;
  apis: PreparedApi[];
  /** Worker secrets by name. They travel in the child's environment: on no disk, on no command line. */
  secrets: Record<string, string>;
  /** Skips login (loopback only). */
  open?: boolean;
  /** Folder of KV, R2 and Durable Objects. */
  stateFolder: string;
  /** Another Worker than isogate's own: its configuration file, relative to the project. */
  config?: string;
  /** Another Worker than the configured one, as a path from the root of the repository. */
  entry?: string;
  /** Restarts the server when the code that it runs stops it, and says so. */
  supervised?: { limits: SupervisorLimits; report?(sentence: string): void };
  /** Called with each line the server prints. */
  onLine?: (line: string) => void;
}

export interface LocalServer {
  /** Origin that clients use, `http://localhost:8484`. */
  origin: string;
  /** Process id of the group that holds the server: what it costs in memory is the sum over the group. */
  processGroup: number;
  /** Process id of the runtime, which runs the Worker and the model's code; changes when it is restarted. */
  runtime(): Promise<number | undefined>;
  /** Resolves with a sentence when the server ends by itself. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the server, uploads the catalogs and resolves when it answers.
 * @throws Error with the server's last lines if it does not come up
 */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const release = endOnSignal();
  try {
    return await startServer(options);
  } finally {
    release();
  }
}

/** Process groups that this process has started and not ended. */
const groups = new Set<number>();
process.on("exit", () => {
  for (const group of groups) signalGroup(group, "SIGKILL");
});

/**
 * Who presses Ctrl-C before the server is up means the server too, which is in a group of its own. Once it is up, its
 * owner decides how it ends.
 * @returns what puts things back
 */
function endOnSignal(): () => void {
  const signals = (["SIGINT", "SIGTERM", "SIGHUP"] as const).filter(
    (signal) => process.listenerCount(signal) === 0,
  );
  const leave = () => process.exit(130);
  for (const signal of signals) process.once(signal, leave);
  return () => {
    for (const signal of signals) process.off(signal, leave);
  };
}

async function startServer(options: LocalServerOptions): Promise<LocalServer> {
  const { host, port } = options;
  await assertFree(host, port);
  const adminToken = randomBytes(32).toString("base64url");
  const origin = `http://${isLoopbackHost(host) ? "localhost" : host}:${port}`;
  const { supervised } = options;
  // The supervisor listens where clients come in, and the server behind it.
  const own = supervised ? { host: "127.0.0.1", port: await freePort() } : { host, port };
  const base = `http://${own.host}:${own.port}`;
  const folder = await workerFolder();
  const lines: string[] = [];
  let supervisor: Supervisor | undefined;
  let child!: ChildProcess;
  let restarting = false;
  let end!: (why: string) => void;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const start = async () => {
    const started = spawnWrangler(
      folder,
      { ...options, ...own },
      {
        ...options.secrets,
        ADMIN_TOKEN: adminToken,
        ...(supervised && { SUPERVISED: "true" }),
      },
    );
    child = started;
    const group = started.pid;
    if (group !== undefined) {
      groups.add(group);
      started.once("exit", () => groups.delete(group));
    }
    readLines(started, (line) => {
      if (supervisor?.line(line)) return;
      lines.push(line);
      if (lines.length > 100) lines.shift();
      options.onLine?.(line);
    });
    started.once("exit", (code, signal) => {
      if (!restarting)
        end(`The server ended (${signal ?? `exit code ${code}`}).\n${lines.slice(-15).join("\n")}`);
    });
    started.once("error", (error) => end(`The server could not be started: ${error.message}`));
    await Promise.race([untilAnswering(base), ended.then((why) => Promise.reject(new Error(why)))]);
  };
  const startAnew = async () => {
    restarting = true;
    await stopGroup(child);
    restarting = false;
    await start().catch((error: unknown) => end(messageOf(error)));
  };
  const stop = async () => {
    await supervisor?.stop();
    await stopGroup(child);
  };
  try {
    await start();
    await upload(base, adminToken, options.apis);
    if (supervised) {
      const wrangler = () => child.pid ?? 0;
      supervisor = await supervise({
        host,
        port,
        serverPort: own.port,
        wrangler,
        startAnew,
        ...supervised,
      });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const runtime = async () => (await findRuntime(child.pid ?? 0, own.port))?.pid;
  return { origin, processGroup: child.pid ?? 0, runtime, ended, stop };
}

/** A port of the loopback interface that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

async function assertFree(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new Error(
          error.code === "EADDRINUSE"
            ? `Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} ${commandFor("start")}`
            : `Cannot listen on ${host}:${port}: ${error.message}. Set HOST to an address of this machine, and PORT to a port that you may use.`,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

function spawnWrangler(
  cwd: string,
  options: LocalServerOptions,
  secrets: Record<string, string>,
): ChildProcess {
  const { host, port, stateFolder, open } = options;
  // Only what wrangler needs, and the secrets: everything in the child's environment is visible to the Worker.
  const { PATH, HOME, TMPDIR, USERPROFILE, SystemRoot } = process.env;
  return spawn(
    process.execPath,
    [
      places.wrangler,
      "dev",
      ...(options.entry === undefined ? [] : [options.entry]),
      `--ip=${host}`,
      `--port=${port}`,
      "--inspector-port=0",
      // wrangler copies the whole bundle many times over when it restarts the runtime: half of it takes half as long.
      "--minify",
      `--persist-to=${stateFolder}`,
      "--show-interactive-dev-session=false",
      ...(options.config ? [`--config=${options.config}`] : []),
    ],
    {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...Object.fromEntries(
          Object.entries({ PATH, HOME, TMPDIR, USERPROFILE, SystemRoot }).filter(
            ([, value]) => value !== undefined,
          ),
        ),
        CLOUDFLARE_INCLUDE_PROCESS_ENV: "true",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_HIDE_BANNER: "true",
        // wrangler traces every call for a page that nobody opens here; that more than doubled what a request costs.
        X_LOCAL_OBSERVABILITY: "false",
        X_LOCAL_EXPLORER: "false",
        MINIFLARE_WORKERD_V8_FLAGS: `--max-old-space-size=${maxHeapMb}`,
        OPEN: open ? "true" : "false",
        ...secrets,
      } as Record<string, string> as unknown as NodeJS.ProcessEnv,
    },
  );
}

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    });
  }
}

async function untilAnswering(base: string): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  while (Date.now() < deadline) {
    const answered = await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    );
    if (answered?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The server did not answer within ${readyTimeoutMs / 1000} s.`);
}

async function upload(base: string, adminToken: string, apis: PreparedApi[]): Promise<void> {
  const put = async (path: string, body: string | Uint8Array) => {
    const response = await fetch(base + path, {
      method: "PUT",
      headers: { authorization: `Bearer ${adminToken}` },
      body: body as BodyInit,
    });
    if (!response.ok)
      throw new Error(`Uploading ${path} failed: ${response.status} ${await response.text()}`);
  };
  for (const { catalog } of apis) {
    await put(`/admin/catalogs/${catalog.hash}/body`, catalog.body);
    await put(`/admin/catalogs/${catalog.hash}/index`, catalog.index);
  }
  await put("/admin/manifest", JSON.stringify({ apis: apis.map(({ api }) => api) }));
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  signalGroup(child.pid, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child.pid!, "SIGKILL"), stopTimeoutMs);
  await gone;
  clearTimeout(timer);
  // The runtime is wrangler's child: it goes with its group even when wrangler ended first.
  signalGroup(child.pid, "SIGKILL");
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
