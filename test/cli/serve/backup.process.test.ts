/** A backup that is taken while the server writes, restored into an empty folder: nothing that was committed is lost. */
import { spawn } from "node:child_process";
import { readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect, logIn } from "../../setup/connect.ts";
import { readReply } from "../../setup/read-reply.ts";
import { openPage, startOrders, startServed, type Served } from "./served.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");

let orders: Awaited<ReturnType<typeof startOrders>>;
let server: Served;
let file: string;

beforeAll(async () => {
  orders = await startOrders(5);
  server = await startServed({ api: orders.url });
  file = join(server.home, "../backup.tar.gz");
});
afterAll(async () => {
  await server?.stop();
  await orders?.stop();
});

async function isogate(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ISOGATE_HOME: server.home },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, output })));
}

it("keeps every run that had ended, and every connection", { timeout: 120_000 }, async () => {
  const login = await logIn(new URL("/mcp", server.origin), ["orders:read", "orders:write"]);
  const client = await connect(new URL("/mcp", server.origin), login);
  const ended: string[] = [];
  const traffic = { isOver: false };
  const sent = (async () => {
    for (let n = 0; !traffic.isOver; n++) {
      const code = `return (await api.post("/orders", { body: { name: "n${n}" } })).status`;
      const { runId, result } = readReply(await client.callTool({ name: "execute", arguments: { code } }));
      expect(result).toBe(201);
      ended.push(runId);
    }
  })();
  const recorded = async () => (await openPage(`${server.origin}/runs.jsonl`)).text();
  await expect.poll(() => ended.length, { timeout: 20_000 }).toBeGreaterThan(20);
  const before = ended.slice(0, 20);
  // A record follows its answer.
  await expect
    .poll(async () => {
      const text = await recorded();
      return before.every((runId) => text.includes(runId));
    })
    .toBe(true);
  const made = await isogate("backup", file);
  traffic.isOver = true;
  expect(made).toMatchObject({ code: 0, output: expect.stringMatching(/backup\.tar\.gz: \d+ databases/) });
  expect((await stat(file)).mode & 0o077).toBe(0);
  await sent;
  await client.close();
  const again = await isogate("backup", file);
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining("is there already") });

  const running = await isogate("restore", file, "--replace");
  expect(running).toMatchObject({ code: 1, output: expect.stringContaining("already running") });
  server.signal("SIGTERM");
  await server.ended();
  const full = await isogate("restore", file);
  expect(full).toMatchObject({ code: 1, output: expect.stringContaining("has a state already") });
  await rename(server.home, `${server.home}-lost`);
  expect(await isogate("restore", file)).toMatchObject({ code: 0 });

  await server.start();
  const after = await connect(new URL("/mcp", server.origin), login);
  expect(readReply(await after.callTool({ name: "execute", arguments: { code: "return 1" } })).result).toBe(
    1,
  );
  await after.close();
  const text = await recorded();
  for (const runId of before) expect(text).toContain(runId);
});

it("puts aside what was there, and refuses what is no backup before it touches anything", async () => {
  server.signal("SIGTERM");
  await server.ended();
  const beside = (name: string) => join(server.home, "..", name);
  const whole = await readFile(file);
  await writeFile(beside("wrong.tar.gz"), "not a backup");
  await writeFile(beside("cut.tar.gz"), whole.subarray(0, whole.length / 2));
  await writeFile(beside("export.jsonl"), '{"isogate":"export","format":1}\n');
  const listed = async () => (await readdir(join(server.home, "state"))).toSorted();
  const before = await listed();
  for (const [name, says] of [
    ["wrong.tar.gz", /wrong\.tar\.gz cannot be read as a backup/],
    ["cut.tar.gz", /cut\.tar\.gz cannot be read as a backup: .*(?:end|Truncated)/i],
    ["export.jsonl", /export\.jsonl was written by .*export\. Use: .*import.*export\.jsonl/],
    ["none.tar.gz", /There is no file .*none\.tar\.gz/],
    [".", /cannot be read: it is a folder/],
  ] as const) {
    const refused = await isogate("restore", beside(name), "--replace");
    expect(refused).toMatchObject({ code: 1, output: expect.stringMatching(says) });
    expect(refused.output).not.toMatch(/\n\s+at /);
    expect(await listed()).toEqual(before);
    expect((await listed()).filter((one) => one.startsWith(".restore-"))).toEqual([]);
  }
  expect(await isogate("import", file)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/was written by .*backup\. Use: .*restore.*backup\.tar\.gz/),
  });
  expect(await isogate("restore", file, "--replace")).toMatchObject({ code: 0 });
  expect((await listed()).filter((name) => name.startsWith("v3.before-"))).toHaveLength(1);
  expect((await listed()).filter((name) => name.startsWith(".restore-"))).toEqual([]);
});

it("says that a backup does not hold a secret which is kept elsewhere", async () => {
  const bare = join(server.home, "../bare.tar.gz");
  await rename(join(server.home, "secret"), join(server.home, "../secret"));
  expect(await isogate("backup", bare)).toMatchObject({
    code: 0,
    output: expect.stringContaining("keep the server's ISOGATE_SECRET too"),
  });
  expect(await isogate("restore", bare, "--replace")).toMatchObject({
    code: 0,
    output: expect.stringContaining("sealed with a secret that is not here"),
  });
  await expect(server.start()).rejects.toThrow("sealed with a secret that is not here");
  await rename(join(server.home, "../secret"), join(server.home, "secret"));
  expect((await isogate("restore", bare, "--replace")).output).not.toContain("sealed");
  await server.start();
});
