/** What a local server listens on: nothing that gives orders to its runtime, or tells what is in it. */
import { readdir, readFile, readlink } from "node:fs/promises";
import { connect } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { freePort, startLocalServer, type LocalServer } from "../../../src/cli/server/local-server.ts";
import { descendantsOf } from "../../../src/cli/supervisor/processes.ts";
import { supervisorLimits } from "../../../src/cli/supervisor/limits.ts";

const secret = "planted-secret-19d0";
let folder: string;
let server: LocalServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-listening-"));
  server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [],
    secrets: { PLANTED: secret },
    stateFolder: join(folder, "state"),
    config: inject("worker"),
    supervised: { limits: supervisorLimits },
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The ports on which a process listens (proc(5), net/tcp). */
async function portsOf(pid: number): Promise<number[]> {
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")),
  );
  const sockets = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((table) => readFile(`/proc/${pid}/net/${table}`, "utf8")),
  );
  return tables
    .flatMap((table) => table.trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === "0A" && sockets.has(inode ?? ""))
    .map(([, local = ""]) => Number.parseInt(local.split(":").at(-1) ?? "", 16));
}

/** All that comes back for what is said, within a second. */
function say(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let told = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on("data", (chunk) => (told += String(chunk)));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(told));
  });
}

const get = (path: string, ...lines: string[]) =>
  [`GET ${path} HTTP/1.1`, "Host: localhost", "Connection: close", ...lines, "", ""].join("\r\n");
const upgrade = [
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Origin: http://evil.example",
];

it.runIf(process.platform === "linux")("is no debugger, on any port of any of its processes", async () => {
  const all = (await descendantsOf(process.pid)) ?? [];
  const runtime = all.filter(({ pid }) => pid === server.runtime());
  const inGroup = [...runtime, ...((await descendantsOf(server.runtime())) ?? [])];
  expect(runtime).toHaveLength(1);
  for (const { command } of inGroup) expect(command).not.toMatch(/--(?:inspector-addr|debug-port|inspect)\b/);
  const ports = (await Promise.all(inGroup.map(({ pid }) => portsOf(pid)))).flat();
  // Where the Worker listens, for the front.
  expect(new Set(ports).size).toBe(1);
  for (const port of ports) {
    for (const path of ["/json", "/json/list", "/json/version"])
      expect(await say(port, get(path))).not.toMatch(/webSocketDebuggerUrl|"id":/);
    for (const path of ["/", "/core:user:isogate", "/ws", "/core:entry"])
      expect(await say(port, get(path, ...upgrade))).not.toContain("101 Switching Protocols");
    // Cap'n Proto: a message of one segment with a request for the bootstrap interface.
    const bootstrap = "\0\0\0\0\x03\0\0\0\0\0\0\0\x01\0\x01\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    expect(await say(port, bootstrap)).not.toMatch(/^\0\0\0\0/);
  }
});
