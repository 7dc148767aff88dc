/** A run that is ended from outside while its requests wait for a place: nothing of them leaves any more. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { runTool } from "../../src/mcp/run-tool.ts";
import { execute } from "../../src/mcp/tools/execute.ts";
import { writeManifest } from "../../src/store/catalogs.ts";
import type { Ledger } from "../../src/store/ledger/ledger.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";
import { connected } from "../auth/fixture/connected.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy, received } from "../gateway/running.ts";

type Stub = DurableObjectStub<Ledger>;
const inFlight = 10;
let users = 0;

/** Writes and reads that would take some seconds, of which ten are under way at a time. */
const code = `await Promise.allSettled(Array.from({ length: 100 }, (_, n) => n % 2
  ? api.post("/slow", { query: { ms: "500" } })
  : api.get("/slow", { query: { ms: "500" } })))`;

async function scene(file: Partial<ApiFile> = {}) {
  const api = await deploy({
    document: upstreamDocument,
    file: { budgets: { inFlight, requests: 200 }, ...file },
  });
  await writeManifest(env.CATALOGS, { apis: [api] });
  const userId = `ended ${(users += 1)}`;
  const connection = await connected(`connection-of-the-ended:${users}`);
  const ledger: Stub = env.LEDGER.getByName(userId);
  const run = async (text = code) => {
    const ctx = createExecutionContext();
    const caller = {
      userId,
      clientId: "c",
      access: { test: ["read" as const, "write" as const, "delete" as const] },
      ...connection,
    };
    const ran = await runTool(
      execute,
      { code: text },
      { env, ctx, caller, apis: [api], origin: "https://isogate.example" },
    );
    await waitOnExecutionContext(ctx);
    return ran;
  };
  const begun = async (count: number) => {
    const deadline = Date.now() + 20_000;
    let arrived = 0;
    while (arrived < count && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      arrived += (await received()).count;
    }
    const { runs } = await ledger.runs({ outcome: "running" }, { limit: 1 });
    return runs[0]!.runId;
  };
  return { run, begun, ledger, key: connection.connectionKey };
}

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it.each<
  [
    how: string,
    said: string,
    end: (at: { ledger: Stub; key: string; runId: string }) => Promise<unknown>,
    withinMs: number,
  ]
>([
  ["by its person", "stopped by its user", async ({ ledger, runId }) => ledger.askToStop(runId), 1_300],
  [
    "with its connection",
    "",
    async ({ ledger, key }) => {
      await env.OAUTH_KV.delete(key);
      await ledger.disconnect("c");
    },
    1_300,
  ],
  [
    "with its connection, of which the ledger hears nothing",
    "",
    async ({ key }) => env.OAUTH_KV.delete(key),
    1_300,
  ],
])(
  "%s sends no more of what waits for a place",
  async (_, said, end, withinMs) => {
    const { run, begun, ledger, key } = await scene();
    await received();
    const running = run();
    const runId = await begun(inFlight);
    await end({ ledger, key, runId });
    await after(withinMs);
    await received();
    const { reply } = await running;
    if (said !== "") expect(reply.said.error?.message).toContain(said);
    await after(1_500);
    expect((await received()).requests).toEqual([]);
  },
  40_000,
);

it.each(["by its person", "with its connection"])(
  "%s sends not one write more from that moment on",
  async (how) => {
    const { run, begun, ledger, key } = await scene();
    await received();
    const running = run();
    const runId = await begun(inFlight);
    if (how === "by its person") await ledger.askToStop(runId);
    else {
      await env.OAUTH_KV.delete(key);
      await ledger.disconnect("c");
    }
    // What had left arrives within this time.
    await after(100);
    await received();
    await running;
    await after(1_000);
    const { requests } = await received();
    expect(requests.filter(({ method }) => method === "POST")).toEqual([]);
  },
  40_000,
);

it("that its person ended takes with it what they allowed: the same code is asked about again", async () => {
  const { run, ledger } = await scene({ policy: [{ effect: "ask", method: "DELETE" }] });
  const text = `for (const id of ["1", "2", "3", "4"]) {
    await api.delete("/echo/{id}", { path: { id } });
    await api.get("/slow", { query: { ms: "800" } });
  }`;
  const first = await run(text);
  const paused = first.pausedRun!;
  const { program } = (await ledger.pausedRun(paused, 10))!;
  expect(await ledger.review(paused, { do: "allow-program", capabilities: program!.hash })).toMatchObject({
    ok: true,
  });
  await received();
  const running = run(text);
  for (let arrived = 0; arrived === 0;) {
    await after(20);
    arrived = (await received()).requests.filter(({ method }) => method === "DELETE").length;
  }
  await after(400);
  const { runs } = await ledger.runs({ outcome: "running" }, { limit: 1 });
  await ledger.askToStop(runs[0]!.runId);
  expect((await running).reply.said.error?.message).toContain("stopped by its user");
  expect((await ledger.pausedRun(paused, 10))!.paused.state).toBe("dropped");
  await received();
  const again = await run(text);
  expect(again.reply.said.error?.kind).toBe("needs-approval");
  expect((await received()).requests.filter(({ method }) => method === "DELETE")).toEqual([]);
}, 40_000);

it("that its person ended while something waits for them is ended, and asks nothing", async () => {
  const { run, ledger } = await scene({ policy: [{ effect: "ask", method: "DELETE" }] });
  await received();
  const running = run(`await Promise.all([
    api.post("/slow", { query: { ms: "3000" } }),
    api.delete("/echo/{id}", { path: { id: "1" } }),
  ])`);
  await after(900);
  const { runs } = await ledger.runs({ outcome: "running" }, { limit: 1 });
  await ledger.askToStop(runs[0]!.runId);
  const { reply, pausedRun } = await running;
  expect([reply.said.error?.kind, pausedRun]).toEqual(["interrupted", undefined]);
  expect(await ledger.waiting()).toBe(0);
}, 40_000);
