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
