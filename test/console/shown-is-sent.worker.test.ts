/**
 * What a person decides on the page is what was on it, and nothing else that is like it: the tool, the real page with its
 * forms, the gateway and a real upstream. Each case is an attempt to have something else approved than what was read.
 */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { ApiFile } from "../../src/terms/api-file.ts";
import { sealAccount, sealCredential } from "../../src/vault/vault.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy, received } from "../gateway/running.ts";
import { asks, scene, shownOn, someone, upstream, writes, writesOn } from "./fixture/scene.ts";

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

  it.each([
    [101, "approve-listed"],
    [150, "approve-listed"],
    [199, "approve-listed"],
    [250, "approve-listed"],
    [150, "reject-all"],
    [250, "reject-all"],
  ] as const)("of %i that wait, the button decides on the 100 that are shown (%s)", async (count, button) => {
    const budgets = { requests: 600, inFlight: 300 };
    const apis = [await deploy({ document: upstreamDocument, file: { ...asks, budgets } })];
    const { run, person, ledger } = await scene(apis);
    const code = `await Promise.all(Array.from({ length: ${count} }, (_, n) => api.delete("/echo/{id}", { path: { id: "n" + n } })))`;
    const { path } = await run(code);
    const reader = person();
    const { text } = await reader.open(path);
    const shown = shownOn(text);
    expect(shown).toHaveLength(100);
    await reader.send(path, { do: button });
    expect(await ledger.waiting()).toBe(count - 100);
    await run(code);
    const { requests = [] } = (await ledger.pausedRun(path.slice(11), count)) ?? {};
    const decided = requests.filter(({ state }) => state !== "pending").map(({ request }) => request.url);
    expect(decided.map((url) => `DELETE ${url}`).toSorted()).toEqual(
      shown.map((one) => one.split("\n")[0]).toSorted(),
    );
    const { count: arrived, requests: last } = await received();
    expect(arrived).toBe(button === "approve-listed" ? 100 : 0);
    for (const { url } of last) expect(decided).toContain(upstream + url);
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
    const userId = someone();
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
    const userId = someone();
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
  it("is not what the same client does with another secret that its user pasted, and is with the same one", async () => {
    const userId = someone();
    const file: Partial<ApiFile> = {
      otherwise: "ask",
      credential: { from: "user", fields: { token: "Key" }, check: "/echo" },
    };
    const api = await deploy({ document: upstreamDocument, file }, "mine");
    const { ISOGATE_SECRET } = env as unknown as { ISOGATE_SECRET: string };
    const connected = async (token: string) => {
      const content = { kind: "pasted" as const, secrets: { token } };
      const account = await sealAccount("", content, { userId, api: "mine" }, ISOGATE_SECRET);
      return scene([api], { userId, accounts: { mine: [account] } });
    };
    const code = `return (await api.get("/echo")).status`;
    const { run, ledger } = await connected("planted-sandbox-key");
    const { path } = await run(code);
    const { requests = [] } = (await ledger.pausedRun(path.slice(11), 9)) ?? {};
    expect(await ledger.review(path.slice(11), { do: "always", requests })).toMatchObject({ ok: true });
    const other = await connected("planted-production-key");
    expect((await other.run(`// with the other\n${code}`)).told.error?.kind).toBe("needs-approval");
    const same = await connected("planted-sandbox-key");
    expect((await same.run(`// with the same\n${code}`)).told.error).toBeUndefined();
  });

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
    const userId = someone();
    const { run, ledger } = await scene([await deploy({ document: upstreamDocument, file })], { userId });
    const { path } = await run(send(...allowed));
    const { requests = [] } = (await ledger.pausedRun(path.slice(11), 9)) ?? {};
    expect(await ledger.review(path.slice(11), { do: "always", requests })).toMatchObject({ ok: true });
    expect((await run(`// again\n${send(...allowed)}`)).told.error?.kind).not.toBe("needs-approval");
    const later = await scene([await deploy({ document, file })], { userId });
    expect((await later.run(send(...other))).told.error?.kind).toBe("needs-approval");
  });
});
