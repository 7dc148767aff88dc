/** R2, KV and Durable Objects that do not answer, one use after the other: the real code with a binding that fails. */
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  issueAccessToken,
  listAccessTokens,
  resolveAccessToken,
  revokeAccessToken,
} from "../../src/vault/access-tokens.ts";
import { sealCredential } from "../../src/vault/vault.ts";
import { consolePages } from "../../src/console/console.ts";
import { secretsFor } from "../../src/gateway/sign/secrets.ts";
import { beginTransaction, finishTransaction } from "../../src/auth/transactions.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { refreshCatalogs } from "../../src/deployment/refresh.ts";
import worker from "../../src/index.ts";
import { callTool } from "../../src/mcp/call-tool.ts";
import { handleCall } from "../../src/gateway/call.ts";
import { gatewayProps } from "../../src/gateway/run/props.ts";
import { openRun } from "../../src/gateway/run/run-state.ts";
import { codeHash } from "../../src/store/ledger/approvals/identity.ts";
import { runTool } from "../../src/mcp/run-tool.ts";
import { tools } from "../../src/mcp/tools/index.ts";
import { checkCode } from "../../src/check/read-code.ts";
import {
  openDeployed,
  readCatalog,
  readManifest,
  replaceDeployed,
  writeManifest,
  writeCatalog,
} from "../../src/store/catalogs.ts";
import { catalogHash } from "../../src/spec/catalog.ts";
import { StoreFault } from "../../src/store/fault.ts";
import { Recall } from "../../src/store/ledger/recall.ts";
import { deploy } from "../gateway/running.ts";
import { documentWith } from "../spec/catalog-of.ts";
import { failing, failingObjects } from "./failing.ts";

const caller = { userId: "faults", clientId: "c", access: { test: ["read" as const] } };
let made = 0;

/** An API whose catalog nobody has read yet. */
const fresh = (): Promise<DeployedApi> =>
  deploy({
    document: documentWith({ summary: `fault ${(made += 1)}` }),
    file: { server: "https://api.test" },
  });

const bucket = (fails: (method: string, key: unknown) => boolean) => failing(env.CATALOGS, fails);
const once = () => {
  let left = 1;
  return () => (left -= 1) >= 0;
};

const request = (path: string) =>
  new Request(`http://localhost:8484${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });
const serve = (path: string, over: object) =>
  worker.fetch(request(path), { ...env, ...over }, createExecutionContext());

/** What a person or a model must not be shown. */
function isClear(text: string): void {
  expect(text).not.toMatch(/injected|planted|\bat .*:\d+:\d+/);
}

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  return () => vi.restoreAllMocks();
});

describe("R2 that does not answer", () => {
  it("once, is asked again for the list of APIs and for a catalog", async () => {
    const api = await fresh();
    expect(await readCatalog(bucket(once()).binding, api.hash)).toHaveProperty("index");
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ["Date"] });
    expect(await readManifest(bucket(once()).binding)).toHaveProperty("apis");
    vi.useRealTimers();
  });

  it("for the list of APIs ends in 503, a sentence, and when to try again", async () => {
    vi.useFakeTimers({ now: Date.now() + 120_000, toFake: ["Date"] });
    const down = bucket(() => true).binding;
    const response = await serve("/mcp", { OPEN: "true", CATALOGS: down });
    vi.useRealTimers();
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    const { error } = await response.json<{ error: { message: string } }>();
    expect(error.message).toBe(
      "The storage of this deployment did not answer (the list of APIs). Nothing was sent to an API. " +
        "Try again in a moment; if it stays so, the operator finds the reason in the server's log.",
    );
  });

  it("for a catalog fails the call before anything runs, with the next step", async () => {
    const api = await fresh();
    const ctx = createExecutionContext();
    const context = { env: { ...env, CATALOGS: bucket(() => true).binding }, ctx, caller, apis: [api] };
    const { reply: answer } = await runTool(
      tools[1] as (typeof tools)[number],
      { code: "return 1" },
      context as never,
    );
    expect(answer).toMatchObject({
      isError: true,
      structuredContent: {
        error: {
          kind: "misconfigured",
          message: expect.stringContaining("Nothing was run or sent.") as string,
        },
      },
    });
    isClear(JSON.stringify(answer));
  });

  it("for the gateway sends nothing and says so", async () => {
    const api = await fresh();
    await expect(openDeployed(bucket(() => true).binding, api)).rejects.toThrow(StoreFault);
  });

  it("for the gateway is recorded as what it is, so that the run can be told from one that threw", async () => {
    const missing = { ...(await fresh()), hash: "0".repeat(64) };
    const props = gatewayProps("unread", { caller, apis: [missing] });
    const { records } = openRun("unread");
    const answer = await exports.Gateway({ props }).fetch("https://api.test/things/1");
    expect(answer.status).toBe(500);
    expect(records).toMatchObject([
      {
        outcome: "denied",
        method: "GET",
        failure: { kind: "misconfigured", next: expect.any(String) as string },
      },
    ]);
    isClear(JSON.stringify(records));
  });

  it("while a refresh writes keeps the old catalog served", async () => {
    const api = await fresh();
    const stored = { ...api, file: { ...api.file, source: "http://127.0.0.1:1/openapi.json" } };
    await writeManifest(env.CATALOGS, { apis: [stored] });
    const outcomes = await refreshCatalogs({ CATALOGS: bucket((method) => method === "put").binding });
    expect(outcomes).toMatchObject([{ kind: "failed" }]);
    expect((await readManifest(env.CATALOGS)).apis[0]?.hash).toBe(api.hash);
    const write = replaceDeployed(bucket((method) => method === "put").binding, stored, {
      ...stored,
      title: "new",
    });
    await expect(write).rejects.toThrow();
    expect((await readManifest(env.CATALOGS)).apis[0]?.title).toBe(api.title);
  });
});

describe("a catalog that is not whole", () => {
  it.each([
    [
      "the body is missing",
      (hash: string) => env.CATALOGS.delete(`catalogs/${hash}/body.bin`),
      "is not stored",
    ],
    [
      "the index is missing",
      (hash: string) => env.CATALOGS.delete(`catalogs/${hash}/index.json`),
      "is not stored",
    ],
    [
      "the body is half written",
      (hash: string) => env.CATALOGS.put(`catalogs/${hash}/body.bin`, "{"),
      "in part or damaged",
    ],
    [
      "the index is half written",
      (hash: string) => env.CATALOGS.put(`catalogs/${hash}/index.json`, "[]\n"),
      "in part or damaged",
    ],
  ])("is not used: %s", async (_name, damage, want) => {
    const api = await fresh();
    await damage(api.hash);
    await expect(readCatalog(env.CATALOGS, api.hash)).rejects.toThrow(want);
  });

  it("is not used either if another version of isogate compiled it", async () => {
    const index = '{"version":1}\n';
    const body = new Uint8Array();
    const hash = await catalogHash(new TextEncoder().encode(index), body);
    await writeCatalog(env.CATALOGS, { hash, index, body });
    await expect(readCatalog(env.CATALOGS, hash)).rejects.toThrow("by another version of isogate");
  });

  it("cannot be named by a deployment", async () => {
    const api = await fresh();
    await env.CATALOGS.delete(`catalogs/${api.hash}/body.bin`);
    const put = new Request("http://localhost:8484/admin/manifest", {
      method: "PUT",
      headers: { authorization: "Bearer admin-token" },
      body: JSON.stringify({ apis: [api] }),
    });
    const response = await worker.fetch(
      put,
      { ...env, ADMIN_TOKEN: "admin-token" } as Env,
      createExecutionContext(),
    );
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      error: expect.stringContaining("upload both its parts first") as string,
    });
  });

  it("leaves a list of APIs that is damaged unread, instead of serving no API", async () => {
    const stored = await env.CATALOGS.get("manifest.json");
    const before = (await stored?.text()) ?? '{"apis":[]}';
    await env.CATALOGS.put("manifest.json", '{"apis":[{"name":"te');
    vi.useFakeTimers({ now: Date.now() + 240_000, toFake: ["Date"] });
    await expect(readManifest(env.CATALOGS)).rejects.toThrow("it has to be deployed again");
    vi.useRealTimers();
    await env.CATALOGS.put("manifest.json", before);
  });
});

describe("KV that does not answer", () => {
  const wanted = { userId: "faults", name: "n", scopes: ["test:read"], days: 1 };

  it("makes a token neither valid nor invalid: 503, so that no client throws it away", async () => {
    const { token } = await issueAccessToken(env.OAUTH_KV, wanted);
    const kv = failing(env.OAUTH_KV, () => true).binding;
    await expect(resolveAccessToken(kv, token)).rejects.toThrow();
    const call = request("/mcp");
    call.headers.set("authorization", `Bearer ${token}`);
    const response = await worker.fetch(call, { ...env, OAUTH_KV: kv } as Env, createExecutionContext());
    expect(response.status).toBe(503);
    isClear(await response.text());
  });

  it("while a token is made shows none, and lists none that was not shown", async () => {
    const user = `kv-${Math.random()}`;
    for (const failsAt of ["access-token:", "access-token-of:"]) {
      const kv = failing(
        env.OAUTH_KV,
        (method, key) => method === "put" && String(key).startsWith(failsAt),
      ).binding;
      await expect(issueAccessToken(kv, { ...wanted, userId: user })).rejects.toThrow();
    }
    expect(await listAccessTokens(env.OAUTH_KV, user)).toEqual([]);
  });

  it("while a token is revoked leaves it listed, and revoking it again ends it", async () => {
    const user = `kv-${Math.random()}`;
    const { token, record } = await issueAccessToken(env.OAUTH_KV, { ...wanted, userId: user });
    for (const failsAt of [0, 1]) {
      let calls = 0;
      const kv = failing(env.OAUTH_KV, (method) => method === "delete" && calls++ === failsAt).binding;
      await expect(revokeAccessToken(kv, user, record.id)).rejects.toThrow();
    }
    expect(await revokeAccessToken(env.OAUTH_KV, user, record.id)).toBe(true);
    expect(await resolveAccessToken(env.OAUTH_KV, token)).toBeUndefined();
  });

  it("while a sign-in ends lets nobody in twice", async () => {
    const { state, cookie } = await beginTransaction(env.OAUTH_KV, { who: "a" });
    const back = () =>
      new Request(`http://localhost/back?state=${state}`, {
        headers: { Cookie: cookie.split(";")[0] ?? "" },
      });
    const kv = failing(env.OAUTH_KV, (method) => method === "delete").binding;
    await expect(finishTransaction(kv, back())).rejects.toThrow();
    expect(await finishTransaction(env.OAUTH_KV, back())).toMatchObject({ data: { who: "a" } });
    expect(await finishTransaction(env.OAUTH_KV, back())).toBeUndefined();
    await expect(beginTransaction(failing(env.OAUTH_KV, () => true).binding, {})).rejects.toThrow();
  });
});

it("while somebody signs in or registers is said so, and lets nobody in", async () => {
  const down = failing(env.OAUTH_KV, () => true).binding;
  const limiter = { limit: () => Promise.reject(new Error("injected")) };
  const register = new Request("http://localhost:8484/oauth/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: "n", redirect_uris: ["http://localhost:1/callback"] }),
  });
  const overs = [{ OAUTH_KV: down }, { REGISTRATIONS: limiter }];
  for (const over of overs) {
    const answer = await worker.fetch(register.clone(), { ...env, ...over } as Env, createExecutionContext());
    // The limiter is read from the Worker's own bindings by the code; where it answers, the store decides.
    if (over === overs[0]) expect(answer.status).toBeGreaterThanOrEqual(500);
    isClear(await answer.text());
  }
});

describe("a ledger that does not answer", () => {
  const LEDGER = failingObjects(env.LEDGER);

  it("makes a page of the console 503, with a sentence", async () => {
    const person = { userId: "faults", name: "n", apis: [] };
    const asked = new Request("http://localhost:8484/runs");
    const page = await consolePages(
      asked,
      { ...env, LEDGER } as Env,
      createExecutionContext(),
      person as never,
    );
    expect(page.status).toBe(503);
    expect(await page.text()).toContain("Try again in a moment");
  });

  it("does not fail a run; the loss is logged", async () => {
    const logged: string[] = [];
    vi.spyOn(console, "error").mockImplementation((line) => void logged.push(String(line)));
    const api = await fresh();
    const waiting: Promise<unknown>[] = [];
    const ctx = { waitUntil: (promise: Promise<unknown>) => waiting.push(promise) };
    const context = { env: { ...env, LEDGER }, ctx, caller, apis: [api] };
    const { reply: answer } = await runTool(
      tools[0] as (typeof tools)[number],
      { code: "return operations.length" },
      context as never,
    );
    await Promise.all(waiting);
    expect(answer).toMatchObject({ structuredContent: { result: 1 } });
    expect(logged.join("\n")).toContain("isogate.record.lost");
  });

  it("runs nothing where approvals cannot be read, and says so", async () => {
    const api = await fresh();
    const asking = { ...api, file: { ...api.file, otherwise: "ask" as const } };
    const context = {
      env: { ...env, LEDGER },
      ctx: createExecutionContext(),
      caller,
      apis: [asking],
      origin: "",
    };
    const execute = tools.find(({ name }) => name === "execute") as (typeof tools)[number];
    const { reply } = await runTool(execute, { code: "return 1" }, context as never);
    expect(reply).toMatchObject({ isError: true, structuredContent: { error: { kind: "misconfigured" } } });
    expect(JSON.stringify(reply)).toContain("Nothing was run or sent.");
    isClear(JSON.stringify(reply));
  });

  it("leaves what a run did as it is when it cannot be told of its end", async () => {
    const api = await fresh();
    const asking = { ...api, file: { ...api.file, otherwise: "ask" as const } };
    const later = failingObjects(env.LEDGER, (method) => method !== "continues");
    const context = {
      env: { ...env, LEDGER: later },
      ctx: createExecutionContext(),
      caller,
      apis: [asking],
      origin: "",
    };
    const execute = tools.find(({ name }) => name === "execute") as (typeof tools)[number];
    const { reply } = await runTool(execute, { code: "return 7" }, context as never);
    expect(reply).toMatchObject({ structuredContent: { result: 7 } });
  });

  it("leaves a person who cannot be asked the link", async () => {
    const question = { pausedRun: "c1", requests: ["r1"], codeHash: codeHash("return 1") };
    const answer = { approval: { action: "decline" } };
    const server = { mcpReq: { requestState: () => question, inputResponses: answer } };
    const context = {
      env: { ...env, LEDGER },
      ctx: createExecutionContext(),
      caller,
      apis: [],
      origin: "https://i.test",
    };
    const execute = tools.find(({ name }) => name === "execute") as (typeof tools)[number];
    const reply = await callTool(
      execute,
      { code: "return 1" },
      context as never,
      {} as never,
      server as never,
    );
    expect(JSON.stringify(reply)).toContain("https://i.test/approvals/c1");
    isClear(JSON.stringify(reply));
  });

  it("does not stop the check of code before it runs", async () => {
    const api = await fresh();
    const deployment = { env: { CATALOGS: bucket(() => true).binding, LEDGER }, caller, apis: [api] };
    expect(await checkCode(`return await api.get("/nothing")`, deployment)).toMatchObject({ ok: true });
  });

  it("makes recall say that it cannot be read right now, without the store's own words", async () => {
    const recall = new Recall({ props: { userId: "faults" } } as never, { ...env, LEDGER });
    await expect(recall.recall("r1")).rejects.toThrow(
      "Results of earlier runs cannot be read right now: try again, or fetch it anew.",
    );
  });
});

describe("the store of logins at APIs", () => {
  it("that does not answer sends nothing", async () => {
    const api = await fresh();
    const content = { kind: "oauth" as const, scheme: "oauth", store: "s", key: "k" };
    const secret = "a secret of the deployment that is long enough";
    const sealed = await sealCredential(content, { userId: "faults", api: "test" }, secret);
    const failed = await secretsFor({
      file: { ...api.file, credential: { from: "oauth", scheme: "oauth" } },
      api: "test",
      caller: { ...caller, accounts: { test: [{ label: "", sealed }] } },
      env: { ISOGATE_SECRET: secret, UPSTREAM_TOKENS: failingObjects(env.UPSTREAM_TOKENS) },
    } as never);
    expect(failed).toMatchObject({ ok: false, failure: { kind: "upstream-unreachable" } });
    isClear(JSON.stringify(failed));
  });

  it("loses no refreshed login when it cannot be written: it is kept and written with the next use", async () => {
    const key = Buffer.alloc(32, 7).toString("base64url");
    const login = { accessToken: "access-1", tokenUrl: "https://login.test/token", clientId: "c" };
    const stub = env.UPSTREAM_TOKENS.getByName(`faults ${Math.random()}`);
    await stub.keep(login, key);
    await runInDurableObject(stub, async (object, state) => {
      const put = vi.spyOn(state.storage, "put").mockRejectedValue(new Error("injected"));
      await expect(object.keep({ ...login, accessToken: "access-2" }, key)).rejects.toThrow("injected");
      expect(await object.access(key)).toEqual({ ok: true, accessToken: "access-2" });
      put.mockRestore();
      expect(await object.access(key)).toEqual({ ok: true, accessToken: "access-2" });
      expect((await state.storage.list()).size).toBe(2);
    });
    expect(await stub.access(key)).toEqual({ ok: true, accessToken: "access-2" });
  });
});

it("behind a session or a limit is said so with 503", async () => {
  const body = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: { elicitation: {} },
      clientInfo: { name: "n", version: "1" },
    },
  };
  const text = JSON.stringify(body);
  const asked = new Request("http://localhost:8484/mcp", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "content-length": String(text.length),
      accept: "application/json, text/event-stream",
    },
    body: text,
  });
  const over = { OPEN: "true", SESSIONS: failingObjects(env.SESSIONS) };
  const response = await worker.fetch(asked, { ...env, ...over } as Env, createExecutionContext());
  expect(response.status).toBe(503);
  isClear(await response.text());
});

it("while tokens are refreshed says so with 503", async () => {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: "user:grant:secret",
    client_id: "c",
  });
  const asked = new Request("http://localhost:8484/oauth/token", { method: "POST", body: form });
  const down = { getByName: () => ({ fetch: () => Promise.reject(new Error("injected")) }) };
  const answer = await worker.fetch(
    asked,
    { ...env, REFRESH_TURNS: down } as never,
    createExecutionContext(),
  );
  expect(answer.status).toBe(503);
  isClear(await answer.text());
});

it("sends nothing for a run whose connection cannot be looked up", async () => {
  const api = await fresh();
  const kv = failing(env.OAUTH_KV, () => true).binding;
  const run = { ...openRun("unlooked"), connectedAt: 0 };
  const context = {
    run,
    caller: { ...caller, connectionKey: "grant:u:g" },
    apis: [api],
    env: { OAUTH_KV: kv },
  };
  const asked = new Request("https://api.test/things/1");
  const open = () => openDeployed(env.CATALOGS, api);
  const answer = await handleCall(asked, { ...context, open } as never);
  expect(answer.status).toBe(500);
  isClear(await answer.text());
  expect(run.records).toMatchObject([{ outcome: "denied" }]);
});

it("leaves types to the document where what was seen cannot be read", async () => {
  const api = await fresh();
  const context = {
    env: { ...env, SEEN_SHAPES: failingObjects(env.SEEN_SHAPES) },
    ctx: createExecutionContext(),
  };
  const { reply } = await runTool(
    tools[0] as (typeof tools)[number],
    { code: "return describe(operations[0])" },
    { ...context, caller, apis: [api] } as never,
  );
  expect(reply).toMatchObject({ structuredContent: { result: expect.any(String) as string } });
});

describe("the loader of isolates", () => {
  it("that makes none is a run that broke off, not a fault of the server", async () => {
    const api = await fresh();
    const LOADER = {
      load: () => {
        throw new Error("no isolate");
      },
    };
    const context = { env: { ...env, LOADER }, ctx: createExecutionContext(), caller, apis: [api] };
    const { reply: answer } = await runTool(
      tools[0] as (typeof tools)[number],
      { code: "return 1" },
      context as never,
    );
    expect(answer).toMatchObject({ isError: true });
  });
});
