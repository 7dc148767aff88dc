/**
 * The Worker on this machine, in a runtime of its own on loopback, with its storage in a folder.
 * Guarantee: its whole process group ends with it, and with this process, however they end; no other process does.
 */
import { parseJson } from "../../terms/json.ts";
import { messageOf } from "../../terms/log.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";
import { randomBytes, randomInt } from "node:crypto";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { PreparedApi } from "../apis.ts";
import { certificatesVariable } from "../engine/certificates.ts";
import { messageIn, startRuntime } from "../engine/runtime.ts";
import { commandFor } from "../places.ts";
import { builtWorker } from "./built-worker.ts";
import { keepFingerprint } from "./local-secret.ts";
import { tighten } from "./owner-only.ts";
import type { SupervisorLimits } from "../supervisor/limits.ts";
import type { Edge } from "../supervisor/front.ts";
import type { RestartCause } from "../supervisor/lost.ts";
import { Supervisor } from "../supervisor/supervisor.ts";

/** The runtime needs a fraction of a second, and many times that on a cold disk or a busy machine. */
const readyTimeoutMs = 60_000;
const readyPollMs = 10;
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
  /** The `wrangler.json` of a built Worker (scripts/build/worker.ts), if it is not the one that is started usually. */
  config?: string;
  /** A PEM file with certificates to trust besides those of browsers; NODE_EXTRA_CA_CERTS if it is not given. */
  certificates?: string;
  /** Where the Worker sends its requests to the outside, if not straight. */
  relay?: string | undefined;
  /** Restarts the server when the code that it runs stops it, and reports that. With an `edge` it serves people elsewhere. */
  supervised?: {
    limits: SupervisorLimits;
    report?(sentence: string, cause: RestartCause): void;
    edge?: Edge;
  };
  /** Called with each line the server prints, and when it did, in milliseconds since the epoch. */
  onLine?: (line: string, atMs: number) => void;
}

export interface LocalServer {
  /** Origin that clients use, `http://localhost:8484`. */
  origin: string;
  /**
   * Process id of the runtime, which runs the Worker and the model's code, and of its process group; changes with a
   * restart.
   */
  runtime(): number;
  /** Resolves with a sentence when the server ends by itself. */
  ended: Promise<string>;
  /** Requests that are not answered, and how many of them wait for a runtime. */
  load(): { underWay: number; waiting: number };
  /** Whether a request that comes now is answered. */
  isReady(): Promise<boolean>;
  /** Asks the Worker for what only its operator may. @throws Error if it refuses or fails */
  operate(method: string, path: string, body?: BodyInit): Promise<Response>;
  /** Does what the schedule of the Worker does. @throws Error if it fails */
  refresh(): Promise<void>;
  /** @param graceMs how long what is under way may take to be answered */
  stop(graceMs?: number): Promise<void>;
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
  const config = options.config ?? (await builtWorker());
  await tighten(options.stateFolder);
  const { ISOGATE_SECRET } = options.secrets;
  if (ISOGATE_SECRET !== undefined) await keepFingerprint(options.stateFolder, ISOGATE_SECRET);
  const lines: string[] = [];
  let supervisor: Supervisor | undefined;
  /** Undefined as long as none could be started: what is thrown then is the reason, and is not to be hidden by another. */
  let child: ChildProcess | undefined;
  let end!: (why: string) => void;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const start = async () => {
    const started = startRuntime({
      config,
      port: own.port,
      stateFolder: options.stateFolder,
      certificates: options.certificates ?? process.env[certificatesVariable],
      variables: {
        OPEN: options.open ? "true" : "false",
        ...options.secrets,
        ADMIN_TOKEN: adminToken,
        ...(supervised && { SUPERVISED: "true" }),
        ...(options.startedByClients && { STARTED_BY_CLIENTS: "true" }),
        ...(options.relay !== undefined && { RELAY: options.relay }),
      },
    });
    child = started;
    const group = started.pid;
    if (group !== undefined) {
      groups.add(group);
      started.once("exit", () => {
        // What watches over it is still there.
        signalGroup(group, "SIGKILL");
        groups.delete(group);
      });
    }
    readLines(started, (written) => {
      const { message: line, atMs } = messageIn(written);
      if (supervisor?.line(line)) return;
      lines.push(line);
      if (lines.length > 100) lines.shift();
      options.onLine?.(line, atMs);
    });
    const failed = new Promise<string>((resolve) => {
      started.once("error", (error) => resolve(`The server could not be started: ${error.message}`));
      // "close": its last lines, which say why, have been read.
      started.once("close", (code, signal) =>
        resolve(`The server ended (${signal ?? `exit code ${code}`}).\n${lines.slice(-15).join("\n")}`),
      );
    });
    // A supervisor starts another one.
    void failed.then((why) => (supervisor ? undefined : end(why)));
    const isUp = await Promise.race([answers(base, readyTimeoutMs, readyPollMs), failed]);
    if (typeof isUp === "string") throw new Error(isUp);
    if (!isUp) throw new Error(`The server did not answer within ${readyTimeoutMs / 1000} s.`);
  };
  const kill = () => {
    if (child?.pid !== undefined) signalGroup(child.pid, "SIGKILL");
  };
  const restart = async () => {
    kill();
    if (child) await gone(child);
    await start().catch((error: unknown) => end(messageOf(error)));
  };
  const stop = async (graceMs?: number) => {
    await supervisor?.stop(graceMs);
    if (child) await stopGroup(child);
  };
  const operate = (method: string, path: string, body?: BodyInit) =>
    ask(base, adminToken, method, path, body);
  const refresh = async () => void (await operate("POST", "/admin/refresh"));
  try {
    await start();
    await upload(base, adminToken, options.apis);
    if (supervised) {
      const runtime = () => child?.pid ?? 0;
      supervisor = new Supervisor({
        host,
        port,
        serverPort: own.port,
        runtime,
        kill,
        restart,
        ...supervised,
      });
      await supervisor.start();
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    origin,
    runtime: () => child?.pid ?? 0,
    ended,
    load: () => supervisor?.load ?? { underWay: 0, waiting: 0 },
    isReady: async () => supervisor?.isReady() ?? false,
    operate,
    refresh,
    stop,
  };
}

/** Where clients reach a server that listens there. */
export function originOf(host: string, port: number): string {
  return `http://${isLoopbackHost(host) ? "localhost" : host}:${port}`;
}

/**
 * Where systems take none for the outgoing connections of anybody (theirs begin at 32,768 or above), and browsers block
 * none (Fetch standard, "bad port"): a port that the system would choose can be somebody's a moment later.
 */
const chosenPorts = { from: 20_000, below: 32_768 };
const maxPortsTried = 100;

/** A loopback port that nothing listens on now, and that the system gives to nobody by itself. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < maxPortsTried; tried += 1) {
    const port = randomInt(chosenPorts.from, chosenPorts.below);
    const isFree = await portOf("127.0.0.1", port).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
  return portOf("127.0.0.1", 0);
}

/** That port if it is one of those above and nobody has it, else another one of them. @param wanted 0 for any */
export async function freePortLike(wanted: number): Promise<number> {
  const isOurs = wanted >= chosenPorts.from && wanted < chosenPorts.below;
  return isOurs ? portOf("127.0.0.1", wanted).catch(freePort) : freePort();
}

/** Listens for a moment. @returns the port; another one than asked for if that is 0 */
async function portOf(host: string, wanted: number): Promise<number> {
  const server = createServer().listen(wanted, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

/**
 * @param again how the command was typed
 * @throws Error that says what to do, if this process cannot listen there
 */
export async function assertFree(host: string, port: number, again = commandFor("start")): Promise<void> {
  await portOf(host, port).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === "EADDRINUSE"
        ? `Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} ${again}`
        : error.code === "EACCES"
          ? `This user may not listen on port ${port}: ports below 1024 are root's. Choose another, such as PORT=8484, and let a proxy listen there.`
          : `Cannot listen on ${host}:${port}: ${error.message}. Set HOST to an address of this machine, and PORT to a port that you may use.`,
    );
  });
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

/** The Worker refused what its operator asked for, or failed at it. */
export class OperatorRefused extends Error {
  readonly status: number;
  /** The reason in the server's words; undefined if something else answered. */
  readonly said: string | undefined;

  constructor(status: number, said: string | undefined) {
    super(said ?? `It was answered with the status ${status}.`);
    this.status = status;
    this.said = said;
  }

  /** It is the server's fault, and its log has the reason. */
  get isFault(): boolean {
    return this.status >= 500;
  }
}

/** The reason in an answer: the `error` of JSON, or its text. A page of a proxy has none. */
function reasonIn(text: string): string | undefined {
  const { error } = (parseJson(text) ?? {}) as { error?: unknown };
  const said = (typeof error === "string" ? error : text).trim();
  return said === "" || /^[<{[]/.test(said) ? undefined : said.slice(0, 1_000);
}

/** Asks the Worker for what only its operator may. @throws OperatorRefused, or what `fetch` throws */
export async function ask(
  base: string,
  adminToken: string,
  method: string,
  path: string,
  body?: BodyInit,
): Promise<Response> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const response = await fetch(base + path, { method, headers, ...(body !== undefined && { body }) });
  if (response.ok) return response;
  const { status } = response;
  throw new OperatorRefused(status, reasonIn(await response.text()));
}

async function upload(base: string, adminToken: string, apis: PreparedApi[]): Promise<void> {
  const put = async (path: string, body: string | Uint8Array) =>
    void (await (await ask(base, adminToken, "PUT", path, body as BodyInit)).text());
  for (const { catalog } of apis) {
    await put(`/admin/catalogs/${catalog.hash}/body`, catalog.body);
    await put(`/admin/catalogs/${catalog.hash}/index`, catalog.index);
  }
  await put("/admin/manifest", JSON.stringify({ apis: apis.map(({ api }) => api) }));
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  signalGroup(child.pid, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child.pid!, "SIGKILL"), stopTimeoutMs);
  await gone(child);
  clearTimeout(timer);
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function gone(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && !hasEnded(child)) await once(child, "exit");
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
