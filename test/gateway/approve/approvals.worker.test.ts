/** Runs that meet an `ask`, through the real tool, isolate, gateway and ledger, against the test upstream. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, inject, it } from "vitest";
import type { ApiFile } from "../../../src/terms/api-file.ts";
import { runTool, type Ran } from "../../../src/mcp/run-tool.ts";
import { execute } from "../../../src/mcp/tools/execute.ts";
import type { ReviewedRequest } from "../../../src/store/ledger/approvals/review.ts";
import { click, type Click } from "../../store/ledger/approvals/on-the-page.ts";
import { upstreamDocument } from "../document.ts";
import { deploy, received } from "../running.ts";

const upstream = inject("upstream");
const writes: ApiFile["policy"] = [{ effect: "ask", access: ["write", "delete"] }];
let users = 0;

interface Told {
  result?: unknown;
  error?: { kind: string; message: string; next: string };
  requests?: string[];
  plan?: { notSent: string[]; next: string };
}

/** A user, with an API of these rules, and what they can do. */
async function scene(
  file: Partial<ApiFile> = { policy: writes },
  document: Record<string, unknown> = upstreamDocument,
) {
  const apis = [await deploy({ document, file })];
  const userId = `asked ${(users += 1)}`;
  const ledger = env.LEDGER.getByName(userId);
  await received();
  const run = async (code: string, plan = false, isGone = false): Promise<{ told: Told; ran: Ran }> => {
    const ctx = createExecutionContext();
    const access = { test: ["read" as const, "write" as const, "delete" as const] };
    const caller = { userId, clientId: "c", clientName: "Claude", access };
    const context = { env, ctx, caller, apis, origin: "https://isogate.example" };
    const client = { now: () => {}, isGone: () => isGone };
    const ran = await runTool(execute, { code, plan }, context, client);
    await waitOnExecutionContext(ctx);
    return { told: ran.reply.said as Told, ran };
  };
  const requestsOf = async ({ pausedRun }: Ran): Promise<ReviewedRequest[]> =>
    (await ledger.pausedRun(pausedRun ?? "", 100))?.requests ?? [];
  const review = ({ pausedRun }: Ran, decision: Click) => click(ledger, pausedRun ?? "", decision);
  return { ledger, run, requestsOf, review };
}

async function writesArrived(): Promise<string[]> {
  const { requests } = await received();
  return requests.filter(({ method }) => method !== "GET").map(({ method, url }) => `${method} ${url}`);
}

it("keeps requests that are made in parallel on one page, more than go out at a time", async () => {
  const { run, requestsOf, review } = await scene({ policy: writes, budgets: { inFlight: 5 } });
  const code = `return (await Promise.all(Array.from({ length: 12 }, (_, n) =>
    api.delete("/echo/{id}", { path: { id: "p" + n } })))).length`;
  const { told, ran } = await run(code);
  expect(told.error).toMatchObject({ kind: "needs-approval" });
  expect(told.error?.message).toContain("deleteOne and 11 more");
  expect(told.error?.next).toContain(`https://isogate.example/approvals/${ran.pausedRun}`);
  expect(told.requests).toHaveLength(12);
  expect(told.requests?.[0]).toBe(`deleteOne DELETE ${upstream}/echo/p0: not sent, waits for approval`);
  expect(await requestsOf(ran)).toHaveLength(12);
  expect(await writesArrived()).toEqual([]);
  await review(ran, { do: "approve-listed" });
  expect((await run(code)).told.result).toBe(12);
  expect(await writesArrived()).toHaveLength(12);
});

it("is not lost while the run that sent it waits for its answer, and not sent by another", async () => {
  const { run, requestsOf, review, ledger } = await scene({ policy: writes });
  const code = `return (await api.post("/slow", { query: { ms: 1500 } })).status`;
  const { ran } = await run(code);
  await review(ran, { do: "approve-listed" });
  const first = run(code);
  await scheduler.wait(500);
  const others = await Promise.all([run(code), run(code)]);
  for (const { told } of others) expect(told).toMatchObject({ error: { kind: "denied" } });
  expect(others[0]?.told.error?.message).toContain((await first).ran.runId);
  expect((await requestsOf(ran)).map(({ state }) => state)).not.toContain("unknown");
  expect((await first).told.result).toBe(200);
  expect(await ledger.waiting()).toBe(0);
  expect((await run(code)).told.result).toBe(200);
  expect(await writesArrived()).toHaveLength(1);
});

it("has the result for the next call of the same code if the client gave up meanwhile, and sends nothing twice", async () => {
  const { run, review } = await scene();
  const code = `await api.delete("/echo/{id}", { path: { id: "once" } }); return "done"`;
  const { ran } = await run(code);
  await review(ran, { do: "approve-listed" });
  expect((await run(code, false, true)).told.result).toBe("done");
  const next = await run(code);
  expect(next.told.result).toBe("done");
  expect(next.told.requests).toEqual(["deleteOne: 200 (answered in an earlier run, not sent again)"]);
  expect(await writesArrived()).toHaveLength(1);
  // It was heard: from now on the same code is meant anew.
  expect((await run(code)).told.error?.kind).toBe("needs-approval");
});

it.each<["GET" | "POST" | "DELETE", "allow" | "ask", "arrives" | "is listed"]>([
  ["GET", "allow", "arrives"],
  ["GET", "ask", "is listed"],
  ["POST", "allow", "is listed"],
  ["POST", "ask", "is listed"],
  ["DELETE", "allow", "is listed"],
  ["DELETE", "ask", "is listed"],
])("in a plan, %s that the rules %s %s", async (method, effect, becomes) => {
  const { run, ledger } = await scene({ policy: [{ effect, method }] });
  const code = `await api.${method.toLowerCase()}("/echo"); return "planned"`;
  const { told } = await run(code, true);
  expect(told.result, JSON.stringify(told)).toBe("planned");
  const { requests } = await received();
  expect(requests.map((one) => one.method)).toEqual(becomes === "arrives" ? [method] : []);
  if (becomes === "arrives") return expect(told.plan).toBeUndefined();
  expect(told.plan?.notSent).toEqual([expect.stringContaining(`${method} ${upstream}/echo`)]);
  expect(told.plan?.next).toContain("1 request was not sent");
  // Approved, exactly that is sent, once.
  await click(ledger, /approvals\/([\w-]+)/.exec(told.plan?.next ?? "")?.[1] ?? "", { do: "approve-listed" });
  expect((await run(code)).told.result).toBe("planned");
  expect((await received()).requests.map((one) => one.method)).toEqual([method]);
});

it("is not talked out of a pause by code that catches, races or does not wait", async () => {
  const { run, review } = await scene();
  for (const code of [
    `try { await api.delete("/echo") } catch {} return "caught"`,
    `return Promise.race([api.delete("/echo"), new Promise((resolve) => setTimeout(() => resolve("raced"), 10))])`,
    `api.delete("/echo"); await api.get("/echo"); await new Promise((resolve) => setTimeout(resolve, 20)); return "went on"`,
  ]) {
    const { told, ran } = await run(code);
    expect(told.error?.kind, code).toBe("needs-approval");
    await review(ran, { do: "drop" });
  }
  expect(await writesArrived()).toEqual([]);
});

it("keeps what was sent before the pause, waits for what is under way, and sends neither again", async () => {
  const { run, requestsOf, review } = await scene({ policy: [{ effect: "ask", access: "delete" }] });
  const code = `const first = await api.post("/echo", { body: { n: 1 } });
const [slow, gone] = await Promise.all([api.post("/slow", { query: { ms: "400" } }), api.delete("/echo")]);
return [first.data.text, slow.data.late, gone.status]`;
  const { ran } = await run(code);
  expect((await requestsOf(ran)).map(({ state }) => state)).toEqual(["pending", "answered", "answered"]);
  await review(ran, { do: "approve-listed" });
  const { told } = await run(code);
  expect(told.result).toEqual(['{"n":1}', true, 200]);
  expect((await writesArrived()).toSorted()).toEqual(["DELETE /echo", "POST /echo", "POST /slow?ms=400"]);
  expect(told.requests?.join()).toContain("answered in an earlier run");
});

it("shows a request as it would be sent, with every credential masked", async () => {
  const file: Partial<ApiFile> = {
    otherwise: "ask",
    credential: {
      from: "shared",
      secrets: { token: "TEST_TOKEN", key: "TEST_KEY", queryKey: "TEST_KEY", cookieKey: "TEST_KEY" },
    },
  };
  const { run, requestsOf, review } = await scene(file);
  const shown = async (code: string) => {
    const { ran, told } = await run(code);
    expect(told.error?.kind, JSON.stringify(told)).toBe("needs-approval");
    const [one] = await requestsOf(ran);
    await review(ran, { do: "drop" });
    return one!.request;
  };
  const posted = await shown(
    `await fetch(${JSON.stringify(`${upstream}/echo`)}, { method: "POST", body: '{"a":1}',
       headers: { "content-type": "application/json", "if-match": "yes", authorization: "Bearer mine" } })`,
  );
  expect(posted).toMatchObject({
    method: "POST",
    url: `${upstream}/echo`,
    body: { content: new TextEncoder().encode('{"a":1}'), bytes: 7 },
  });
  expect(Object.fromEntries(posted.headers)).toEqual({
    authorization: "•••",
    "content-type": "application/json",
    "user-agent": "isogate",
    "if-match": "yes",
  });
  expect((await shown(`await api.get("/echo/key")`)).headers).toContainEqual(["x-api-key", "•••"]);
  expect((await shown(`await api.get("/echo/querykey", { query: { a: "b" } })`)).url).toBe(
    `${upstream}/echo/querykey?a=b&key=•••`,
  );
  expect((await shown(`await api.get("/echo/cookiekey")`)).headers).toContainEqual(["cookie", "session=•••"]);
  const bytes = await shown(
    `await fetch(${JSON.stringify(`${upstream}/echo`)}, { method: "POST", body: new Uint8Array([255, 254, 0]) })`,
  );
  expect(bytes.body).toEqual({
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    bytes: 3,
    content: new Uint8Array([255, 254, 0]),
  });
});

it.each(["••• (made by isogate)", "•••", "a ••• b"])(
  "asks nobody about a request whose header could pass for what the sender puts there: %s",
  async (value) => {
    const { run, requestsOf } = await scene();
    const paying = (headers: object) => {
      const sent = JSON.stringify({ "content-type": "application/json", ...headers });
      // Not as the check would read it.
      const hidden = Buffer.from(sent).toString("base64");
      return run(`const headers = JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64("${hidden}")));
const answer = await fetch(${JSON.stringify(`${upstream}/echo/payments`)}, { method: "POST", headers, body: "{}" });
if (!answer.ok) throw new Error(await answer.text());`);
    };
    const { told, ran } = await paying({ "Idempotency-Key": value });
    expect(JSON.stringify(told.error)).toContain("header idempotency-key holds •••");
    expect(await requestsOf(ran)).toEqual([]);
    const plain = await paying({});
    expect(plain.told.error?.kind).toBe("needs-approval");
    const [one] = await requestsOf(plain.ran);
    expect(one?.request.headers).toContainEqual(["idempotency-key", "••• (made by isogate)"]);
    expect(await writesArrived()).toEqual([]);
  },
);

it.each<[method: "GET" | "POST", effect: "ask" | "allow", arrives: number]>([
  ["POST", "ask", 1],
  ["POST", "allow", 2],
  ["GET", "ask", 2],
])(
  "sends a %s that the rules %s and that is refused for its token %i times",
  async (method, effect, times) => {
    const document = {
      openapi: "3.1.0",
      info: { title: "Renewal", version: "1" },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          oauth: {
            type: "oauth2",
            flows: {
              clientCredentials: { tokenUrl: `${upstream}/token?of=${method}-${effect}`, scopes: {} },
            },
          },
        },
      },
      security: [{ oauth: [] }],
      paths: { "/status/401": { [method.toLowerCase()]: { operationId: "it", responses: {} } } },
    };
    const file: Partial<ApiFile> = {
      policy: [{ effect, operation: "it" }],
      credential: { from: "shared", secrets: { oauth: "TEST_CLIENT" } },
    };
    const { run, review } = await scene(file, document);
    const code = `return (await fetch(${JSON.stringify(`${upstream}/status/401`)}, { method: ${JSON.stringify(method)} })).status`;
    const first = await run(code);
    if (effect === "ask") await review(first.ran, { do: "approve-listed" });
    const last = effect === "ask" ? await run(code) : first;
    expect(last.told.result, JSON.stringify(last.told)).toBe(401);
    const { requests } = await received();
    expect(requests.filter(({ url }) => url.startsWith("/status/401"))).toHaveLength(times);
  },
);

it("knows a form again although its boundary is another each time", async () => {
  const { run, review } = await scene();
  const code = `const form = new FormData(); form.set("name", "value"); form.set("file", new Blob(["content"]), "a.txt");
const answer = await fetch(${JSON.stringify(`${upstream}/echo`)}, { method: "POST", body: form });
return (await answer.json()).text.includes("content")`;
  const { ran } = await run(code);
  await review(ran, { do: "approve-listed" });
  const { told } = await run(code);
  expect(told.result, JSON.stringify(told)).toBe(true);
  expect(await writesArrived()).toEqual(["POST /echo"]);
});

it("reads again what was too large to keep, and does not write again", async () => {
  const { run, review } = await scene({ policy: [{ effect: "ask", access: "delete" }] });
  const reading = `const { data } = await api.get("/bomb", { query: { mb: "2" } }); await api.delete("/echo"); return data.length`;
  const first = await run(reading);
  await review(first.ran, { do: "approve-listed" });
  expect((await run(reading)).told.result).toBe(2 * 1024 * 1024);
  const writing = `const { data } = await api.post("/type", { query: { type: "text/plain" }, body: "x".repeat(1_200_000), contentType: "text/plain" });
await api.delete("/echo"); return data.length`;
  const second = await run(writing);
  await review(second.ran, { do: "approve-listed" });
  const { told } = await run(writing);
  expect(told.error?.message).toContain("too large to keep");
  expect((await writesArrived()).filter((one) => one.startsWith("POST"))).toHaveLength(1);
});

it("does not follow a redirect to something that has to be approved", async () => {
  const { run } = await scene({ policy: [{ effect: "ask", operation: "getOne" }] });
  const { told } = await run(`await api.get("/redirect", { query: { to: "/echo/7", status: "302" } })`);
  expect(told.error?.kind).toBe("denied");
  expect(told.error?.message).toContain("getOne");
});

it("asks nobody about a request that could not be sent", async () => {
  const { run } = await scene({ policy: writes, allowPrivate: [] });
  const { told } = await run(`await api.delete("/echo")`);
  expect(told.error?.kind).toBe("denied");
  expect(await writesArrived()).toEqual([]);
});

it("tells the model what the file forbids, and asks about the rest", async () => {
  const { run } = await scene({
    policy: [...writes!, { effect: "deny", operation: "putEcho", reason: "Never." }],
  });
  const { told } = await run(`await api.put("/echo", { body: {} })`);
  expect(told.error).toMatchObject({ kind: "denied" });
});

it("lists the writes of a plan though no rule asks for anything, and sends none", async () => {
  const { ledger, run, requestsOf, review } = await scene({});
  const code = `const { data } = await api.get("/echo", { query: { a: "1" } });
await api.post("/echo", { body: { from: data.url } }); await api.delete("/echo/{id}", { path: { id: "1" } }); return "planned"`;
  const { told } = await run(code, true);
  expect(told.result).toBe("planned");
  expect(told.plan?.notSent).toEqual([
    `postEcho: POST ${upstream}/echo {"from":"/echo?a=1"}`,
    `deleteOne: DELETE ${upstream}/echo/1`,
  ]);
  expect(await writesArrived()).toEqual([]);
  const pausedRun = /approvals\/([\w-]+)/.exec(told.plan!.next)![1]!;
  const page = { runId: "", reply: { said: {}, first: [] }, pausedRun } satisfies Ran;
  expect((await requestsOf(page)).filter(({ state }) => state === "pending")).toHaveLength(2);
  await review(page, { do: "approve-listed" });
  // No rule asks, so the run goes its ordinary way, and the plan is done with it.
  expect((await run(code)).told.result).toBe("planned");
  expect(await writesArrived()).toHaveLength(2);
  expect((await ledger.pausedRuns(1))[0]?.state).toBe("done");
});

it("costs an ordinary run nothing: nothing of it is kept", async () => {
  const { run, ledger } = await scene({});
  expect((await run(`return (await api.post("/echo", { body: {} })).status`)).told.result).toBe(200);
  expect(await ledger.pausedRuns(10)).toEqual([]);
});

it("stops asking at 1,000 that wait, and says so", async () => {
  const { run, ledger } = await scene({ policy: writes, budgets: { requests: 2_000, inFlight: 100 } });
  const flood = (from: number, count: number) =>
    run(
      `await Promise.all(Array.from({ length: ${count} }, (_, n) => api.delete("/echo/{id}", { path: { id: "f" + (${from} + n) } })))`,
    );
  for (let from = 0; from < 1_000; from += 250)
    expect((await flood(from, 250)).told.error?.kind).toBe("needs-approval");
  expect(await ledger.waiting()).toBe(1_000);
  const { told } = await flood(1_000, 1);
  expect(told.error).toMatchObject({ kind: "limit-reached" });
  expect(told.error?.message).toContain("1,000 requests (approvals that wait)");
  expect(await writesArrived()).toEqual([]);
}, 120_000);
