/**
 * A program that a person allowed as a whole calls what its capabilities cover and nothing else, however its code is fed. The
 * grant and the policy of each of these runs allow everything, so that the capabilities alone hold it.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { runTool, type Ran } from "../../src/mcp/run-tool.ts";
import { execute } from "../../src/mcp/tools/execute.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";
import type { Capability } from "../../src/terms/capabilities.ts";
import type { Caller } from "../../src/terms/caller.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { sealCredential } from "../../src/vault/vault.ts";
import { click, type Click } from "../store/ledger/approvals/on-the-page.ts";
import { at, attacks, getOne, json, others, refusedAnyway, tried, two } from "./capability-attacks.ts";
import { upstreamDocument } from "./document.ts";
import { deploy, executeHeld, received } from "./running.ts";

const upstream = inject("upstream");
const other = inject("otherUpstream");

let apis: DeployedApi[];
let accounts: NonNullable<Caller["accounts"]>;

beforeAll(async () => {
  const credential = { from: "user" as const, fields: { token: "Token" }, check: "/echo" };
  const twoServers = { ...upstreamDocument, servers: [{ url: upstream }, { url: other }] };
  apis = [
    await deploy({ document: twoServers, file: { credential, server: undefined as never } }, "first"),
    // Another document of the same server, and one of another.
    await deploy({ document: upstreamDocument }, "twin"),
    await deploy({ document: upstreamDocument, file: { server: other } }, "second"),
  ];
  const { ISOGATE_SECRET } = env as unknown as { ISOGATE_SECRET: string };
  const sealed = async (label: string) => ({
    label,
    sealed: await sealCredential(
      { kind: "pasted", secrets: { token: `token-${label}` } },
      { userId: "u", api: "first" },
      ISOGATE_SECRET,
    ),
  });
  accounts = { first: [await sealed(""), await sealed("work")] };
});

describe("a program with a set of two operations", () => {
  it("calls both", async () => {
    await received();
    const ran = await executeHeld(
      `const one = await apis.first.get("/echo/{id}", { path: { id: "7" } });
       const made = await fetch(${at("/echo")}, { method: "POST", ${json}, body: "{}" });
       return [one.status, made.status];`,
      apis,
      two,
      accounts,
    );
    expect(ran).toMatchObject({ value: [200, 200] });
    expect((await received()).count).toBe(2);
  });

  it.each([...attacks, ...refusedAnyway])("calls no third: %s", async (_what, lines) => {
    await received();
    await executeHeld(tried(lines), apis, two, accounts);
    expect(await others()).toEqual([]);
  });

  it.each(attacks)("would call one if nothing held it: %s", async (_what, lines) => {
    await received();
    await executeHeld(tried(lines), apis, undefined, accounts);
    expect(await others()).not.toEqual([]);
  });

  it("is told why, and what to do", async () => {
    const { failure } = await executeHeld(`await apis.first.delete("/echo")`, apis, two, accounts);
    expect(failure).toMatchObject({
      kind: "denied",
      operation: "deleteEcho",
      rule: "what the program was allowed to call",
      message: expect.stringContaining("the user is asked about it"),
    });
  });

  it("uses no other account, by the client or by a header", async () => {
    await received();
    const byClient = `return (await apis.first.as("work").get("/echo/{id}", { path: { id: "7" } })).status`;
    const { failure } = await executeHeld(byClient, apis, two, accounts);
    expect(failure).toMatchObject({ rule: "what the program was allowed to call" });
    const header = `await fetch(${at("/echo/7")}, { headers: { "isogate-account": "work" } })`;
    await executeHeld(header, apis, two, accounts);
    const signed = async () => (await received()).requests.map(({ headers }) => headers["authorization"]);
    expect((await signed()).filter((token) => token !== "Bearer token-")).toEqual([]);
    const asWork = two.map((one) => ({ ...one, account: "work" }));
    expect((await executeHeld(byClient, apis, asWork, accounts)).value).toBe(200);
    expect(await signed()).toEqual(["Bearer token-work"]);
  });

  it.each([
    ["to another operation", "/echo", "302"],
    ["to another operation, as a write", "/status/200", "307"],
    ["to another server of the document", `${other}/echo/7`, "302"],
  ])("follows no redirect out of it: %s", async (_to, to, status) => {
    await received();
    const redirects: Capability[] = ["GET", "POST"].map((method) => ({
      ...getOne,
      method,
      path: "/redirect",
      access: ["read", "write"],
    }));
    const query = `query: { to: ${JSON.stringify(to)}, status: "${status}" }`;
    const call =
      status === "307" ? `post("/redirect", { ${query}, body: {} })` : `get("/redirect", { ${query} })`;
    const { failure } = await executeHeld(
      `return await apis.first.${call}`,
      apis,
      [...two, ...redirects],
      accounts,
    );
    expect(failure).toMatchObject({ kind: "denied" });
    expect((await received()).count).toBe(1);
  });
});

it("takes no next page out of the set, whatever the answer names", async () => {
  await received();
  const list: Capability = { ...getOne, path: "/type", operation: "type" };
  const text = JSON.stringify(JSON.stringify({ items: [{ id: 1 }], next: "/slow?page=2" }));
  const code = `const pages = apis.first.pages("/type", { query: { type: "application/json", text: ${text} } });
    for await (const page of pages); return pages.complete;`;
  expect((await executeHeld(code, apis, [...two, list], accounts)).value).toBe(false);
  expect((await received()).count).toBe(1);
});

const asksAboutDeletes: ApiFile["policy"] = [{ effect: "ask", access: "delete" }];
let users = 0;

async function scene(file: Partial<ApiFile> = { policy: asksAboutDeletes }) {
  let served = [await deploy({ document: upstreamDocument, file })];
  const userId = `allows ${(users += 1)}`;
  const ledger = env.LEDGER.getByName(userId);
  await received();
  const run = async (code: string, clientId = "c") => {
    const ctx = createExecutionContext();
    const access = { test: ["read" as const, "write" as const, "delete" as const] };
    const caller = { userId, clientId, clientName: "Claude", access };
    const context = { env, ctx, caller, apis: served, origin: "https://isogate.example" };
    const ran = await runTool(execute, { code }, context);
    await waitOnExecutionContext(ctx);
    const said = ran.reply.said as { result?: unknown; error?: { kind: string; message: string } };
    return { ...said, ran };
  };
  const review = ({ pausedRun }: Ran, decision: Click) => click(ledger, pausedRun ?? "", decision);
  const programOf = async ({ pausedRun }: Ran) => (await ledger.pausedRun(pausedRun ?? "", 9))?.program;
  const serve = async (document: Record<string, unknown>, more: Partial<ApiFile> = {}) => {
    served = [await deploy({ document, file: { ...file, ...more } })];
  };
  return { ledger, run, review, programOf, serve };
}

async function arrived(): Promise<string[]> {
  return (await received()).requests.map(({ method, url }) => `${method} ${url}`);
}

const deletion = `await api.delete("/echo/{id}", { path: { id } })`;
const three = `for (const id of ["a", "b", "c"]) ${deletion}; return "done"`;
const deletes = ["DELETE /echo/a", "DELETE /echo/b", "DELETE /echo/c"];

describe("a program that a person allows while its run waits", () => {
  it("goes on without asking, until the run has ended; then it is asked about again", async () => {
    const { run, review, programOf } = await scene();
    const { ran, error } = await run(three);
    expect(error?.kind).toBe("needs-approval");
    expect((await programOf(ran))?.capabilities).toEqual([
      {
        api: "test",
        servers: [upstream],
        method: "DELETE",
        path: "/echo/{id}",
        access: ["delete"],
        operation: "deleteOne",
      },
    ]);
    expect(await review(ran, { do: "allow-program" })).toEqual({ ok: true, changed: 1 });
    expect((await run(three)).result).toBe("done");
    expect(await arrived()).toEqual(deletes);
    expect((await run(three)).error?.kind).toBe("needs-approval");
    expect(await arrived()).toEqual([]);
  });

  it("is that code and that connection: other code, and another client, are asked about", async () => {
    const { run, review } = await scene();
    const { ran } = await run(three);
    await review(ran, { do: "allow-program" });
    expect((await run(three.replace(`"c"`, `"d"`))).error?.kind).toBe("needs-approval");
    expect((await run(three, "another client")).error?.kind).toBe("needs-approval");
    expect(await arrived()).toEqual([]);
  });

  it("is held to what its code showed, though grant and policy would allow more", async () => {
    const { run, review } = await scene();
    const hidden = `const hidden = new Map([["it", api]]).get("it");
      await api.delete("/echo"); return (await hidden.get("/echo/{id}", { path: { id: "7" } })).status`;
    const { ran } = await run(hidden);
    expect(await review(ran, { do: "allow-program" })).toMatchObject({ ok: true });
    const { error } = await run(hidden);
    expect(error).toMatchObject({ kind: "denied", message: expect.stringContaining("getOne") });
    expect(await arrived()).toEqual(["DELETE /echo"]);
  });

  it("cannot be allowed if it has sent, or wants to send, what its code did not show", async () => {
    const { run, review, programOf } = await scene();
    for (const [before, after] of [
      [`await hidden.get("/echo")`, `await api.delete("/echo")`],
      [``, `await hidden.delete("/echo")`],
    ]) {
      const { ran } = await run(`const hidden = new Map([["it", api]]).get("it"); ${before}; ${after}`);
      expect(await programOf(ran)).toMatchObject({ coversAll: false });
      expect(await review(ran, { do: "allow-program" })).toMatchObject({
        ok: false,
        problem: expect.stringContaining("could not be read from it"),
      });
      await review(ran, { do: "drop" });
    }
  });

  it("cannot be allowed if it uses an account that its code did not show", async () => {
    const userId = `accounts ${(users += 1)}`;
    const ledger = env.LEDGER.getByName(userId);
    const ask: ApiFile["policy"] = [{ effect: "ask", method: "GET" }];
    const [api] = apis;
    const asking = { ...api!, file: { ...api!.file, policy: ask } };
    for (const [as, shown, coversAll] of [
      ["", "apis.first", true],
      [`.as("work")`, `apis.first.as("work")`, true],
      ["", `apis.first.as("work")`, false],
      [`.as("work")`, "apis.first", false],
      [`.as("work")`, "apis.first.as(String(Math.max(1, 2)))", true],
    ] as const) {
      const ctx = createExecutionContext();
      const caller = {
        userId,
        clientId: "c",
        access: { first: ["read" as const], second: ["read" as const] },
        accounts,
      };
      const context = { env, ctx, caller, apis: [asking, apis[2]!], origin: "https://isogate.example" };
      const code = `const hidden = new Map([["it", apis]]).get("it");
        await Promise.all([hidden.first${as}.get("/echo/{id}", { path: { id: "1" } }), 0 > 1 && ${shown}.get("/echo/{id}", { path: { id: "1" } })])`;
      const { pausedRun = "" } = await runTool(execute, { code }, context);
      await waitOnExecutionContext(ctx);
      expect((await ledger.pausedRun(pausedRun, 9))?.program, code).toMatchObject({ coversAll });
      await ledger.review(pausedRun, { do: "drop" });
    }
  });

  it("is not allowed by a decision on another set than the one that was shown", async () => {
    const { run, ledger } = await scene();
    const { ran } = await run(three);
    for (const capabilities of ["", "0".repeat(64)]) {
      const answer = await ledger.review(ran.pausedRun ?? "", { do: "allow-program", capabilities });
      expect(answer).toMatchObject({ ok: false, problem: expect.stringContaining("not what was shown") });
    }
    expect((await run(three)).error?.kind).toBe("needs-approval");
  });

  const moved = (paths: Record<string, unknown>) => ({
    ...upstreamDocument,
    paths: { ...upstreamDocument.paths, ...paths },
  });
  const one = upstreamDocument.paths["/echo/{id}"];
  const onDelete: Partial<ApiFile> = { policy: [{ effect: "ask", method: "DELETE" }] };
  it.each<[what: string, document: Record<string, unknown>, file: Partial<ApiFile>]>([
    ["does more by now", upstreamDocument, { access: { "DELETE /echo/{id}": "write" } }],
    ["is at another server", upstreamDocument, { server: other }],
    [
      "has its id at another path",
      moved({ "/echo/{id}": { get: one.get }, "/echo/{id}/admin": { delete: one.delete } }),
      {},
    ],
  ])("calls nothing of a refreshed document that %s", async (_what, document, file) => {
    const { run, review, serve } = await scene(onDelete);
    const byId = `await api.call("deleteOne", { path: { id: "a" } }); return "done"`;
    const { ran } = await run(byId);
    await review(ran, { do: "allow-program" });
    await serve(document, file);
    expect((await run(byId)).error).toMatchObject({
      kind: "denied",
      message: expect.stringContaining("was not sent"),
    });
    expect(await arrived()).toEqual([]);
  });

  it("is still denied what a rule denies by now", async () => {
    const { run, review, serve } = await scene();
    const { ran } = await run(three);
    await review(ran, { do: "allow-program" });
    await serve(upstreamDocument, { policy: [{ effect: "deny", access: "delete" }] });
    expect((await run(three)).error?.kind).toBe("denied");
    expect(await arrived()).toEqual([]);
  });
});
