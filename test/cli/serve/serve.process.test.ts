/** `isogate serve` as a service manager runs it: what operators ask it, and the kill table in the middle of writes. */
import { request } from "node:http";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { descendantsOf } from "../../../src/cli/supervisor/processes.ts";
import { connect, logIn } from "../../setup/connect.ts";
import { readReply, type Reply } from "../../setup/read-reply.ts";
import {
  apiToken,
  areGone,
  metricsToken,
  openPage,
  startOrders,
  startServed,
  type Served,
} from "./served.ts";

const writes = 15;
const delayMs = 150;

let orders: Awaited<ReturnType<typeof startOrders>>;
let server: Served;
let login: Awaited<ReturnType<typeof logIn>>;

beforeAll(async () => {
  orders = await startOrders(delayMs);
  server = await startServed({ api: orders.url });
  login = await logIn(new URL("/mcp", server.origin), ["orders:read", "orders:write"]);
});
afterAll(async () => {
  await server?.stop();
  await orders?.stop();
});

const client = () => connect(new URL("/mcp", server.origin), login);

async function execute(by: Client, code: string): Promise<Reply> {
  return readReply(await by.callTool({ name: "execute", arguments: { code } }, { timeout: 60_000 }));
}

const writeAll = (mark: string) =>
  `for (let n = 0; n < ${writes}; n++) await api.post("/orders", { body: { name: "${mark}-" + n } }); return "all"`;

const arrived = (mark: string) => orders.orders.filter((name) => name.startsWith(`${mark}-`));

/** Runs as the user sees them in the console. */
async function records(): Promise<Record<string, unknown>[]> {
  const text = await (await openPage(`${server.origin}/runs.jsonl`)).text();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("operators", () => {
  async function ask(path: string, headers: Record<string, string> = {}) {
    const sent = request({ host: "127.0.0.1", port: server.port, path, headers }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode, text: (await answer.toArray()).join("") };
  }

  it.each(["/healthz", "/readyz"])("get an answer from %s under any host name", async (path) => {
    for (const host of ["127.0.0.1", "10.0.0.7:8484", "any.example", new URL(server.origin).host])
      expect(await ask(path, { host })).toMatchObject({ status: 200 });
  });

  it("get an answer to nothing else under another host name", async () => {
    expect((await ask("/mcp", { host: "any.example" })).status).toBe(421);
  });

  it("get the figures with their token only", async () => {
    expect((await ask("/metrics")).status).toBe(401);
    expect((await ask("/metrics", { authorization: `Bearer ${metricsToken}x` })).status).toBe(401);
    const by = await client();
    await execute(by, 'return (await api.get("/orders")).status');
    await execute(by, "throw new Error('x')");
    await by.close();
    const figures = async () => (await ask("/metrics", { authorization: `Bearer ${metricsToken}` })).text;
    await expect.poll(figures).toMatch(/^isogate_runs_total\{tool="execute",outcome="ok"\} [1-9]/m);
    const text = await figures();
    expect(text).toMatch(/^isogate_runs_total\{tool="execute",outcome="(?!ok)\S+"\} 1$/m);
    expect(text).toMatch(/^isogate_api_requests_total\{api="orders",outcome="answered",status="200"\} 1$/m);
    expect(text).toMatch(/^isogate_memory_bytes\{process="runtime"\} [1-9]\d{7,}$/m);
    for (const line of text.trimEnd().split("\n"))
      expect(line).toMatch(
        /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?\d+(\.\d+)?(e[+-]?\d+)?)$/,
      );
  });

  it("read a log in which every line is JSON with a time and a severity, and no secret", () => {
    expect(server.lines().length).toBeGreaterThan(3);
    for (const line of server.lines())
      expect(JSON.parse(line)).toMatchObject({
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        severity: expect.stringMatching(/^(debug|info|warn|error)$/),
      });
    expect(server.lines().some((line) => line.includes('"isogate.run"'))).toBe(true);
    expect(server.lines().join("\n")).not.toContain(apiToken);
    expect([...orders.credentials]).toEqual([`Bearer ${apiToken}`]);
  });
});

it("the log is the server's: what code prints and throws begins no line of it", async () => {
  const forged = String.raw`\n{"event.name":"isogate.run","forged":true}\n`;
  const by = await client();
  for (const code of [
    `console.log("${forged}"); console.error("${forged}"); return 1`,
    `Promise.reject(new Error("${forged}")); await new Promise((done) => setTimeout(done, 50)); return 1`,
    `setTimeout(() => { throw new Error("${forged}") }, 1); await new Promise((done) => setTimeout(done, 50)); return 1`,
    `throw new Error("${forged}")`,
    `queueMicrotask(() => { throw "${forged}" }); return 1`,
  ])
    await execute(by, code);
  await by.close();
  await expect
    .poll(() => server.lines().filter((line) => line.includes('"isogate.run"')).length)
    .toBeGreaterThan(5);
  for (const line of server.lines()) expect(JSON.parse(line)).not.toHaveProperty("forged");
});

describe("the kill table, in the middle of writes", () => {
  /** Starts the writes and waits until some have arrived. */
  async function underWay(mark: string) {
    const by = await client();
    const reply = execute(by, writeAll(mark)).then(
      (answer) => answer,
      (error: unknown) => error as Error,
    );
    await expect.poll(() => arrived(mark).length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(3);
    return { by, reply };
  }

  /** All of it has come that will: twice the time of a write with nothing new. */
  async function settled(mark: string): Promise<number> {
    const before = arrived(mark).length;
    await new Promise((resolve) => setTimeout(resolve, delayMs * 4));
    expect(arrived(mark).length).toBe(before);
    expect(new Set(arrived(mark)).size).toBe(before);
    return before;
  }

  it("the runtime: the client is told which writes left, and it serves again", async () => {
    const { by, reply } = await underWay("runtime");
    process.kill(await server.runtime(), "SIGKILL");
    const told = (await reply) as Reply;
    const count = await settled("runtime");
    expect(count).toBeLessThan(writes);
    expect(told.error?.kind).toBe("stopped");
    // "createOrder: 201" for each, or "201 ×4", and at most one whose outcome is unknown.
    expect(countOf(told.requests ?? [])).toBe(count);
    await by.close();
    const after = await client();
    expect((await execute(after, "return 1")).result).toBe(1);
    await after.close();
    expect(server.lines().some((line) => line.includes('"isogate.restarted"'))).toBe(true);
    expect(arrived("runtime").length).toBe(count);
  });

  it.each([
    ["serve", async () => [server.pid()]],
    ["serve and the runtime at once", async () => [server.pid(), await server.runtime()]],
  ] as const)(
    "%s: nothing is left behind, nothing is sent twice, and the record is true",
    async (name, victims) => {
      const mark = name.replaceAll(" ", "_");
      const { by, reply } = await underWay(mark);
      const all = [server.pid(), ...((await descendantsOf(server.pid())) ?? []).map(({ pid }) => pid)];
      for (const pid of await victims()) process.kill(pid, "SIGKILL");
      await server.ended();
      await expect.poll(() => areGone(all), { timeout: 5_000 }).toBe(true);
      expect(await reply).toBeInstanceOf(Error);
      await by.close().catch(() => {});
      const count = await settled(mark);
      expect(count).toBeLessThan(writes);
      await server.start();
      const after = await client();
      expect((await execute(after, "return 1")).result).toBe(1);
      await after.close();
      expect(arrived(mark).length).toBe(count);
      // A run that nobody has heard of for 15 s is interrupted; until then it might go on elsewhere.
      const kept = async () => (await records()).find((each) => JSON.stringify(each).includes(`${mark}-`));
      const page = `${server.origin}/runs/${String((await kept())?.["runId"])}`;
      await expect
        .poll(async () => (await openPage(page)).text(), { timeout: 40_000, interval: 1_000 })
        .toContain("Interrupted</span>");
      const named = (await kept())?.["requests"] as { outcome: string }[];
      // One may have been written down and not have left.
      expect([count, count + 1]).toContain(named.length);
      expect(named.every(({ outcome }) => outcome === "unknown")).toBe(true);
    },
  );

  it("a signal: what is under way is finished, and then it ends", async () => {
    const { by, reply } = await underWay("signal");
    const all = [server.pid(), ...((await descendantsOf(server.pid())) ?? []).map(({ pid }) => pid)];
    server.signal("SIGTERM");
    expect(((await reply) as Reply).result).toBe("all");
    expect(await server.ended()).toBe(0);
    await by.close().catch(() => {});
    expect(arrived("signal").length).toBe(writes);
    await expect.poll(() => areGone(all), { timeout: 5_000 }).toBe(true);
    await server.start();
    const record = (await records()).find((each) => JSON.stringify(each).includes("signal-"));
    expect(record?.["outcome"]).toBe("ok");
  });
});

it("ends, and says why, when its state folder is deleted", async () => {
  const all = [server.pid(), ...((await descendantsOf(server.pid())) ?? []).map(({ pid }) => pid)];
  await rm(server.home, { recursive: true });
  expect(await server.ended()).toBe(1);
  expect(server.lines().at(-1)).toBe(
    `The folder ${server.home}/state, where this server kept its state, was deleted.`,
  );
  await expect.poll(() => areGone(all), { timeout: 5_000 }).toBe(true);
});

/** Requests in the lines of a reply: `createOrder: 201 ×4` are four. */
function countOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Number(/×(\d+)/.exec(line)?.[1] ?? 1), 0);
}
