/** Calls of the tools where a store behind them does not answer. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import worker from "../../src/index.ts";
import { callTool } from "../../src/mcp/call-tool.ts";
import { codeHash } from "../../src/store/ledger/approvals/identity.ts";
import { checkCode } from "../../src/check/read-code.ts";
import { runTool } from "../../src/mcp/run-tool.ts";
import { tools } from "../../src/mcp/tools/index.ts";
import { Recall } from "../../src/store/ledger/recall.ts";
import { failingObjects } from "../store/failing.ts";
import { bucket, caller, fresh, isClear, quietErrors, serve } from "../store/down.ts";

quietErrors();

const LEDGER = failingObjects(env.LEDGER);

describe("a store behind a call that does not answer", () => {
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
        "Try again in a moment. If it keeps failing, the operator finds the reason in the server's log.",
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
      said: {
        error: {
          kind: "misconfigured",
          message: expect.stringContaining("Nothing was run or sent.") as string,
        },
      },
    });
    isClear(JSON.stringify(answer));
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
    expect(reply).toMatchObject({ said: { result: expect.any(String) as string } });
  });

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
    expect(answer.said.error).toMatchObject({ kind: "thrown" });
  });
});

describe("a ledger that does not answer", () => {
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
    expect(answer).toMatchObject({ said: { result: 1 } });
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
    expect(reply).toMatchObject({ said: { error: { kind: "misconfigured" } } });
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
    expect(reply).toMatchObject({ said: { result: 7 } });
  });

  it("leaves a person who cannot be asked the link", async () => {
    const question = {
      pausedRun: "c1",
      requests: [{ id: "r1", hash: "h" }],
      codeHash: codeHash("return 1"),
      offered: [],
    };
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
      "What is kept of earlier runs and programs cannot be read right now. Try again in a moment.",
    );
  });
});
