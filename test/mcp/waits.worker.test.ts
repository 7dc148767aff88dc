/**
 * How often a warm call waits for a store, one after the other, before it is answered: on Cloudflare each wait is a way
 * through the network. No store answers before nothing else is left to do; then all that were asked do.
 */
import { localUserId } from "../../src/terms/user.ts";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import worker from "../../src/index.ts";
import { storedManifest, writeManifest } from "../../src/store/catalogs.ts";
import type { Manifest } from "../../src/terms/manifest.ts";
import { issueAccessToken } from "../../src/vault/access-tokens.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy } from "../gateway/running.ts";
import { readReply } from "../setup/read-reply.ts";

let before: Manifest;
let served: Manifest;
let token: string;

beforeEach(async () => {
  before = (await storedManifest(env.CATALOGS)) ?? { apis: [] };
  served = { apis: [await deploy({ document: upstreamDocument, file: {} })] };
  await writeManifest(env.CATALOGS, served);
  const wanted = { userId: localUserId, name: "waits", scopes: ["test:read", "test:write"], days: 1 };
  ({ token } = await issueAccessToken(env.OAUTH_KV, wanted));
});

afterEach(() => writeManifest(env.CATALOGS, before));

async function call(tool: string, code: string): Promise<unknown> {
  const ctx = createExecutionContext();
  const request = new Request("http://localhost:8484/mcp", {
    method: "POST",
    headers: {
      host: "localhost:8484",
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: tool, arguments: { code } },
    }),
  });
  const text = await (await worker.fetch(request, env, ctx)).text();
  waitsAtAnswer = waits;
  await waitOnExecutionContext(ctx);
  expect(text).toContain(`"result"`);
  const message = JSON.parse(/\{"(?:jsonrpc|result)".*/.exec(text)?.[0] ?? text) as { result: unknown };
  const { error, result } = readReply(message.result);
  expect(error).toBeUndefined();
  return result;
}

let waits = 0;
let waitsAtAnswer = 0;
let asked = 0;
let answered = 0;

/** Turns of 10 ms in which no store is asked, until nothing else is left to do: a machine that stands still has few turns. */
const quietTurns = 50;

/** Each waits by a timer of its own: one object's promise cannot be resolved by another. */
async function late(): Promise<void> {
  const own = ++asked;
  for (let turn = 0, seen = asked; turn < quietTurns; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (own <= answered) return;
    if (asked > seen) turn = 0;
    seen = asked;
  }
  waits++;
  answered = asked;
}

/** Every method of a store answers late, its objects' too. */
function slowStores(): void {
  for (const store of [env.OAUTH_KV, env.CATALOGS])
    for (const method of ["get", "getWithMetadata", "head", "put", "list", "delete"])
      if (method in store) slow(Object.getPrototypeOf(store) as Methods, method);
  const objects = Object.getPrototypeOf(env.LEDGER) as Methods;
  const byName = objects["getByName"]!;
  vi.spyOn(objects, "getByName").mockImplementation(function (this: unknown, ...args) {
    const stub = byName.apply(this, args) as Methods;
    return new Proxy(stub, {
      get:
        (_, name) =>
        async (...given: unknown[]) => {
          await late();
          return stub[name as string]!(...given);
        },
    });
  });
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

function slow(methods: Methods, name: string): void {
  const own = methods[name]!;
  vi.spyOn(methods, name).mockImplementation(async function (this: unknown, ...args) {
    await late();
    return own.apply(this, args);
  });
}

describe("a warm call", () => {
  it.for([
    { tool: "search", code: 'return find("echo").length > 0', want: true, waits: 1 },
    { tool: "execute", code: 'return (await api.get("/echo")).status', want: 200, waits: 1 },
    // Whether what the check cannot see was refused before is asked meanwhile.
    {
      tool: "execute",
      code: 'const body = JSON.parse("{}"); return (await api.get("/echo", { query: body })).status',
      want: 200,
      waits: 1,
    },
    // What leaves is stored before it leaves.
    { tool: "execute", code: 'return (await api.post("/echo", { body: {} })).status', want: 200, waits: 2 },
    {
      tool: "execute",
      code: 'const body = JSON.parse("{}"); return (await api.post("/echo", { body })).status',
      want: 200,
      waits: 2,
    },
  ])("of $tool waits for stores $waits times: $code", async ({ tool, code, want, waits: wanted }) => {
    expect(await call(tool, code)).toBe(want);
    // The list of APIs is read again every few seconds: this call is not the one that does.
    await writeManifest(env.CATALOGS, served);
    slowStores();
    waits = 0;
    try {
      expect(await call(tool, code)).toBe(want);
    } finally {
      vi.restoreAllMocks();
    }
    expect(waitsAtAnswer).toBe(wanted);
  });
});
