/** Clocks that jump: nothing hangs, nothing is served for longer than it should be, nothing is sent twice. */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { handleCall } from "../../../src/gateway/call.ts";
import { tokenFor, type TokenRequest } from "../../../src/gateway/sign/tokens.ts";
import type { Sent } from "../../../src/gateway/run/sent.ts";
import { openDeployed, readManifest, writeManifest } from "../../../src/store/catalogs.ts";
import { upstreamDocument } from "../document.ts";
import { deploy, received } from "../running.ts";

const hourMs = 3_600_000;
const jump = (ms: number) => vi.useFakeTimers({ now: Date.now() + ms, toFake: ["Date"] });
afterEach(() => void vi.useRealTimers());

it.each([-hourMs, -24 * hourMs, hourMs])("shows a new deployment after a jump of %i ms", async (ms) => {
  await writeManifest(env.CATALOGS, { apis: [] });
  await readManifest(env.CATALOGS);
  // Written by another isolate: this one does not know of it.
  const api = { name: "clock", title: "Clock", hash: "a".repeat(64), file: { source: "x.json" } };
  await env.CATALOGS.put("manifest.json", JSON.stringify({ apis: [api] }));
  jump(ms);
  expect((await readManifest(env.CATALOGS)).apis.map(({ name }) => name)).toEqual(["clock"]);
});

describe("a token that the gateway fetched", () => {
  const request = (clientId: string): TokenRequest => ({
    scheme: "oauth",
    tokenUrl: "https://login.test/token",
    clientId,
    clientSecret: "s",
    clientAuth: "body",
    parameters: { grant_type: "client_credentials" },
  });

  it.each([
    [48 * hourMs, "t2", "is fetched anew"],
    [-hourMs, "t1", "is used on, and fetched anew when the API refuses it"],
  ])("after a jump of %i ms is %s: it %s", async (ms, want) => {
    let fetched = 0;
    const send = async (): Promise<Sent> => {
      const response = Response.json({ access_token: `t${(fetched += 1)}`, expires_in: 3_600 });
      return { ok: true, response };
    };
    await tokenFor(request(`jump ${ms}`), send);
    jump(ms);
    const second = await tokenFor(request(`jump ${ms}`), send);
    expect(second).toMatchObject({ ok: true, token: want });
    if (second.ok) second.renew();
    expect(await tokenFor(request(`jump ${ms}`), send)).toMatchObject({ token: `t${fetched}` });
    expect(fetched).toBe(want === "t2" ? 3 : 2);
  });
});

it("ends a run that has been going for a year all of a sudden with its limit, and sends nothing for it", async () => {
  await received();
  const connection = { scope: undefined, connectedAt: Date.now(), revoked: false };
  const run = { runId: "jumped", startedAt: Date.now() - 365 * 24 * hourMs };
  const state = { ...run, ...connection, records: [], usage: new Map(), writes: new Map(), closed: false };
  const api = await deploy({ document: upstreamDocument });
  const caller = { userId: "u", clientId: "c", access: { test: ["write" as const, "read" as const] } };
  const open = () => openDeployed(env.CATALOGS, api);
  const asked = new Request(`${inject("upstream")}/echo`, { method: "POST", body: "{}" });
  const answer = await handleCall(asked, { run: state, caller, apis: [api], env: {}, open });
  expect(answer.status).toBe(429);
  expect((await received()).count).toBe(0);
});
