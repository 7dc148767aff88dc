/**
 * What a person approves on the page is what is compared and what the API receives: the tool, the real page with its
 * forms, the gateway and a real upstream. Each case is an attempt to have something else approved than what was read.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, it } from "vitest";
import { consolePages } from "../../src/console/console.ts";
import { runTool } from "../../src/mcp/run-tool.ts";
import { execute } from "../../src/mcp/tools/execute.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";
import type { Caller } from "../../src/terms/caller.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { sealCredential } from "../../src/vault/vault.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy, received } from "../gateway/running.ts";
import { AtTheConsole } from "../journey/fixture/at-the-console.ts";
import { joined } from "./fixture/joined.ts";

const upstream = inject("upstream");
const origin = "http://localhost:8484";
const asks: Partial<ApiFile> = { policy: [{ effect: "ask", access: ["write", "delete"] }] };
const post = (body: string, type = "application/json") =>
  `fetch(${JSON.stringify(`${upstream}/echo`)}, { method: "POST", headers: { "content-type": ${JSON.stringify(type)} }, body: ${JSON.stringify(body)} })`;
let users = 0;

interface Told {
  result?: unknown;
  error?: { kind: string; message: string };
}

async function scene(apis?: DeployedApi[], more: Partial<Caller> = {}) {
  const served = apis ?? [await deploy({ document: upstreamDocument, file: asks })];
  const userId = more.userId ?? `reader ${(users += 1)}`;
  const all = ["read" as const, "write" as const, "delete" as const];
  const access = Object.fromEntries(served.map(({ name }) => [name, all]));
  const caller = { userId, clientId: "c", access, ...more };
  await received();
  const run = async (code: string): Promise<{ told: Told; path: string }> => {
    const ctx = createExecutionContext();
    const { reply, pausedRun } = await runTool(execute, { code }, { env, ctx, caller, apis: served, origin });
    await waitOnExecutionContext(ctx);
    return { told: reply.said as Told, path: `/approvals/${pausedRun}` };
  };
  const person = () =>
    new AtTheConsole(origin, async (request) => {
      const ctx = createExecutionContext();
      const response = await consolePages(request, env, ctx, { id: userId, label: userId });
      const answer = new Response(await response.text(), response);
      await waitOnExecutionContext(ctx);
      return answer;
    });
  return { run, person, ledger: env.LEDGER.getByName(userId) };
}

async function writes() {
  return (await received()).requests.filter(({ method }) => method !== "GET");
}

/** The requests on a page as a person reads them. */
function shownOn(text: string): string[] {
  return [...joined(text).matchAll(/<pre class="wrap" dir="ltr"[^>]*>([^]*?)<\/pre>/g)].map(([, one = ""]) =>
    one
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&gt;", ">")
      .replaceAll("&lt;", "<")
      .replaceAll("&amp;", "&"),
  );
}

const writesOn = (text: string) => shownOn(text).filter((one) => !one.startsWith("GET "));

describe("a decision is about what was on the page", () => {
  /** Code that picks whom to send to anew each time. */
  const either = (from: string) =>
    `const { data } = await api.get("/echo/{id}", { path: { id: "who" } });
     const to = ${from};
     return (await ${'api.post("/echo", { body: { to } })'}).data.text`;

  // A request that waits alone is decided on by the buttons of the run.
  it.each([
    ["approve-listed", 1],
    ["approve", 2],
    ["reject-all", 1],
  ])("a request that came after the page was opened waits for its own (%s)", async (button, before) => {
    const { run, person, ledger } = await scene();
    const code = either(`crypto.getRandomValues(new Uint8Array(4)).join("-")`);
    const { path } = await run(code);
    for (let n = 1; n < before; n += 1) await run(code);
    const tab = await person().open(path);
    expect(writesOn(tab.text)).toHaveLength(before);
    for (let n = 0; n < 3; n += 1) await run(code);
    const reader = person();
    const fresh = await reader.open(path);
    expect(writesOn(fresh.text)).toHaveLength(before + 3);
    // The old page: its cookie is that of its own browser.
    const old = person();
    const now = await old.open(path);
    const token = /name="token" value="([^"]+)"/.exec(now.text)?.[1] ?? "";
    const asThen = tab.text.replace(/name="token" value="[^"]+"/g, `name="token" value="${token}"`);
    expect((await old.press({ status: 200, text: asThen }, path, { do: button })).status).toBe(303);
    const { requests = [] } = (await ledger.pausedRun(path.slice(11), 100)) ?? {};
    const decided = requests.filter(({ state }) => state === "approved" || state === "rejected");
    expect(decided.map(({ request }) => Buffer.from(request.body?.content ?? []).toString())).toEqual([
      writesOn(tab.text)[0]?.split("\n\n")[1]?.replaceAll(/\n */g, "").replace(": ", ":"),
    ]);
    await run(code);
    expect(await writes()).toEqual([]);
  });

  it("of 150 that wait, the button approves the 100 that are shown", async () => {
    const apis = [
      await deploy({
        document: upstreamDocument,
        file: { ...asks, budgets: { requests: 300, inFlight: 200 } },
      }),
    ];
    const { run, person, ledger } = await scene(apis);
    const code = `await Promise.all(Array.from({ length: 150 }, (_, n) => api.delete("/echo/{id}", { path: { id: "n" + n } })))`;
    const { path } = await run(code);
    const reader = person();
    const { text } = await reader.open(path);
    const shown = shownOn(text);
    expect(shown).toHaveLength(100);
    await reader.send(path, { do: "approve-listed" });
    expect(await ledger.waiting()).toBe(50);
    await run(code);
    const { requests = [] } = (await ledger.pausedRun(path.slice(11), 200)) ?? {};
    const sent = requests.filter(({ state }) => state === "answered").map(({ request }) => request.url);
    expect(sent.map((url) => `DELETE ${url}`).toSorted()).toEqual(
      shown.map((one) => one.split("\n")[0]).toSorted(),
    );
    const { count, requests: last } = await received();
    expect(count).toBe(100);
    for (const { url } of last) expect(sent).toContain(upstream + url);
  });

  it("an id with the hash of another content decides nothing", async () => {
    const { run, person } = await scene();
    const code = `await api.delete("/echo/{id}", { path: { id: "a" } })`;
    const { path } = await run(code);
    const reader = person();
    const [named = ""] = await reader.requestsOf(path);
    const forged = named.replace(/\.[0-9a-f]+$/, `.${"0".repeat(64)}`);
    const answer = await reader.sendFrom(path, path, { do: "approve", request: forged });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain("not the one that was shown");
    for (const request of [named.split(".")[0]!, "", "..", `${named}.${named}`])
      expect((await reader.sendFrom(path, path, { do: "approve-listed", request })).status).toBe(409);
    await run(code);
    expect(await writes()).toEqual([]);
  });
});

describe("two requests that differ in anything are two", () => {
  it("the same URL of another API: the other credential does not go out", async () => {
    const signed = (secret: string): Partial<ApiFile> => ({
      ...asks,
      credential: { from: "shared", secrets: { token: secret } },
    });
    const apis = [
      await deploy({ document: upstreamDocument, file: signed("TEST_KEY") }, "sandbox"),
      await deploy({ document: upstreamDocument, file: signed("TEST_TOKEN") }, "production"),
    ];
    const { run, person } = await scene(apis);
    const code = (first: string) =>
      `const { data } = await apis.sandbox.get("/echo");
       const name = Number(recallOf()) ? "sandbox" : "production";
       function recallOf() { return ${first}; }
       return (await apis[name].post("/echo", { body: { eur: 1 } })).data.headers.authorization`;
    // The code chooses by chance: it is run until it has asked for the one, and then until it asks for the other.
    const text = code("crypto.getRandomValues(new Uint8Array(1))[0] % 2");
    const { path } = await run(text);
    const reader = person();
    const page = await reader.open(path);
    // What waits comes first on the page.
    const [, approved] = /class="quiet"\s*>\s*(sandbox|production)/.exec(page.text) ?? [];
    expect(approved).toBeDefined();
    await reader.press(page, path, { do: "approve-listed" });
    for (let n = 0; n < 8; n += 1) await run(text);
    const sent = await writes();
    const mine = approved === "sandbox" ? "planted-key-7f3a9" : undefined;
    for (const { headers } of sent) {
      if (mine !== undefined) expect(headers["authorization"]).toBe(`Bearer ${mine}`);
      else expect(headers["authorization"]).not.toContain("planted-key-7f3a9");
    }
    expect(sent.length).toBeLessThanOrEqual(1);
  });

  it.each([
    ["header", "/echo", "token"],
    ["query", "/echo/querykey", "queryKey"],
    ["cookie", "/echo/cookiekey", "cookieKey"],
  ])("the same request in the name of another account (credential in the %s)", async (_in, path, scheme) => {
    const userId = `accounts ${(users += 1)}`;
    const file: Partial<ApiFile> = {
      otherwise: "ask",
      credential: { from: "user", fields: { [scheme]: "Key" }, check: "/echo" },
    };
    const api = await deploy({ document: upstreamDocument, file }, "mine");
    const { ISOGATE_SECRET } = env as unknown as { ISOGATE_SECRET: string };
    const account = async (label: string) => ({
      label,
      sealed: await sealCredential(
        { kind: "pasted", secrets: { [scheme]: `planted-${label}-key` } },
        { userId, api: "mine" },
        ISOGATE_SECRET,
      ),
    });
    const accounts = { mine: [await account("work"), await account("home")] };
    const { run, person } = await scene([api], { userId, accounts });
    const code = `const label = crypto.getRandomValues(new Uint8Array(1))[0] % 2 ? "work" : "home";
      return (await api.as(label).get(${JSON.stringify(path)})).status`;
    const { path: page } = await run(code);
    const reader = person();
    const [shown = ""] = shownOn((await reader.open(page)).text);
    const label = /account "(work|home)"/.exec(shown)?.[1];
    expect(label, shown).toBeDefined();
    await reader.send(page, { do: "approve-listed" });
    for (let n = 0; n < 8; n += 1) await run(code);
    const sent = (await received()).requests;
    expect(sent.length).toBeLessThanOrEqual(1);
    for (const one of sent) expect(JSON.stringify(one)).toContain(`planted-${label}-key`);
  });

  it("an account that is not there is said so at once: nobody is asked", async () => {
    const userId = `accounts ${(users += 1)}`;
    const file: Partial<ApiFile> = {
      otherwise: "ask",
      credential: { from: "user", fields: { token: "Key" }, check: "/echo" },
    };
    const { run } = await scene([await deploy({ document: upstreamDocument, file }, "mine")], {
      userId,
      accounts: { mine: [{ label: "work", sealed: "x" }] },
    });
    const { told } = await run(`return (await api.as("work" + '"); x=(').get("/echo")).status`);
    expect(told.error?.kind).toBe("bad-arguments");
  });
});

describe("what is always allowed", () => {
  const { paths } = upstreamDocument;
  const renamed = {
    ...upstreamDocument,
    paths: {
      ...paths,
      "/echo": {
        ...paths["/echo"],
        post: { ...paths["/echo"].post, operationId: "deleteEcho" },
        delete: { operationId: "x", responses: {} },
      },
    },
  };
  const all: Partial<ApiFile> = { otherwise: "ask" };
  const outside: Partial<ApiFile> = { ...all, outside: [{ prefix: "/elsewhere", access: "delete" }] };
  const send = (method: string, path: string) =>
    `return (await fetch(${JSON.stringify(`${upstream}${path}`)}, { method: "${method}" })).status`;

  it.each<
    [
      what: string,
      file: Partial<ApiFile>,
      allowed: [string, string],
      document: Record<string, unknown>,
      other: [string, string],
    ]
  >([
    [
      "another operation that a newer document gives the same id",
      all,
      ["DELETE", "/echo"],
      renamed,
      ["POST", "/echo"],
    ],
    [
      "another method outside of the document",
      outside,
      ["PUT", "/elsewhere/a"],
      upstreamDocument,
      ["DELETE", "/elsewhere/a"],
    ],
    [
      "another path outside of the document",
      outside,
      ["PUT", "/elsewhere/a"],
      upstreamDocument,
      ["PUT", "/elsewhere/b"],
    ],
    [
      "what some server takes for another operation",
      all,
      ["GET", "/echo/a"],
      upstreamDocument,
      ["GET", "/echo/Cookies"],
    ],
    ["HEAD, where GET is allowed", all, ["GET", "/echo/a"], upstreamDocument, ["HEAD", "/echo/a"]],
  ])("is not %s", async (_what, file, allowed, document, other) => {
    const userId = `always ${(users += 1)}`;
    const { run, ledger } = await scene([await deploy({ document: upstreamDocument, file })], { userId });
    const { path } = await run(send(...allowed));
    const { requests = [] } = (await ledger.pausedRun(path.slice(11), 9)) ?? {};
    expect(await ledger.review(path.slice(11), { do: "always", requests })).toMatchObject({ ok: true });
    expect((await run(`// again\n${send(...allowed)}`)).told.error?.kind).not.toBe("needs-approval");
    const later = await scene([await deploy({ document, file })], { userId });
    expect((await later.run(send(...other))).told.error?.kind).toBe("needs-approval");
  });
});

describe("what is read is what arrives", () => {
  it.each([
    ["a key twice", '{"to":"mallory","to":"alice"}', ['"to": "mallory"', '"to" ⟨duplicate key⟩: "alice"']],
    [
      "a key twice in two spellings",
      '{"to":"mallory","t\\u006f":"alice"}',
      ['"t\\u006f" ⟨duplicate key⟩: "alice"'],
    ],
    [
      "a number with too many digits",
      '{"account":9007199254740993}',
      ["9007199254740993 ⟨not this number in JavaScript⟩"],
    ],
    ["a number too large", '{"limit":1e400}', ["1e400 ⟨not this number in JavaScript⟩"]],
    [
      "a long decimal",
      '{"eur":0.1000000000000000055511151231257827}',
      ["0.1000000000000000055511151231257827 ⟨not"],
    ],
    ["a change of direction", '{"to":"\u202eecila"}', ["⟨U+202E⟩ecila"]],
    ["tags", '{"to":"alice\u{e0041}"}', ["alice⟨U+E0041⟩"]],
    ["a filler", '{"to":"alice\u3164"}', ["alice⟨U+3164⟩"]],
    ["a mark of ours", '{"to":"⟨duplicate key⟩"}', ["⟨U+27E8⟩duplicate key⟩"]],
  ])("%s", async (_what, body, lines) => {
    const { run, person } = await scene();
    const code = `return (await (await ${post(body)}).json()).text`;
    const { path } = await run(code);
    const reader = person();
    const [shown = ""] = shownOn((await reader.open(path)).text);
    for (const line of lines) expect(shown).toContain(line);
    await reader.send(path, { do: "approve-listed" });
    await run(code);
    expect((await writes()).map((one) => one.body)).toEqual([body]);
  });

  it.each([
    ["the boundary is part of a value", "AMOUNT-10", "multipart/form-data; boundary=AMOUNT-10", "AMOUNT-100"],
    ["the boundary is part of a name", "to-whom-1", "multipart/form-data; boundary=to-whom-1", "x"],
  ])("a form in which %s", async (what, boundary, type, value) => {
    const { run, person } = await scene();
    const name = what.endsWith("name") ? boundary : "to";
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--${boundary}--\r\n`;
    const code = `return (await (await ${post(body, type)}).json()).text`;
    const { path } = await run(code);
    const reader = person();
    const [shown = ""] = shownOn((await reader.open(path)).text);
    expect(shown).toContain(`name="${name}"`);
    expect(shown).toContain(value);
    await reader.send(path, { do: "approve-listed" });
    await run(code);
    const [sent] = await writes();
    const read = shown.slice(shown.indexOf("\n\n") + 2).replaceAll("⟨U+000D⟩", "\r");
    expect(sent?.body).toBe(read);
    expect(sent?.headers["content-type"]).toBe(/content-type: (.*)/.exec(shown)?.[1]);
  });

  it.each([
    ["is no boundary that browsers make", "mallory@evil.example", 'boundary="mallory@evil.example"'],
    ["stands in another parameter too", "real1234", 'boundary=real1234; x="boundary=AMOUNT-10"'],
  ])("a form whose boundary %s is not sent", async (_what, boundary, parameters) => {
    const { run } = await scene();
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="to"\r\n\r\nAMOUNT-10\r\n--${boundary}--\r\n`;
    await run(`return (await ${post(body, `multipart/form-data; ${parameters}`)}).status`);
    expect(await writes()).toEqual([]);
  });

  it("a body that cannot be shown in full is approved by itself, never in a list", async () => {
    const { run, person, ledger } = await scene();
    const code = `await Promise.all([api.post("/echo", { body: { note: "x".repeat(150_000), to: "mallory" } }), api.delete("/echo")])`;
    const { path } = await run(code);
    const reader = person();
    const page = await reader.open(path);
    expect(page.text).toContain("Not all of it is shown.");
    await reader.press(page, path, { do: "approve-listed" });
    expect(await ledger.waiting()).toBe(1);
    await run(code);
    expect((await writes()).map(({ method }) => method)).toEqual(["DELETE"]);
  });

  it("every header that leaves is on the page", async () => {
    const { run, person } = await scene();
    const code = `return (await api.post("/echo/payments", { body: { to: "alice" }, headers: { "X-Role": "admin", "If-Match": "e1" } })).status`;
    const { path } = await run(code);
    const reader = person();
    const [shown = ""] = shownOn((await reader.open(path)).text);
    await reader.send(path, { do: "approve-listed" });
    await run(code);
    const [sent] = await writes();
    const transport = ["host", "connection", "content-length", "accept-encoding"];
    const left = Object.keys(sent?.headers ?? {}).filter(
      (name) => !transport.includes(name) && !name.startsWith("cf-"),
    );
    for (const name of left) expect(shown).toContain(`\n${name}: `);
    expect(left).toContain("idempotency-key");
    expect(shown).toContain("if-match: e1");
    // Not declared, so it does not leave.
    expect(shown).not.toContain("x-role");
  });
});
