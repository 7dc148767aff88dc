/**
 * Kept programs, whole: proposed by `execute`, allowed by a person, run by the ledger's alarm through the real gateway. Grant and
 * policy of each allow everything, so that its set alone holds it.
 */
import { createExecutionContext, runInDurableObject, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { proposeProgram, type Keep } from "../../../src/mcp/programs/keep.ts";
import { runTool } from "../../../src/mcp/run-tool.ts";
import { execute } from "../../../src/mcp/tools/execute.ts";
import { search } from "../../../src/mcp/tools/search.ts";
import { replyText } from "../../../src/mcp/tool-result.ts";
import { openDeployed, writeManifest } from "../../../src/store/catalogs.ts";
import type { Ledger } from "../../../src/store/ledger/ledger.ts";
import { covers } from "../../../src/request/capabilities.ts";
import type { ApiFile } from "../../../src/terms/api-file.ts";
import type { CapabilitySet } from "../../../src/terms/capabilities.ts";
import type { Caller } from "../../../src/terms/caller.ts";
import type { DeployedApi } from "../../../src/terms/manifest.ts";
import type { RunRecord } from "../../../src/terms/record.ts";
import { sealCredential } from "../../../src/vault/vault.ts";
import { connected } from "../../auth/fixture/connected.ts";
import { attacks, others, refusedAnyway, tried, two } from "../../gateway/capability-attacks.ts";
import { upstreamDocument } from "../../gateway/document.ts";
import { deploy, received } from "../../gateway/running.ts";

const upstream = inject("upstream");
const other = inject("otherUpstream");
let users = 0;

const everything = { test: ["read" as const, "write" as const, "delete" as const] };

async function serve(apis: DeployedApi[]): Promise<void> {
  await writeManifest(env.CATALOGS, { apis } as never);
}

async function scene(file: Partial<ApiFile> = {}) {
  let served = [await deploy({ document: upstreamDocument, file })];
  await serve(served);
  const userId = `keeps ${(users += 1)}`;
  const ledger = env.LEDGER.getByName(userId);
  await received();
  const connection = await connected();
  const contextOf = (clientId: string, access: Record<string, ("read" | "write" | "delete")[]>) => {
    const ctx = createExecutionContext();
    const caller = { userId, clientId, clientName: "Claude", access, ...connection };
    return { env, ctx, caller, apis: served, origin: "https://isogate.example" };
  };
  const keep = async (
    code: string,
    kept: Partial<Keep> = {},
    access: Record<string, ("read" | "write" | "delete")[]> = everything,
  ) => {
    const reply = await proposeProgram({ code, keep: { name: "p", ...kept } }, contextOf("c", access));
    return { text: replyText(reply), error: reply.said.error };
  };
  const program = async () => (await ledger.program((await ledger.programs())[0]?.id ?? ""))!;
  const allow = async (zone = "UTC") => {
    const { id, versions } = await program();
    const { version, hash } = versions[0]!;
    return ledger.chooseProgram(id, { do: "allow", version, hash, zone });
  };
  const runNow = async () => {
    const chosen = await ledger.chooseProgram((await program()).id, { do: "run" });
    if (!chosen.ok || chosen.runId === undefined) throw new Error(JSON.stringify(chosen));
    return recordOf(chosen.runId);
  };
  const recordOf = async (runId: string): Promise<RunRecord> => {
    for (const until = Date.now() + 20_000; Date.now() < until;) {
      const run = await ledger.run(runId);
      if (run?.ended) return run.record;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`it did not end: ${JSON.stringify(await ledger.run(runId))}`);
  };
  const call = async (
    code: string,
    {
      tool = execute,
      plan,
      access = everything,
    }: { tool?: typeof execute; plan?: boolean; access?: typeof everything } = {},
  ) => {
    const context = contextOf("other client", access);
    const ran = await runTool(tool, { code, plan }, context);
    await waitOnExecutionContext(context.ctx);
    const said = ran.reply.said as { result?: unknown; error?: { kind: string; message: string } };
    return { ...said, ran };
  };
  const change = async (document: Record<string, unknown>, more: Partial<ApiFile> = {}) => {
    served = [await deploy({ document, file: { ...file, ...more } })];
    await serve(served);
  };
  return { ledger, keep, program, allow, runNow, recordOf, call, change };
}

async function arrived(): Promise<string[]> {
  return (await received()).requests.map(({ method, url }) => `${method} ${url}`);
}

const deleteTwo = `for (const id of ["a", "b"]) await api.delete("/echo/{id}", { path: { id } }); return input.n + 1`;

function nested(levels: number): never {
  let value: unknown[] = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value as never;
}

describe("execute with keep", () => {
  it("proposes and runs nothing; once it is allowed it runs without asking, though a rule asks", async () => {
    const { keep, allow, runNow, program } = await scene({ policy: [{ effect: "ask", access: "delete" }] });
    const { text } = await keep(deleteTwo, { input: { n: 41 } });
    expect(text).toContain('The program "p" was proposed. Nothing was run.');
    expect(text).toContain(`https://isogate.example/programs/${(await program()).id}`);
    expect(text).toContain("DELETE /echo/{id} (deleteOne)");
    expect(await arrived()).toEqual([]);
    expect(await allow()).toEqual({ ok: true });
    const record = await runNow();
    expect(record).toMatchObject({
      outcome: "ok",
      result: { head: "42" },
      program: { name: "p", version: 1 },
    });
    expect(await arrived()).toEqual(["DELETE /echo/a", "DELETE /echo/b"]);
  });

  it("is still denied what a rule denies", async () => {
    const { keep, allow, runNow, change } = await scene();
    await keep(deleteTwo, { input: { n: 1 } });
    await allow();
    await change(upstreamDocument, { policy: [{ effect: "deny", access: "delete" }] });
    expect((await runNow()).outcome).toBe("denied");
    expect(await arrived()).toEqual([]);
  });

  it.each<[what: string, code: string, keep: Partial<Keep>, says: string]>([
    ["a name of nothing", "1", { name: "  " }, "keep.name: it is empty"],
    ["no name", "1", { name: undefined } as never, "keep.name: it is missing"],
    ["a name that is no text", "1", { name: 7 } as never, "keep.name: it is no text"],
    ["a long name", "1", { name: "x".repeat(61) }, "a name of 1 to 60"],
    ["a name with a line", "1", { name: "a\nb" }, "a name of 1 to 60"],
    ["a member that there is not", "1", { everyday: true } as never, "keep is { name, every, input }"],
    ["no time", "1", { every: "often" }, "five fields of cron"],
    ["too short a time", "1", { every: "10 seconds" }, "every is a time from a minute to a year"],
    ["a name that is not seen", "1", { name: "\u3164" }, "it has other characters than these"],
    ["a name that turns what is beside it", "1", { name: "a\u202eb" }, "it has other characters than these"],
    [
      "a name that covers what is around it",
      "1",
      { name: `a${"\u0302\u0316".repeat(20)}` },
      "it has other characters",
    ],
    ...[
      "sc\u043epe",
      "p\u03b1id",
      "\u0430\u03bf",
      "block \u0430ttackers",
      "\u0578il",
      "\u13aa lock",
      "\ua4d0 b",
      "\u15f7lock",
      "\u2d4fist",
      "\u07c0k",
      "\u16a2n",
    ].map((name): [string, string, Partial<Keep>, string] => [
      `a name of scripts that look alike, ${name}`,
      "1",
      { name },
      "letters of two scripts that look alike",
    ]),
    ["a name of HTML", "1", { name: "<b>x</b>" }, "it has other characters than these"],
    ["a name of a megabyte", "1", { name: "x".repeat(1_000_000) }, "a name of 1 to 60"],
    ["a date", "1", { every: "2027-01-01T09:00:00" }, "five fields of cron"],
    ["a deep input", "1", { input: nested(101) }, "keep.input is nested deeper than 100 levels"],
    ["a bottomless input", "1", { input: nested(500_000) }, "keep.input has 1000000 characters"],
    ["a long input", "1", { input: "x".repeat(20_000) }, "keep.input has 20002 characters"],
    ["code that runs another program", `await run("p")`, {}, "A kept program runs no other one"],
    ["files", `file("x", "y")`, {}, "file is not there in a kept program"],
    ["an operation that does not exist", `await api.get("/nothing/here")`, {}, "/nothing/here"],
    ["code that does not parse", `await (`, {}, "syntax"],
  ])("refuses %s", async (_what, code, kept, says) => {
    const { keep, ledger } = await scene();
    const { text, error } = await keep(code, kept);
    expect(error, text).toBeDefined();
    expect(text).toContain(says);
    expect(await ledger.programs()).toEqual([]);
  });

  it("takes names of all scripts, and an input as deep as what a program is given by code", async () => {
    const { keep, ledger } = await scene();
    const names = [
      "Zo\u00eb 2.0",
      "\u0928\u093f\u092f\u092e \u0917\u093f\u0928\u094b",
      "re\u0301gles",
      "\u05d7\u05e1\u05d9\u05de\u05d4",
      "\u0431\u043b\u043e\u043a 2",
      "DNS \u306e\u8a2d\u5b9a",
      "DNS \uc124\uc815",
      "API \u0627\u0644\u0646\u0633\u062e",
      "\u1403\u14c4\u1483\u144e\u1450\u1466 2",
    ];
    for (const name of names) expect((await keep("1", { name, input: nested(100) })).error).toBeUndefined();
    expect((await keep("1", { name: "brackets", input: "[".repeat(500) })).error).toBeUndefined();
    expect((await ledger.programs()).map(({ name }) => name)).toContain("r\u00e9gles");
  });

  it("says when it runs, and what goes on until it is allowed", async () => {
    const { keep, allow } = await scene();
    const first = await keep("return 1");
    expect(first.text).toContain(
      `From then on it runs by await run("p", input) in later code; until then, nothing of it runs.`,
    );
    await allow();
    const second = await keep("return 2", { every: "1 day" });
    expect(second.text).toContain("it runs at its times, and by await run");
    expect(second.text).toContain("until then, the version before goes on");
  });

  it("asks nobody about what its connection was not granted", async () => {
    const { keep, ledger } = await scene();
    const { error, text } = await keep(deleteTwo, { input: { n: 1 } }, { test: ["read"] } as never);
    expect(error?.kind).toBe("needs-scope");
    expect(text).toContain("deleteOne needs the scope test:delete");
    expect(await ledger.programs()).toEqual([]);
  });

  it("is proposed where the code does not tell which operation it calls, and held to what was granted", async () => {
    const { keep, allow, runNow } = await scene();
    await keep(`const [way] = ["delete"]; await api[way](input)`, { input: "/echo" }, { test: ["read"] });
    await allow();
    expect((await runNow()).outcome).toBe("needs-scope");
    expect(await arrived()).toEqual([]);
  });

  it("does not go with plan or background", async () => {
    const { ledger } = await scene();
    const ctx = createExecutionContext();
    const caller = { userId: "x", clientId: "c", access: everything };
    for (const more of [{ plan: true }, { background: true }]) {
      const reply = await proposeProgram(
        { code: "1", keep: { name: "p" }, ...more },
        { env, ctx, caller, apis: [], origin: "https://isogate.example" },
      );
      expect(reply.said.error?.message).toContain("does not go with");
    }
    expect(await ledger.programs()).toEqual([]);
  });
});

describe("a kept program", () => {
  it("has a state of its own, from run to run, and none of its client's", async () => {
    const { keep, allow, runNow, call } = await scene();
    await call("state.n = 1000; return 1");
    await keep("state.n = (state.n ?? 0) + 1; await sleep(1); return state.n");
    await allow();
    expect((await runNow()).result?.head).toBe("1");
    expect((await runNow()).result?.head).toBe("2");
    expect((await call("return state.n")).result).toBe(1000);
  });

  it("is found, described and run by its name, with input", async () => {
    const { keep, allow, call } = await scene();
    await keep(
      `const { data } = await api.get("/echo/{id}", { path: { id: input.id } }); return [input.id, data.url]`,
      {
        name: "look up one",
        every: "0 0 29 2 *",
        input: { id: "default" },
      },
    );
    await allow();
    const found = await call(`return find("look up")[0]`, { tool: search });
    expect(found.result).toMatchObject({ program: "look up one", call: 'await run("look up one", input)' });
    const told = await call(`return describe(find("look up", { limit: 1 }))`, { tool: search });
    expect(told.result).toContain('await run("look up one", input)');
    const ran = await call(`return await run("look up one", { id: "seven" })`);
    expect(ran).toMatchObject({ result: ["seven", "/echo/seven"] });
    expect(await arrived()).toEqual(["GET /echo/seven"]);
  });

  it("is not run by search, by a plan, or by who was granted less", async () => {
    const { keep, allow, call } = await scene();
    await keep(deleteTwo, { input: { n: 1 } });
    await allow();
    const code = `return await run("p")`;
    expect((await call(code, { plan: true })).error?.message).toContain("a plan run no programs");
    expect((await call(code, { tool: search })).error?.message).toContain("run is not in search");
    const less = { test: ["read" as const] } as never;
    expect((await call(code, { access: less })).error?.message).toContain('There is no program "p"');
    expect((await call(`return find("p")`, { tool: search, access: less })).result).toEqual([]);
    expect(await arrived()).toEqual([]);
  });

  const one = upstreamDocument.paths["/echo/{id}"];
  const moved = (paths: Record<string, unknown>) => ({
    ...upstreamDocument,
    paths: { ...upstreamDocument.paths, ...paths },
  });
  it.each<[what: string, document: Record<string, unknown>, file: Partial<ApiFile>]>([
    ["does more by now", upstreamDocument, { access: { "POST /echo": "delete" } }],
    ["is at another server", upstreamDocument, { server: other }],
    ["is gone", moved({ "/echo/{id}": { get: one.get } }), {}],
    [
      "has its id at another path",
      moved({ "/echo/{id}": { get: one.get }, "/echo/{id}/admin": { delete: one.delete } }),
      {},
    ],
  ])(
    "does nothing, and its user is asked again, where an operation of a refreshed document %s",
    async (_what, document, file) => {
      const { keep, allow, runNow, change, program, ledger } = await scene();
      await keep(
        `await api.post("/echo", { body: {} }); await api.call("deleteOne", { path: { id: "a" } }); return 1`,
      );
      await allow();
      expect((await runNow()).outcome).toBe("ok");
      await received();
      await change(document, file);
      const record = await runNow();
      expect(record).toMatchObject({
        outcome: "canceled",
        failure: { sentence: expect.stringContaining("because the API has changed") },
      });
      expect(await arrived()).toEqual([]);
      expect(await program()).toMatchObject({ state: "paused", waiting: { version: 2 } });
      expect(await ledger.waiting()).toBe(1);
      await allow();
      const again = await runNow();
      expect(again.program).toMatchObject({ version: 2 });
    },
  );

  it("goes on where only the id of an operation is another one", async () => {
    const { keep, allow, runNow, change } = await scene();
    await keep(`return (await api.delete("/echo/{id}", { path: { id: "a" } })).status`);
    await allow();
    await change(moved({ "/echo/{id}": { ...one, delete: { ...one.delete, operationId: "another" } } }));
    expect((await runNow()).outcome).toBe("ok");
  });
});

describe("a kept program with a set of two operations", () => {
  const credential = { from: "user" as const, fields: { token: "Token" }, check: "/echo" };
  const all = ["read" as const, "write" as const, "delete" as const];
  const apis = ["first", "twin", "second"];
  let served: DeployedApi[];

  beforeAll(async () => {
    const twoServers = { ...upstreamDocument, servers: [{ url: upstream }, { url: other }] };
    served = [
      await deploy({ document: twoServers, file: { credential, server: undefined as never } }, "first"),
      await deploy({ document: upstreamDocument }, "twin"),
      await deploy({ document: upstreamDocument, file: { server: other } }, "second"),
    ];
  });

  async function callerOf(userId: string): Promise<Caller> {
    const { ISOGATE_SECRET } = env as unknown as { ISOGATE_SECRET: string };
    const pasted = { kind: "pasted" as const, secrets: { token: "t" } };
    const sealed = await sealCredential(pasted, { userId, api: "first" }, ISOGATE_SECRET);
    return {
      userId,
      clientId: "c",
      access: Object.fromEntries(apis.map((api) => [api, all])),
      accounts: { first: [{ label: "", sealed }] },
      ...(await connected()),
    };
  }

  async function ended(ledger: DurableObjectStub<Ledger>, runId: string): Promise<RunRecord> {
    for (const until = Date.now() + 25_000; Date.now() < until;) {
      const run = await ledger.run(runId);
      if (run?.ended) return run.record;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`it did not end: ${JSON.stringify(await ledger.run(runId))}`);
  }

  function allowIn(object: Ledger): string {
    const { id } = object.programs()[0]!;
    const { version, hash } = object.program(id)!.versions[0]!;
    object.chooseProgram(id, { do: "allow", version, hash, zone: "UTC" });
    const chosen = object.chooseProgram(id, { do: "run" });
    return chosen.ok ? (chosen.runId ?? "") : "";
  }

  /** Kept with this set whatever its code shows; its first slice is over, so that its set is not read again. */
  async function runHeld(lines: string | string[], capabilities: CapabilitySet): Promise<RunRecord> {
    await serve(served);
    const userId = `held ${(users += 1)}`;
    const ledger = env.LEDGER.getByName(userId);
    const proposal = {
      name: "p",
      code: `await until(0);\n${tried(lines)}`,
      capabilities,
      caller: await callerOf(userId),
      apis,
      origin: "https://isogate.example",
      insisted: true,
    };
    const runId = await runInDurableObject(ledger, (object: Ledger) => {
      object.proposeProgram(proposal);
      const run = allowIn(object);
      const slice = object.takeSlice(run)!;
      object.sleep(slice, { step: 1, key: "sleep 0" }, 0);
      object.suspendSlice(slice, true, 1);
      return run;
    });
    return ended(ledger, runId);
  }

  it("calls both", async () => {
    await received();
    const record = await runHeld(
      `said.push((await api.get("/echo/{id}", { path: { id: "7" } })).status, (await api.post("/echo", { body: {} })).status)`,
      two,
    );
    expect(record).toMatchObject({ outcome: "ok", result: { head: "[200,200]" } });
    expect((await received()).count).toBe(2);
  });

  it.each([...attacks, ...refusedAnyway])("calls no third: %s", async (_what, lines) => {
    await received();
    const record = await runHeld(lines, two);
    expect(record).toMatchObject({ background: true, program: { name: "p" } });
    expect(record.outcome).not.toBe("canceled");
    expect(await others()).toEqual([]);
  });

  it.each(attacks)("whatever its code is, calls only what its user was shown: %s", async (_what, lines) => {
    await serve(served);
    const userId = `shown ${(users += 1)}`;
    const ledger = env.LEDGER.getByName(userId);
    const context = {
      env,
      ctx: createExecutionContext(),
      caller: await callerOf(userId),
      apis: served,
      origin: "https://isogate.example",
    };
    const reply = await proposeProgram({ code: tried(lines), keep: { name: "p" } }, context);
    // The check refuses a call that cannot work: then there is nothing to allow.
    if (reply.said.error) return expect(await ledger.programs()).toEqual([]);
    const shown = (await ledger.programs())[0]!.capabilities;
    const runId = await runInDurableObject(ledger, allowIn);
    const { requests } = await ended(ledger, runId);
    for (const { api, method, url, operation, access, outcome } of requests) {
      if (outcome !== "answered") continue;
      const { operations } = await openDeployed(
        env.CATALOGS,
        served.find(({ name }) => name === api)!,
      );
      const template = operations.find(({ id }) => id === operation)?.path ?? "";
      const asking = { api, method, href: url, template, access: access ?? "delete" };
      const byAny = shown.map((one) => ({ ...one, anyAccount: true as const }));
      expect(covers(byAny, asking), `${method} ${url}`).toBe(true);
    }
  });
});
