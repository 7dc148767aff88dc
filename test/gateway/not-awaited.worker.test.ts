/** Requests that a run did not wait for: each is recorded as what it is, and never as a limit that was reached. */
import { env } from "cloudflare:workers";
import { expect, inject, it } from "vitest";
import { handleCall } from "../../src/gateway/call.ts";
import { openRun } from "../../src/gateway/run/run-state.ts";
import { openDeployed } from "../../src/store/catalogs.ts";
import { upstreamDocument } from "./document.ts";
import { callTool, deploy, received } from "./running.ts";

it("refuses a request that comes after the end of its run, and says so", async () => {
  await received();
  const api = await deploy({ document: upstreamDocument });
  const caller = { userId: "u", clientId: "c", access: { test: ["write" as const, "read" as const] } };
  const run = openRun(crypto.randomUUID());
  run.closed = true;
  const asked = new Request(`${inject("upstream")}/echo`, { method: "POST", body: "{}" });
  const open = () => openDeployed(env.CATALOGS, api);
  const answer = await handleCall(asked, { run, caller, apis: [api], env: {}, open });
  expect(answer.status).toBe(403);
  expect(run.records).toMatchObject([{ outcome: "denied", rule: "not awaited: the run had ended" }]);
  expect((await received()).count).toBe(0);
});

it("says of a request that was under way at the end that nobody waited for it", async () => {
  const api = await deploy({ document: upstreamDocument });
  const code = `api.get("/slow", { query: { ms: 2000 } }).catch(() => undefined);
    await api.get("/echo");
    return 1;`;
  const { requests, result } = await callTool(code, [api]);
  expect(result).toBe(1);
  expect(requests?.join()).toContain("not awaited, still under way when the run ended");
  expect(requests?.join()).not.toContain("limit");
});

it.each([
  ["A call of the API was", `api.post("/echo", { body: {} }); return 1`],
  ["3 calls of the API were", `[1, 2, 3].forEach(async () => { await api.get("/echo") }); return "done"`],
  ["A call of the API was", `fetch("UPSTREAM/echo"); return 1`],
])("is told at the result: %s", async (many, code) => {
  const { notes } = await callTool(code.replace("UPSTREAM", inject("upstream")), [
    await deploy({ document: upstreamDocument }),
  ]);
  expect(notes?.filter((note) => note.includes("not awaited"))).toEqual([
    `${many} not awaited and may not have been sent: use await, or await Promise.all(list), or each.`,
  ]);
});

it.each([
  `const a = api.get("/echo"); return (await a).status`,
  `return api.get("/echo")`,
  `return (await Promise.all([1, 2].map(() => api.get("/echo")))).length`,
  `return (await each([1, 2], () => api.get("/echo"))).length`,
  `return await api.get("/nothing").catch(() => 1)`,
])("is nothing to tell of what was: %s", async (code) => {
  const { notes } = await callTool(code, [await deploy({ document: upstreamDocument })]);
  expect(notes).toBeUndefined();
});
