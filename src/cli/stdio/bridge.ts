/**
 * `--stdio`: speaks MCP on standard input and output for clients that start a command, and passes every message on to the
 * server that all clients of the folder share. Starts that server if it is not there, and ends when the client goes.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { Access } from "../../terms/api-file.ts";
import { messageOf } from "../../terms/log.ts";
import { visible } from "../../terms/visible.ts";
import { places } from "../places.ts";
import { openStateFolder } from "../server/state-folder.ts";
import { Address, addressFile, Given, Heard, isSame, proofOf, type Ask } from "./keeper.ts";
import { parsed, readJsonLine } from "./json-line.ts";
import { meantLines } from "./meant-lines.ts";

/** In the environment of the server that clients share: the folder of its state. */
export const keeperVariable = "ISOGATE_KEEPER";

/** A server compiles its documents first; the largest take a minute on a slow machine. */
const startTimeoutMs = 180_000;
const pollMs = 50;
/** A program that listens now where an ended server did may say nothing, or anything. */
const heardTimeoutMs = 2_000;

type Message = Parameters<StdioServerTransport["send"]>[0];

interface Attached {
  transport: StreamableHTTPClientTransport;
  /** Held open: when it ends, the server has. */
  socket: Socket;
}

/**
 * Serves the client on standard input and output until it goes.
 * @param args of `start`, without those of `--stdio`
 * @param access what the client may do, as `--access` has it
 * @param kind of the server that it can share
 * @returns the exit code. @throws Error if the server cannot be started
 */
export async function runBridge(args: readonly string[], access: string, kind: string): Promise<number> {
  assertAccess(access);
  const folder = folderFor(args);
  openStateFolder(folder);
  const stdio = new StdioServerTransport(process.stdin.pipe(meantLines()), process.stdout);
  const bridge = new Bridge(stdio, () => attachTo(folder, args, { access, kind, client: bridge.client }));
  const gone = new Promise<void>((resolve) => {
    for (const event of ["end", "close", "error"]) process.stdin.once(event, () => resolve());
    process.stdout.once("error", () => resolve());
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  Object.assign(stdio, {
    onmessage: (message: Message) => void bridge.pass(message),
    onerror: (error: Error) =>
      console.error(
        error.name === "ZodError"
          ? "isogate: A line on standard input is no message of MCP, and was left out."
          : visible(`isogate: ${messageOf(error)}`),
      ),
  } satisfies Pick<StdioServerTransport, "onmessage" | "onerror">);
  await stdio.start();
  await Promise.race([gone, bridge.failed]);
  await bridge.close();
  return 0;
}

/** What the same arguments in the same folder share. */
function folderFor(args: readonly string[]): string {
  const what = JSON.stringify([process.cwd(), ...args]);
  return join(places.home, "stdio", createHash("sha256").update(what).digest("hex").slice(0, 16));
}

class Bridge {
  /** What the client calls itself. */
  client = "a client that starts commands";
  /** Rejects when there is no server and none can be started. */
  readonly failed: Promise<never>;
  readonly #stdio: StdioServerTransport;
  readonly #attach: () => Promise<Attached>;
  /** Requests of the client without an answer, with what ends their stream. */
  readonly #open = new Map<string | number, AbortController>();
  #attached: Promise<Attached> | undefined;
  #fail!: (error: unknown) => void;
  #closed = false;

  constructor(stdio: StdioServerTransport, attach: () => Promise<Attached>) {
    this.#stdio = stdio;
    this.#attach = attach;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
  }

  /** Passes a message of the client on. */
  async pass(message: Message): Promise<void> {
    this.client = nameIn(message) ?? this.client;
    const id = "id" in message && "method" in message ? message.id : undefined;
    const ending = new AbortController();
    if (id !== undefined) this.#open.set(id, ending);
    try {
      await this.#send(message, ending.signal);
    } catch (error) {
      if (id !== undefined) this.#refuse(id, messageOf(error));
    }
    const cancelled = cancelledBy(message);
    if (cancelled !== undefined) this.#end(cancelled);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const attached = await this.#attached?.catch(() => undefined);
    attached?.socket.destroy();
    await attached?.transport.close();
  }

  async #send(message: Message, requestSignal: AbortSignal): Promise<void> {
    const { transport } = await this.#server();
    try {
      await transport.send(message, { requestSignal });
    } catch (error) {
      if (!wasNotSent(error)) throw error;
      // Nobody listens: nothing was sent, so it can be sent to the next server.
      this.#attached = undefined;
      await (await this.#server()).transport.send(message, { requestSignal });
    }
  }

  #server(): Promise<Attached> {
    this.#attached ??= this.#attach().then((attached) => this.#watch(attached));
    this.#attached.catch(this.#fail);
    return this.#attached;
  }

  #watch(attached: Attached): Attached {
    const { transport, socket } = attached;
    const onmessage = (message: Message) => {
      if ("id" in message && !("method" in message) && message.id !== undefined)
        this.#open.delete(message.id);
      // As a client of this library would: later requests name the version that was agreed on.
      const { protocolVersion } = ("result" in message ? message.result : {}) as {
        protocolVersion?: unknown;
      };
      if (typeof protocolVersion === "string") transport.setProtocolVersion(protocolVersion);
      this.#say(message);
    };
    Object.assign(transport, { onmessage });
    socket.once("close", () => {
      if (this.#closed) return;
      this.#attached = undefined;
      for (const id of this.#open.keys())
        this.#refuse(
          id,
          "The server ended before it answered. For a write, first read whether it took effect.",
        );
    });
    return attached;
  }

  #refuse(id: string | number, message: string): void {
    this.#end(id);
    this.#say({ jsonrpc: "2.0", id, error: { code: -32000, message } });
  }

  /** A client that has gone is told nothing. */
  #say(message: Message): void {
    if (!this.#closed) this.#stdio.send(message).catch(() => {});
  }

  #end(id: string | number): void {
    this.#open.get(id)?.abort();
    this.#open.delete(id);
  }
}

/** More of a name than anybody shows; a line of the keeper's has a bound. */
const maxNameChars = 200;

/** What a client calls itself in a handshake, or in each request since revision 2026; undefined for one without a name. */
function nameIn(message: Message): string | undefined {
  const params = ("params" in message ? message.params : {}) as Record<string, unknown> | undefined;
  const meta = params?.["_meta"] as Record<string, unknown> | undefined;
  const info = (params?.["clientInfo"] ?? meta?.["io.modelcontextprotocol/clientInfo"]) as { name?: unknown };
  return typeof info?.name === "string" ? info.name.slice(0, maxNameChars).trim() || undefined : undefined;
}

/** The request that a notification cancels. */
function cancelledBy(message: Message): string | number | undefined {
  if (!("method" in message) || message.method !== "notifications/cancelled") return undefined;
  return (message.params as { requestId?: string | number } | undefined)?.requestId;
}

function wasNotSent(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ((cause as NodeJS.ErrnoException).code === "ECONNREFUSED") return true;
  return false;
}

/** Connects to the server of the folder, which is started if it is not there. */
async function attachTo(folder: string, args: readonly string[], asked: Omit<Ask, "key">): Promise<Attached> {
  const until = Date.now() + startTimeoutMs;
  let started: ReturnType<typeof startServer> | undefined;
  for (; Date.now() < until; await sleep(pollMs)) {
    const found = await ask(folder, asked);
    if (found) {
      if ("problem" in found.given) throw new Error(found.given.problem);
      const { url, token } = found.given;
      const requestInit = { headers: { Authorization: `Bearer ${token}` } };
      const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
      await transport.start();
      return { transport, socket: found.socket };
    }
    started ??= startServer(folder, args);
    if (started.code() === 0) started = undefined;
    else if (started.code() !== undefined) throw new Error(await lastLines(started.log));
  }
  throw new Error(
    `The server did not start within ${startTimeoutMs / 1_000} s.${started ? `\n${await lastLines(started.log)}` : ""}`,
  );
}

/** @returns undefined if nobody is there */
async function ask(
  folder: string,
  asked: Omit<Ask, "key">,
): Promise<{ socket: Socket; given: Given } | undefined> {
  const text = await readFile(addressFile(folder), "utf8").catch(() => "");
  const address = Address.safeParse(parsed(text));
  if (!address.success) return undefined;
  const { port, key } = address.data;
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => socket.destroy());
  const hello = { nonce: randomBytes(32).toString("base64url") };
  socket.write(`${JSON.stringify(hello)}\n`);
  const slow = setTimeout(() => socket.destroy(), heardTimeoutMs);
  const heard = Heard.safeParse(await readJsonLine(socket));
  clearTimeout(slow);
  if (!heard.success || !isSame(heard.data.heard, proofOf(key, hello))) return void socket.destroy();
  socket.write(`${JSON.stringify({ ...asked, key } satisfies Ask)}\n`);
  const given = Given.safeParse(await readJsonLine(socket));
  // Its end is noticed only while it is read.
  socket.resume();
  return given.success ? { socket, given: given.data } : undefined;
}

/** Starts the server of a folder, which outlives this process while other clients use it. */
function startServer(folder: string, args: readonly string[]): { code(): number | undefined; log: string } {
  const log = join(folder, "log");
  const output = openSync(log, "w", 0o600);
  // What npm and npx set would make the server end with this process.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"));
  const env = { ...Object.fromEntries(kept), [keeperVariable]: folder } as Record<string, string>;
  const child: ChildProcess = spawn(
    process.execPath,
    [...process.execArgv, process.argv[1] ?? "", "start", ...args],
    { detached: true, stdio: ["ignore", output, output], env: env as unknown as NodeJS.ProcessEnv },
  );
  child.unref();
  closeSync(output);
  let failed = false;
  child.once("error", () => (failed = true));
  return { log, code: () => (failed || child.signalCode ? 1 : (child.exitCode ?? undefined)) };
}

async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, "utf8").catch(() => "");
  return text.trim().split("\n").slice(-15).join("\n");
}

/** @throws Error if the text is not what `--access` takes */
export function assertAccess(access: string): void {
  const wrong = access.split(",").find((one) => !Access.safeParse(one).success);
  if (wrong !== undefined)
    throw new Error(`--access takes ${Access.options.join(", ")}, separated by commas; it has "${wrong}".`);
}
