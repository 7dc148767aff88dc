/** Operators see who uses the server and put people out; for others the page does not exist. */
import { providerIn } from "../../src/auth/sign-in/oidc.ts";
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serveConsole } from "../../src/console/console.ts";
import { startSession } from "../../src/auth/sign-in-cookie.ts";
import { withLogin } from "../../src/auth/provider.ts";
import type { User } from "../../src/terms/user.ts";
import { sealCredential } from "../../src/vault/vault.ts";
import { Browser } from "../auth/fixture/browser.ts";
import { deafKv } from "../auth/fixture/deaf-kv.ts";
import { deployFixture } from "../auth/fixture/deployment.ts";
import { echoServer } from "../auth/fixture/echo-server.ts";
import { makePkce, OAuthClient, type Tokens } from "../auth/fixture/oauth-client.ts";

const origin = "https://isogate.example.workers.dev";
const secret = "a-secret-for-tests-only-0123456789abcdef";
const settings = {
  SIGN_IN: "oidc",
  ISOGATE_SECRET: secret,
  OIDC_ISSUER: "https://identity.invalid",
  OIDC_CLIENT_ID: "isogate",
  OPERATORS: "boss@example.com",
};
type Settings = Partial<Record<keyof typeof settings | "OIDC_ALLOWED", string>> & { OAUTH_KV?: KVNamespace };

const door = withLogin({ mcp: echoServer, pages: serveConsole });
const serverWith = (more: Settings) => (request: Request) =>
  door.fetch(request, { ...env, ...settings, ...more }, createExecutionContext());
const server = serverWith({});

let n = 0;
const person = (name: string): User => ({
  id: `oidc-${name}-${(n += 1)}`,
  label: `${name}@example.com`,
  address: `${name}@example.com`,
  provider: providerIn(settings),
});

async function browserOf(user: User, fetch = server): Promise<Browser> {
  const browser = new Browser(fetch);
  await signIn(browser, user);
  return browser;
}

async function signIn(browser: Browser, user: User): Promise<void> {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(await startSession(user, secret))!;
  browser.setCookie(name!, value!);
}

async function connect(user: User): Promise<{ client: OAuthClient; tokens: Tokens }> {
  const client = new OAuthClient(origin, server);
  await signIn(client.browser, user);
  return { client, tokens: await client.logIn() };
}

/** Whether a call of the connection is served. */
const isServed = async ({ client, tokens }: { client: OAuthClient; tokens: Tokens }, fetch = server) => {
  const there = new OAuthClient(origin, fetch);
  there.clientId = client.clientId;
  return (await there.call(tokens.access_token)).status === 200;
};

async function post(browser: Browser, fields: [string, string][], headers: Record<string, string> = {}) {
  const page = await (await browser.open(`${origin}/users`)).text();
  const token = /name="token" value="([^"]*)"/.exec(page)?.[1] ?? "";
  return browser.submit(`${origin}/users/end`, [["token", token], ...fields], headers);
}

async function listed(browser: Browser, text = "") {
  const response = await browser.open(`${origin}/users?q=${encodeURIComponent(text)}`, {
    headers: { Accept: "application/json" },
  });
  return (await response.json()) as {
    users: {
      id: string;
      label: string;
      seenMs: number;
      connections: { id: string; client: string; scopes: string[] }[];
    }[];
  };
}

let boss: Browser;
let ann: User;
const operator = person("boss");

beforeAll(() => deployFixture(env.CATALOGS));
beforeEach(async () => {
  boss = await browserOf(operator);
  ann = person("ann");
});

describe("the page of users", () => {
  it("lists who uses the server: when they were last seen, and their connections", async () => {
    const before = Date.now();
    const { client } = await connect(ann);
    const [user, ...others] = (await listed(boss, ann.id)).users;
    expect(others).toEqual([]);
    expect(user).toMatchObject({ id: ann.id, label: "ann@example.com" });
    expect(user!.seenMs).toBeGreaterThanOrEqual(before);
    expect(user!.connections).toMatchObject([
      { client: "Test client", clientId: client.clientId, scopes: ["edge:read", "notes:read"] },
    ]);
    const page = await (await boss.open(`${origin}/users?q=${ann.id}`)).text();
    expect(page).toContain("ann@example.com");
    expect(page).toContain("Test client");
    expect(page).toContain("End all access");
  });

  it("does not exist for anybody else, and nothing leads there", async () => {
    const browser = await browserOf(ann);
    const connection = await connect(person("bob"));
    const page = await browser.open(`${origin}/users`);
    expect(page.status).toBe(404);
    expect(await page.text()).not.toContain('href="/users"');
    expect(await (await boss.open(`${origin}/connections`)).text()).toContain('href="/users"');
    // With a form token of its own, as every page gives one out.
    const other = await (await browser.open(`${origin}/playground`)).text();
    const token = /name="token" value="([^"]*)"/.exec(other)![1]!;
    for (const fields of [[], [["connection", "x"]]] as [string, string][][]) {
      const sent = await browser.submit(`${origin}/users/end`, [
        ["token", token],
        ["user", "oidc-bob"],
        ...fields,
      ]);
      expect(sent.status).toBe(404);
    }
    expect(await isServed(connection)).toBe(true);
  });

  it("takes no form of another site, and none without its token", async () => {
    const connection = await connect(ann);
    const foreign = await post(boss, [["user", ann.id]], { Origin: "https://evil.example" });
    const forged = await boss.submit(`${origin}/users/end`, [
      ["token", crypto.randomUUID()],
      ["user", ann.id],
    ]);
    expect([foreign.status, forged.status]).toEqual([403, 403]);
    expect(await isServed(connection)).toBe(true);
  });

  it("shows what people call themselves as text", async () => {
    const eve = { ...person("eve"), label: "<img src=x onerror=alert(1)>\u202e" };
    await connect(eve);
    const page = await (await boss.open(`${origin}/users?q=${eve.id}`)).text();
    expect(page).not.toContain("<img");
    expect(page).not.toContain("\u202e");
  });
});

describe("an operator ends", () => {
  it("one connection: its tokens are dead at once, the others live, and the record says who did it", async () => {
    const [ended, other] = [await connect(ann), await connect(ann)];
    const { connections } = (await listed(boss, ann.id)).users[0]!;
    const { id } = connections.find(
      (one) => (one as { clientId?: string }).clientId === ended.client.clientId,
    )!;
    const answer = await post(boss, [
      ["user", ann.id],
      ["connection", id],
    ]);
    expect(answer.headers.get("Location")).toBe("/users?notice=ended");
    expect([await isServed(ended), await isServed(other)]).toEqual([false, true]);
    const refreshed = await ended.client.token({
      grant_type: "refresh_token",
      refresh_token: ended.tokens.refresh_token,
    });
    expect(await refreshed.json()).toMatchObject({ error: "invalid_grant" });
    expect(await env.LEDGER.getByName(ann.id).endings()).toMatchObject([
      { what: "Test client", by: "boss@example.com" },
    ]);
    const own = await (await browserOf(ann)).open(`${origin}/connections`);
    expect(await own.text()).toContain("Test client, by boss@example.com");
  });

  it("a whole user: connections, access tokens, sessions, logins at APIs and at the provider", async () => {
    const connection = await connect(ann);
    const browser = await browserOf(ann);
    const made = await browser.open(`${origin}/tokens`, {
      method: "POST",
      headers: { Accept: "application/json", Origin: origin },
      body: new URLSearchParams({ name: "nightly", days: "9", scope: "edge:read" }),
    });
    const { token } = (await made.json()) as { token: string };
    const key = Buffer.alloc(32, 1).toString("base64url");
    const login = { accessToken: "a", tokenUrl: "https://api.invalid/token", clientId: "c" };
    const stores = [`login-of-${ann.id}`, `sign-in:${ann.id}`];
    for (const store of stores) await env.UPSTREAM_TOKENS.getByName(store).keep(login, key);
    const content = { kind: "oauth" as const, scheme: "token", store: stores[0]!, key };
    const sealed = await sealCredential(content, { userId: ann.id, api: "notes" }, secret);
    await env.LEDGER.getByName(ann.id).keepAccounts("c1", { notes: [{ label: "", sealed }] });
    const client = new OAuthClient(origin, server);
    expect((await client.call(token)).status).toBe(200);
    // A session begins in a full second.
    await new Promise((resolve) => setTimeout(resolve, 1_000));

    const answer = await post(boss, [["user", ann.id]]);
    expect(answer.headers.get("Location")).toBe("/users?notice=user-ended");
    expect(await isServed(connection)).toBe(false);
    expect((await client.call(token)).status).toBe(401);
    expect(await env.LEDGER.getByName(ann.id).accounts()).toEqual({});
    for (const store of stores)
      expect(await env.UPSTREAM_TOKENS.getByName(store).access(key, login)).toEqual({
        ok: false,
        reason: "ended",
      });
    // The session would now be sent to the provider, which does not exist here.
    const revisit = await browser.open(`${origin}/connections`).catch(() => undefined);
    expect(revisit?.status).not.toBe(200);
    expect((await listed(boss, ann.id)).users).toEqual([]);
    expect(await env.LEDGER.getByName(ann.id).endings()).toMatchObject([{ by: "boss@example.com" }]);
    expect((await boss.open(`${origin}/users`)).status).toBe(200);
  });

  it.each<[what: string, ended: boolean]>([
    ["nothing", false],
    ["everything of a user, who then makes no token and no connection where that is not heard of yet", true],
  ])("%s", async (_what, ended) => {
    const elsewhere = serverWith({ OAUTH_KV: deafKv(env.OAUTH_KV) });
    const client = new OAuthClient(origin, elsewhere);
    await connect(ann);
    await signIn(client.browser, ann);
    await client.register();
    const form = await client.ask(await makePkce());
    if (ended) expect((await post(boss, [["user", ann.id]])).status).toBe(303);
    const made = await client.browser
      .open(`${origin}/tokens`, {
        method: "POST",
        headers: { Accept: "application/json", Origin: origin },
        body: new URLSearchParams({ name: "nightly", days: "9", scope: "edge:read" }),
      })
      // They are sent to the provider, which does not exist here.
      .catch(() => undefined);
    expect((await made?.text())?.includes("isogate_") ?? false).toBe(!ended);
    const granted = await client.approve(form).catch(() => undefined);
    expect(granted?.headers.get("Location")?.includes("code=") ?? false).toBe(!ended);
    expect(await env.OAUTH_KV.list({ prefix: `access-token-of:${ann.id}:` })).toMatchObject({
      keys: { length: ended ? 0 : 1 },
    });
    expect(await env.OAUTH_KV.list({ prefix: `grant:${ann.id}:` })).toMatchObject({
      keys: { length: ended ? 0 : 2 },
    });
  });

  it("nothing that is not there: it is said", async () => {
    await connect(ann);
    for (const fields of [
      [["user", "oidc-nobody"]],
      [["connection", "nothing"]],
      [
        ["user", ann.id],
        ["connection", ""],
      ],
      [
        ["user", person("bob").id],
        ["connection", "x"],
      ],
    ] as [string, string][][]) {
      const answer = await post(boss, fields, { Accept: "application/json" });
      expect([answer.status, await answer.json()]).toEqual([404, { problem: expect.any(String) as string }]);
    }
    expect((await listed(boss, ann.id)).users[0]!.connections).toHaveLength(1);
  });
});

describe("a user whom OIDC_ALLOWED does not name any more", () => {
  const table: [string, Settings, boolean][] = [
    ["nobody is named: all may", { OIDC_ALLOWED: "" }, true],
    ["by domain", { OIDC_ALLOWED: "@example.com" }, true],
    ["by address", { OIDC_ALLOWED: "ann@example.com" }, true],
    ["somebody else is", { OIDC_ALLOWED: "bob@example.com" }, false],
    ["another domain is", { OIDC_ALLOWED: "@example.org" }, false],
  ];
  it.each(table)("%s", async (_case, more, want) => {
    const connection = await connect(ann);
    const made = await (
      await browserOf(ann)
    ).open(`${origin}/tokens`, {
      method: "POST",
      headers: { Accept: "application/json", Origin: origin },
      body: new URLSearchParams({ name: "nightly", days: "9", scope: "edge:read" }),
    });
    const { token } = (await made.json()) as { token: string };
    const later = serverWith(more);
    expect(await isServed(connection, later)).toBe(want);
    expect((await new OAuthClient(origin, later).call(token)).status === 200).toBe(want);
    const session = await (await browserOf(ann, later)).open(`${origin}/connections`).catch(() => undefined);
    expect(session?.status === 200).toBe(want);
  });
});
