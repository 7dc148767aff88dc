/**
 * The Worker on this machine: wrangler as a child process, on loopback, offline, with its storage in a folder.
 * Guarantee: its whole process group ends with it, and with this process, however they end; no other process does.
 */
import { messageOf } from "../../terms/log.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";
import { randomBytes } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PreparedApi } from "../apis.ts";
import { commandFor, places } from "../places.ts";
import { workerFolder } from "./built-worker.ts";
import { tighten } from "./owner-only.ts";
import { maxHeapMb, type SupervisorLimits } from "../supervisor/limits.ts";
import { findRuntime } from "../supervisor/runtime.ts";
import { Supervisor } from "../supervisor/supervisor.ts";

/** wrangler needs 2–3 s, and several times that on a cold disk or a busy machine. */
const readyTimeoutMs = 60_000;
/** How long after SIGTERM the process group is killed. */
const stopTimeoutMs = 3_000;

interface LocalServerOptions {
  host: string;
  port: number;
  apis: PreparedApi[];
  /** Worker secrets by name. Passed in the child's environment, never on disk or on a command line. */
  secrets: Record<string, string>;
  /** Skips login (loopback only). */
  open?: boolean;
  /** Its clients start it by a command. */
  startedByClients?: boolean;
  /** Folder of KV, R2 and Durable Objects. */
  stateFolder: string;
  /** Configuration file of another Worker, relative to the project. */
  config?: string;
  /** Main file of another Worker, relative to the project. */
  entry?: string;
  /** Where the Worker sends its requests to the outside, if not straight. */
  relay?: string | undefined;
  /** Restarts the server when the code that it runs stops it, and reports that. */
  supervised?: { limits: SupervisorLimits; report?(sentence: string): void };
  /** Called with each line the server prints. */
  onLine?: (line: string) => void;
}

export interface LocalServer {
  /** Origin that clients use, `http://localhost:8484`. */
  origin: string;
  /** Id of the server's process group: its memory is the sum over the group. */
  processGroup: number;
  /** Process id of the runtime, which runs the Worker and the model's code; changes with a restart. */
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
  // Ctrl-C before the server is up must end the server too, although it has its own process group. Later the caller decides.
  const signals = (["SIGINT", "SIGTERM", "SIGHUP"] as const).filter(
    (signal) => process.listenerCount(signal) === 0,
  );
  const leave = () => process.exit(130);
  for (const signal of signals) process.once(signal, leave);
  try {
    return await startServer(options);
  } finally {
    for (const signal of signals) process.off(signal, leave);
  }
}

/** Process groups that this process has started and not ended. */
const groups = new Set<number>();
process.on("exit", () => {
  for (const group of groups) signalGroup(group, "SIGKILL");
});

async function startServer(options: LocalServerOptions): Promise<LocalServer> {
  const { host, port, supervised } = options;
  await assertFree(host, port);
  const adminToken = randomBytes(32).toString("base64url");
  const origin = originOf(host, port);
  // The supervisor listens where clients connect, and the server behind it.
  const own = supervised ? { host: "127.0.0.1", port: await freePort() } : { host, port };
  const base = `http://${own.host}:${own.port}`;
  const isOwn = options.config === undefined && options.entry === undefined;
  const folder = isOwn ? await workerFolder() : places.root;
  await tighten(options.stateFolder);
  const lines: string[] = [];
  let supervisor: Supervisor | undefined;
  let child!: ChildProcess;
  let restarting = false;
  let end!: (why: string) => void;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const start = async () => {
    const started = spawnWrangler(folder, { ...options, ...own }, adminToken);
    child = started;
    const group = started.pid;
    if (group !== undefined) {
      groups.add(group);
      started.once("exit", () => {
        // If wrangler was killed, its runtimes are still there.
        signalGroup(group, "SIGKILL");
        groups.delete(group);
      });
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
    const failed = ended.then((why) => Promise.reject(new Error(why)));
    if (!(await Promise.race([answers(base, readyTimeoutMs, 50), failed])))
      throw new Error(`The server did not answer within ${readyTimeoutMs / 1000} s.`);
  };
  const restartAll = async () => {
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
      supervisor = new Supervisor({ host, port, serverPort: own.port, wrangler, restartAll, ...supervised });
      await supervisor.start();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const runtime = async () => (await findRuntime(child.pid ?? 0, own.port))?.pid;
  return { origin, processGroup: child.pid ?? 0, runtime, ended, stop };
}

/** Where clients reach a server that listens there. */
export function originOf(host: string, port: number): string {
  return `http://${isLoopbackHost(host) ? "localhost" : host}:${port}`;
}

/** A loopback port that nothing listens on now. */
export async function freePort(): Promise<number> {
  return portOf("127.0.0.1", 0);
}

/** Listens for a moment. @returns the port; another one than asked for if that is 0 */
async function portOf(host: string, wanted: number): Promise<number> {
  const server = createServer().listen(wanted, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

/** @throws Error that says what to do, if this process cannot listen there */
export async function assertFree(host: string, port: number): Promise<void> {
  await portOf(host, port).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === "EADDRINUSE"
        ? `Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} ${commandFor("start")}`
        : `Cannot listen on ${host}:${port}: ${error.message}. Set HOST to an address of this machine, and PORT to a port that you may use.`,
    );
  });
}

function spawnWrangler(cwd: string, options: LocalServerOptions, adminToken: string): ChildProcess {
  const { host, port, stateFolder, open } = options;
  const noEnvironment = join(stateFolder, "empty.env");
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(noEnvironment, "");
  // The Worker sees all of the child's environment: only what wrangler needs, and the secrets.
  // NODE_EXTRA_CA_CERTS: wrangler hands its certificates to the runtime.
  const { PATH, HOME, TMPDIR, USERPROFILE, SystemRoot, NODE_EXTRA_CA_CERTS } = process.env;
  return spawn(
    process.execPath,
    [
      "--no-warnings",
      places.localWorker,
      JSON.stringify({
        config: options.config,
        entrypoint: options.entry,
        // With a `.dev.vars` of its own choice, wrangler would pass nothing of the environment on, not even our secrets.
        // They are read from such files before (../secrets.ts), so it is given an empty one.
        envFile: noEnvironment,
        host,
        port,
        stateFolder,
      }),
    ],
    {
      cwd,
      detached: true,
      // The leash reads its input, which ends with this process.
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...Object.fromEntries(
          Object.entries({ PATH, HOME, TMPDIR, USERPROFILE, SystemRoot, NODE_EXTRA_CA_CERTS }).filter(
            ([, value]) => value,
          ),
        ),
        CLOUDFLARE_INCLUDE_PROCESS_ENV: "true",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_SEND_METRICS: "false",
        // Its own log would repeat each line of ours in a file that nobody rotates and "Forget all runs" does not reach.
        WRANGLER_WRITE_LOGS: "false",
        // Should a later version write one all the same: in the folder of the owner.
        WRANGLER_LOG_PATH: join(stateFolder, "logs"),
        // wrangler traces every call for a page that is not used here; that more than doubled the cost of a request.
        X_LOCAL_OBSERVABILITY: "false",
        X_LOCAL_EXPLORER: "false",
        MINIFLARE_WORKERD_V8_FLAGS: `--max-old-space-size=${maxHeapMb}`,
        OPEN: open ? "true" : "false",
        ...options.secrets,
        ADMIN_TOKEN: adminToken,
        ...(options.supervised && { SUPERVISED: "true" }),
        ...(options.startedByClients && { STARTED_BY_CLIENTS: "true" }),
        ...(options.relay !== undefined && { RELAY: options.relay }),
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

/** Asks `/healthz` every `pauseMs` until it answers. @returns false if it does not within `withinMs` */
export async function answers(origin: string, withinMs: number, pauseMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(pauseMs)) {
    const answer = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(() => {});
    if (answer?.ok) return true;
  }
  return false;
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
  // The runtime is wrangler's child: end it with its group even if wrangler ended first.
  signalGroup(child.pid, "SIGKILL");
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
