/**
 * The server's side of `--stdio`: clients of one folder share one server, which ends when the last of them has gone. Each
 * holds a connection on loopback as long as it runs, and is given an access token of its own for that time. Who may
 * connect is who may read a file of the state folder. The server shows first that it wrote that file: where one was killed,
 * its port may be another user's program by now.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../terms/log.ts";
import { version } from "../places.ts";
import { readJsonLine } from "./json-line.ts";

/**
 * Clients start and end their commands as they like: between two of them the server stays for this long, or until one comes
 * that it is not for.
 */
const lingerMs = 5_000;
/** A program that connects and does not say who it is would keep this process alive. */
const silentMs = 5_000;

/** What the file says: where to connect, and what proves that one could read it. */
export const Address = z.object({ port: z.number(), key: z.string() });
export const addressFile = (folder: string) => join(folder, "keeper.json");

const portFile = (folder: string) => join(folder, "port");

/** The port that the server of a folder had, so that links of its runs and programs still lead to it; 0 if it had none. */
export async function keptPort(folder: string): Promise<number> {
  const port = Number(await readFile(portFile(folder), "utf8").catch(() => "0"));
  return Number.isInteger(port) && port > 1_023 && port < 65_536 ? port : 0;
}

export const keepPort = (folder: string, port: number): Promise<void> =>
  writeFile(portFile(folder), String(port), { mode: 0o600 });

/** What a client says first: nothing of its own, and something new each time. */
export const Hello = z.object({ nonce: z.string().min(20) });

/** What it asks for, of a server that has shown that it is the one. */
export const Ask = z.object({ key: z.string(), kind: z.string(), access: z.string(), client: z.string() });
export type Ask = z.infer<typeof Ask>;

/**
 * What two processes have to agree on to share a server: the version of isogate, and the secrets that each has in its
 * environment.
 */
export function kindOf(secrets: Readonly<Record<string, string>>): string {
  return createHash("sha256")
    .update(JSON.stringify([version, Object.entries(secrets).sort()]))
    .digest("hex");
}

/** What it hears at once: it is at the right place. The rest may take as long as a server takes to start. */
export const Heard = z.object({ heard: z.string() });

/** What only a program can answer to a nonce that knows the key. */
export function proofOf(key: string, { nonce }: z.infer<typeof Hello>): string {
  return createHmac("sha256", key).update(nonce).digest("base64url");
}

/** What it is given: the MCP endpoint with a token, or a sentence. */
export const Given = z.union([
  z.object({ url: z.string(), token: z.string() }),
  z.object({ problem: z.string() }),
]);
export type Given = z.infer<typeof Given>;

/** Admits one client. @throws Error whose message the client shows */
export type Admit = (ask: Ask) => Promise<{ url: string; token: string; leave(): Promise<void> }>;

export interface Keeper {
  /** Clients that came earlier wait until this is called. */
  serve(admit: Admit): void;
  /** Resolves when nobody has been connected for a while. */
  deserted: Promise<void>;
  close(): Promise<void>;
}

/**
 * @param folder of the state, which belongs to its owner alone and is locked by this process
 * @param kind of this process
 */
export async function openKeeper(folder: string, kind: string): Promise<Keeper> {
  const key = randomBytes(32).toString("base64url");
  const connected = new Map<Socket, () => Promise<void>>();
  let serve!: (admit: Admit) => void;
  const admitting = new Promise<Admit>((resolve) => (serve = resolve));
  let desert!: () => void;
  const deserted = new Promise<void>((resolve) => (desert = resolve));
  let alone: NodeJS.Timeout | undefined;
  let makingRoom = false;
  const watch = () => {
    clearTimeout(alone);
    if (connected.size === 0) alone = setTimeout(desert, lingerMs);
  };

  async function attend(socket: Socket): Promise<void> {
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => socket.destroy());
    const silent = setTimeout(() => socket.destroy(), silentMs);
    const hello = Hello.safeParse(await readJsonLine(socket));
    if (hello.success) say(socket, { heard: proofOf(key, hello.data) });
    const asked = hello.success ? Ask.safeParse(await readJsonLine(socket)) : undefined;
    clearTimeout(silent);
    if (!asked?.success || !isSame(asked.data.key, key)) return void socket.destroy();
    if (asked.data.kind !== kind && connected.size === 0) makingRoom = true;
    if (makingRoom) {
      // Without an answer, it starts a server of its own as soon as this one has ended.
      socket.destroy();
      return desert();
    }
    // Its end is noticed only while it is read.
    socket.resume();
    connected.set(socket, async () => {});
    watch();
    try {
      if (asked.data.kind !== kind) throw new Error(otherKind);
      const admit = await admitting;
      const { url, token, leave } = await admit(asked.data);
      connected.set(socket, leave);
      say(socket, { url, token });
    } catch (error) {
      say(socket, { problem: messageOf(error) });
      socket.end();
    }
    await gone;
    const leave = connected.get(socket);
    connected.delete(socket);
    await leave?.().catch(() => {});
    watch();
  }

  const server = createServer((socket) => void attend(socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const address: z.infer<typeof Address> = { port, key };
  await writeFile(addressFile(folder), JSON.stringify(address), { mode: 0o600 });
  watch();
  return {
    serve,
    deserted,
    async close() {
      clearTimeout(alone);
      await rm(addressFile(folder), { force: true });
      server.close();
      const leaving = [...connected.values()].map((leave) => leave());
      await Promise.allSettled(leaving);
      for (const socket of connected.keys()) socket.destroy();
    },
  };
}

const otherKind =
  "Another client runs isogate in this folder with another version of it, or with other secrets in its environment. " +
  "Close that client, or give both the same settings, then start this one again.";

const say = (socket: Socket, given: Given | z.infer<typeof Heard>) =>
  void socket.write(`${JSON.stringify(given)}\n`);

export function isSame(given: string, wanted: string): boolean {
  const [one, other] = [given, wanted].map((text) => Buffer.from(text));
  return one!.length === other!.length && timingSafeEqual(one!, other!);
}
