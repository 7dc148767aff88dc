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

describe("requests that wait for a token", () => {
  const request = (clientId: string): TokenRequest => ({
    scheme: "oauth",
    tokenUrl: "https://login.test/token",
    clientId,
    clientSecret: "s",
    clientAuth: "body",
    parameters: { grant_type: "client_credentials" },
  });
  const slowly = (answers: (() => Sent)[]) => {
    let fetched = 0;
    const send = async (): Promise<Sent> => {
      const answer = answers[Math.min(fetched, answers.length - 1)]!;
      fetched += 1;
      await new Promise((resolve) => setTimeout(resolve, 30));
      return answer();
    };
    return { send, fetched: () => fetched };
  };
  const refused = (): Sent => ({
    ok: true,
    response: Response.json({ error: "invalid_client" }, { status: 401 }),
  });
  const lost = (): Sent => ({ ok: false, reason: "lost", message: "it was lost" });
  const given = (): Sent => ({ ok: true, response: Response.json({ access_token: "t" }) });

  it.each([
    ["refused", refused, "misconfigured"],
    ["lost", lost, "upstream-unreachable"],
  ])("fail with the one that fetches when it is %s, and do not all fetch", async (name, answer, kind) => {
    const { send, fetched } = slowly([answer, given]);
    const all = await Promise.all(
      Array.from({ length: 8 }, () => tokenFor(request(`waiting ${name}`), send)),
    );
    expect(all.map((one) => !one.ok && one.failure.kind)).toEqual(Array(8).fill(kind));
    expect(fetched()).toBe(1);
    expect(await tokenFor(request(`waiting ${name}`), send)).toMatchObject({ token: "t" });
    expect(fetched()).toBe(2);
  });

  it("fetch once when it succeeds, also after a failure", async () => {
    const { send, fetched } = slowly([lost, given]);
    await tokenFor(request("waiting well"), send);
    const all = await Promise.all(Array.from({ length: 8 }, () => tokenFor(request("waiting well"), send)));
    expect(all.every((one) => one.ok && one.token === "t")).toBe(true);
    expect(fetched()).toBe(2);
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
