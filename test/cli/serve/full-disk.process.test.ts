/** A disk that is full while the server runs: no write leaves that cannot be noted, nothing that was kept is lost, and it goes on. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, logIn } from "../../setup/connect.ts";
import { readReply } from "../../setup/read-reply.ts";
import { openPage, startOrders, startServed, type Served } from "./served.ts";

const disk = mkdtempSync(join(tmpdir(), "isogate-disk-"));
const mayMount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=120m", "none", disk]).status === 0;
if (!mayMount) console.warn("This user may not mount: a disk that becomes full is not tried.");

let orders: Awaited<ReturnType<typeof startOrders>>;
let server: Served;
let client: Client;

beforeAll(async () => {
  if (!mayMount) return;
  orders = await startOrders(0);
  server = await startServed({ api: orders.url, environment: { ISOGATE_HOME: join(disk, "home") } });
  const url = new URL("/mcp", server.origin);
  client = await connect(url, await logIn(url, ["orders:read", "orders:write"]));
});
afterAll(async () => {
  await client?.close();
  await server?.stop();
  await orders?.stop();
  if (mayMount) execFileSync("umount", [disk]);
  rmSync(disk, { recursive: true });
});

const execute = async (code: string) =>
  readReply(await client.callTool({ name: "execute", arguments: { code } }, { timeout: 60_000 }));
const order = (name: string) =>
  execute(`return (await api.post("/orders", { body: { name: "${name}" } })).status`);
const records = async () => (await openPage(`${server.origin}/runs.jsonl`)).text();

describe.skipIf(!mayMount)("a disk that becomes full", () => {
  it("stops writes before they leave, in words, and is forgotten when there is room again", async () => {
    const before = await order("before");
    expect(before.result).toBe(201);
    await expect.poll(records).toContain(before.runId);
    const filler = join(disk, "filler");
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    const readiness = async () => {
      const answer = await fetch(`${server.origin}/readyz`);
      return [answer.status, await answer.text()];
    };
    expect(await readiness()).toEqual([503, "not ready: the state cannot be written: the disk is full\n"]);

    const refused = await order("full").catch((error: unknown) => error as Error);
    expect(orders.orders).toEqual(["before"]);
    expect(JSON.stringify(refused)).toMatch(/store|storage|disk|record/i);
    expect(server.lines().every((line) => JSON.parse(line) !== undefined)).toBe(true);

    rmSync(filler);
    expect(await readiness()).toEqual([200, "ready\n"]);
    const after = await order("after");
    expect(after.result).toBe(201);
    expect(orders.orders).toEqual(["before", "after"]);
    await expect.poll(records).toContain(after.runId);
    expect(await records()).toContain(before.runId);
    expect(server.lines().filter((line) => line.includes('"isogate.restarted"'))).toEqual([]);
  });
});
