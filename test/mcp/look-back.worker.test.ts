/** What a look back does and leaves alone, on the real road of a run, beside what the page shows of it. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { runTool } from "../../src/mcp/run-tool.ts";
import { execute } from "../../src/mcp/tools/execute.ts";
import type { Caller } from "../../src/terms/caller.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import type { RunOfThen, RunRecord } from "../../src/terms/record.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy, received } from "../gateway/running.ts";

let users = 0;

/** A user with a client, who looks back at its runs from another. */
function someone() {
  const userId = `looks back ${(users += 1)}`;
  const ledger = env.LEDGER.getByName(userId);
  const run = async (code: string, api: DeployedApi, lookBack?: RunOfThen): Promise<RunRecord> => {
    const ctx = createExecutionContext();
    const caller: Caller = {
      userId,
      clientId: lookBack ? "console" : "client of then",
      access: { test: ["read", "write", "delete"] },
    };
    const context = {
      env,
      ctx,
      caller,
      apis: [api],
      origin: "https://isogate.example",
      ...(lookBack && { lookBack }),
    };
    const { runId } = await runTool(execute, { code }, context);
    await waitOnExecutionContext(ctx);
    const kept = await ledger.run(runId);
    if (!kept?.ended) throw new Error("no record");
    return kept.record;
  };
  return { ledger, run, lookBack: (then: RunRecord, api: DeployedApi) => run(then.code, api, then) };
}

const deployed = (file = {}) => deploy({ document: upstreamDocument, file });
const outcomes = ({ requests }: RunRecord) =>
  requests.map(({ operation, outcome }) => `${operation} ${outcome}`);

it("keeps with a run what it was decided by, without the reasons of rules", async () => {
  const { run } = someone();
  const policy = [{ effect: "deny" as const, operation: "deleteEcho", reason: "A secret reason." }];
  const api = await deployed({ policy, otherwise: "allow" as const });
  const record = await run('await api.get("/echo"); await api.post("/echo", { body: {} })', api);
  expect(record.requests.map(({ access, grounds }) => [access, grounds?.by])).toEqual([
    ["read", "otherwise"],
    ["write", "otherwise"],
  ]);
  expect(record.apis).toEqual({
    test: {
      hash: api.hash,
      rules: [{ effect: "deny", what: "operation deleteEcho" }],
      otherwise: "allow",
      operations: {
        getEcho: expect.stringMatching(/^[\w-]{16}$/),
        postEcho: expect.stringMatching(/^[\w-]{16}$/),
      },
    },
  });
  expect(JSON.stringify(record)).not.toContain("A secret reason.");
});

it("sends reads and nothing else, decides as on the run itself, and asks nobody", async () => {
  const { run, lookBack, ledger } = someone();
  const code = `await api.get("/echo"); await api.get("/echo/open"); await api.post("/echo", { body: {} }); await api.delete("/echo").catch(() => {})`;
  const then = await run(code, await deployed());
  await received();
  const today = await deployed({
    access: { postEcho: "read" },
    policy: [
      { effect: "ask", operation: "openEcho" },
      { effect: "deny", operation: "deleteEcho" },
    ],
  });
  const now = await lookBack(then, today);
  expect(outcomes(now)).toEqual([
    "getEcho answered",
    // A rule asks about it.
    "openEcho planned",
    // A write then, whatever it is called today.
    "postEcho planned",
    "deleteEcho denied",
  ]);
  expect((await received()).requests.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /echo"]);
  expect(now).toMatchObject({ plan: true, lookedBack: { run: then.runId } });
  expect(now.lookedBack?.unmade).toBeUndefined();
  expect(await ledger.waiting()).toBe(0);
  expect(await ledger.pausedRunOf(now.runId)).toBeNull();
});

it("follows no redirect to what was a write then", async () => {
  const { run, lookBack } = someone();
  const code = `await api.get("/echo/open"); await api.get("/redirect", { query: { to: "/echo/open", status: "302" } }).catch(() => {})`;
  const then = await run(code, await deployed({ access: { openEcho: "write" } }));
  // A read's redirect to a write is refused on the run itself too.
  expect(outcomes(then).slice(0, 2)).toEqual(["openEcho answered", "redirect answered"]);
  await received();
  const now = await lookBack(then, await deployed());
  expect(outcomes(now)[0]).toBe("openEcho planned");
  expect(now.requests.at(-1)?.failure?.message).toContain("would only list");
  expect((await received()).requests.map(({ url }) => url.split("?")[0])).toEqual(["/redirect"]);
});

it("judges many requests of then in turns with everybody else's", async () => {
  const { run, lookBack } = someone();
  const then = await run('await api.get("/echo")', await deployed());
  const [one] = then.requests;
  const requests = Array.from({ length: 50 }, (_, n) => ({ ...one!, url: `${one!.url}?n=${n}` }));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  const now = await lookBack({ ...then, code: "return 1", requests }, await deployed());
  clearInterval(timer);
  expect(now.lookedBack?.unmade).toHaveLength(50);
  expect(turns).toBeGreaterThanOrEqual(50);
});

it("judges by its address what code no longer asks for", async () => {
  const { run, lookBack } = someone();
  const then = await run(
    `const { data } = await api.get("/echo"); for (const id of [1, 2]) await api.get("/echo/{id}", { path: { id } });`,
    await deployed(),
  );
  const now = await lookBack(then, await deployed({ policy: [{ effect: "deny", operation: "getOne" }] }));
  expect(outcomes(now)).toEqual(["getEcho answered", "getOne denied"]);
  expect(now.lookedBack?.unmade).toMatchObject([
    {
      index: 2,
      known: true,
      operation: "getOne",
      access: "read",
      outcome: "denied",
      grounds: { effect: "deny" },
    },
  ]);
});

it("goes past a check that refuses the code today, says so, and does not remember the code", async () => {
  const { run, lookBack } = someone();
  const code = 'await api.get("/echo"); return (await api.get("/echo/open")).status';
  const then = await run(code, await deployed());
  const { "/echo/open": _gone, "/echo/{id}": _any, ...paths } = upstreamDocument.paths;
  const document = { ...upstreamDocument, paths };
  const today = await deploy({ document });
  const now = await lookBack(then, today);
  expect(now.lookedBack?.refused?.sentence).toBe("The API has no operation GET /echo/open.");
  expect(outcomes(now)).toEqual(["getEcho answered"]);
  expect(now.outcome).toBe("unknown-operation");
  expect(now.lookedBack?.unmade).toMatchObject([{ index: 1, known: false, outcome: "denied" }]);
  // A client that sends the code today is refused as for the first time.
  expect((await run(code, today)).requests).toEqual([]);
});

it("reads the state of the client of then, and keeps neither state nor files", async () => {
  const { run, lookBack, ledger } = someone();
  const api = await deployed();
  const then = await run('state.n = (state.n ?? 0) + 1; await file("text", "a.txt"); return state.n', api);
  expect(then.result?.head).toBe("1");
  const files = (await ledger.files()).length;
  for (let round = 0; round < 2; round += 1) expect((await lookBack(then, api)).result?.head).toBe("2");
  expect((await ledger.files()).length).toBe(files);
  expect((await run("return state.n", api)).result?.head).toBe("1");
});

it("of a run in the background passes its sleeps, by its own clock", async () => {
  const { run } = someone();
  const api = await deployed();
  const code = `const begun = Date.now(); for (let n = 0; n < 3; n += 1) { await api.get("/echo"); await sleep("2 days"); } return (Date.now() - begun) / 86_400_000`;
  const then = { ...(await run("1", api)), code, codeChars: code.length, background: true };
  const startedAt = Date.now();
  const now = await run(code, api, then);
  expect(now.result?.head, JSON.stringify(now)).toBe("6");
  expect(outcomes(now)).toEqual(["getEcho answered", "getEcho answered", "getEcho answered"]);
  expect(Date.now() - startedAt).toBeLessThan(20_000);
});

it("ends no run in the background, as no plan does", async () => {
  const { run, lookBack } = someone();
  const api = await deployed();
  const then = await run('return recall("r222222222222").cancel().catch(({ message }) => message)', api);
  expect(then.result?.head).toContain("canceled");
  expect((await lookBack(then, api)).result?.head).toContain("a plan end no run");
});
