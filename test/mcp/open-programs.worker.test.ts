/** Without login (`--open`) programs are told apart by their session: what one may do, another has to ask for. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { openCaller } from "../../src/auth/caller.ts";
import { consolePages } from "../../src/console/console.ts";
import { serveMcp } from "../../src/mcp/server.ts";
import { sessionHeader } from "../../src/terms/session-header.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy, received } from "../gateway/running.ts";

const origin = "http://localhost:8484";
const code = `return (await api.delete("/echo")).status`;

const modern = "2026-07-28";

/** @param name what a program of the newest revision calls itself in each request; without one, it is of an older revision */
async function program(name?: string) {
  const file = { policy: [{ effect: "ask" as const, access: "delete" as const }] };
  const apis = [await deploy({ document: upstreamDocument, file })];
  let session = "";
  const send = async (method: string, given: object) => {
    const ctx = createExecutionContext();
    const meta = {
      "io.modelcontextprotocol/protocolVersion": modern,
      "io.modelcontextprotocol/clientInfo": { name, version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const params = name === undefined ? given : { ...given, _meta: meta };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = new Headers({
      host: "localhost:8484",
      "content-type": "application/json",
      "content-length": String(body.length),
      accept: "application/json, text/event-stream",
    });
    if (name !== undefined) {
      headers.set("mcp-protocol-version", modern);
      headers.set("mcp-method", method);
      headers.set("mcp-name", "execute");
    }
    if (session !== "") headers.set(sessionHeader, session);
    const request = new Request(`${origin}/mcp`, { method: "POST", headers, body });
    const caller = openCaller(["test"], session);
    const response = await serveMcp({ request, env, ctx, caller, apis });
    session = response.headers.get(sessionHeader) ?? session;
    const text = await response.text();
    await waitOnExecutionContext(ctx);
    return text;
  };
  const initialize = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "p", version: "1" },
  };
  if (name === undefined) await send("initialize", initialize);
  const execute = () => send("tools/call", { name: "execute", arguments: { code } });
  return { execute, session: () => session };
}

const pausedRun = (text: string) => /approvals\/([\w-]+)/.exec(text)?.[1] ?? "";

it("a program does not continue what another has paused, and nothing is always allowed", async () => {
  const [one, two] = [await program(), await program()];
  expect(one.session()).not.toBe("");
  expect(one.session()).not.toBe(two.session());
  await received();
  const paused = pausedRun(await one.execute());
  const ledger = env.LEDGER.getByName("local");
  const ctx = createExecutionContext();
  const page = await consolePages(new Request(`${origin}/approvals/${paused}`), env, ctx, {
    id: "local",
    label: "me",
  });
  const text = await page.text();
  expect(text).toMatch(/value="approve(?:-listed)?"/);
  expect(text).not.toContain("Always for this client");
  const requests = (await ledger.pausedRun(paused, 9))?.requests ?? [];
  expect(await ledger.review(paused, { do: "always", requests })).toMatchObject({ ok: false });
  expect(await ledger.review(paused, { do: "approve", requests })).toMatchObject({ ok: true });
  const others = pausedRun(await two.execute());
  expect(others).not.toBe("");
  expect(others).not.toBe(paused);
  expect((await received()).requests.filter(({ method }) => method === "DELETE")).toEqual([]);
  expect(await one.execute()).toContain("200");
  expect((await received()).requests.filter(({ method }) => method === "DELETE")).toHaveLength(1);
});

it("a program of the newest revision continues what it paused itself, and nobody else's, by what it calls itself", async () => {
  const [one, other, older] = [await program("one"), await program("other"), await program()];
  await received();
  const paused = pausedRun(await one.execute());
  expect(paused).not.toBe("");
  const ledger = env.LEDGER.getByName("local");
  const requests = (await ledger.pausedRun(paused, 9))?.requests ?? [];
  expect(await ledger.review(paused, { do: "always", requests })).toMatchObject({ ok: false });
  expect(await ledger.review(paused, { do: "approve", requests })).toMatchObject({ ok: true });
  for (const stranger of [other, older]) {
    const theirs = pausedRun(await stranger.execute());
    expect(theirs).not.toBe("");
    expect(theirs).not.toBe(paused);
  }
  expect((await received()).requests.filter(({ method }) => method === "DELETE")).toEqual([]);
  expect(await (await program("one")).execute()).toContain("200");
  expect((await received()).requests.filter(({ method }) => method === "DELETE")).toHaveLength(1);
});
