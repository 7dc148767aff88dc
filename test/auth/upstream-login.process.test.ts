import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { Browser, follow, readConsent } from "./fixture/browser.ts";
import {
  clientId,
  clientSecret,
  startIdentityProvider,
  type IdentityProvider,
} from "./fixture/identity-provider.ts";
import { makePkce, OAuthClient, resultOf, whoami, type Tokens } from "./fixture/oauth-client.ts";
import { startUpstreamApi, type UpstreamApi } from "./fixture/upstream-api.ts";
import { startFixture, type RunningServer } from "./fixture/wrangler-dev.ts";
import { freePort } from "../../src/cli/server/local-server.ts";

let api: UpstreamApi;
let login: IdentityProvider;

beforeAll(async () => {
  api = await startUpstreamApi();
});
afterAll(() => api.stop());

const variables = { ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef", NOTES_SECRET: clientSecret };

async function start(
  settings: Record<string, string>,
  accessTokenSeconds: number,
  others: Parameters<RunningServer["deploy"]>[0] = {},
): Promise<RunningServer> {
  const port = await freePort();
  login = await startIdentityProvider([`http://localhost:${port}/connect/callback`], accessTokenSeconds);
  // The API asks its login server whose a token is, as the real ones do.
  api.lookUp = async (token) => {
    const response = await fetch(`${login.issuer}/me`, { headers: { Authorization: `Bearer ${token}` } });
    if (!response.ok) return undefined;
    const { sub } = (await response.json()) as { sub: string };
    return { id: sub.length, login: /^\d+$/.test(sub) ? asNumber(sub) : sub };
  };
  const server = await startFixture({ ...variables, ...settings }, {}, port, inject("loginWorker"));
  await server.deploy({
    notes: {
      server: api.origin,
      allowHttp: true,
      allowPrivate: ["localhost"],
      credential: {
        from: "oauth",
        scheme: "token",
        authorizationUrl: `${login.issuer}/auth`,
        tokenUrl: login.tokenUrl,
        clientId,
        clientSecret: "NOTES_SECRET",
        scopes: ["openid", "offline_access"],
        parameters: { access_type: "offline" },
        account: { path: "/account", id: "login", label: "login" },
      },
    },
    ...others,
  });
  return server;
}

async function approve(server: RunningServer) {
  const client = new OAuthClient(server.origin, (request) => fetch(request));
  await client.register();
  const pkce = await makePkce();
  const form = await client.ask(pkce);
  // Tasks want something pasted.
  const scopes = form.ticked.filter((scope) => !scope.startsWith("tasks:"));
  const response = await client.approve(form, scopes);
  return { client, pkce, form, response };
}

/** A number of any length, as APIs with ids of 64 bits answer it. */
const asNumber = (digits: string): unknown =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits);

/** Logs in here and at the API, the whole way. */
async function connect(server: RunningServer) {
  const { client, pkce, response } = await approve(server);
  const { last } = await follow(
    client.browser,
    new URL(response.headers.get("Location")!),
    client.redirectUri,
  );
  const redeemed = await client.redeem(last.searchParams.get("code") ?? "", pkce);
  const tokens = (await redeemed.json()) as Tokens;
  const call = async () =>
    resultOf(await client.call(tokens.access_token, "/mcp", {}, "call", { url: `${api.origin}/account` }));
  return { client, tokens, call, last };
}

describe("an API with a login of its own", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await start({}, 3_600);
  });
  afterAll(async () => {
    await server.stop();
    await login.stop();
  });
  beforeEach(() => {
    login.account = "ann";
  });

  it("is logged in at after consent, though its tokens come from another origin than its issuer", async () => {
    const { form, response } = await approve(server);
    expect(form.text).toContain(`You log in at ${new URL(login.issuer).host} on the next page`);
    const away = new URL(response.headers.get("Location")!);
    expect(away.origin).toBe(login.issuer);
    expect(Object.fromEntries(away.searchParams)).toMatchObject({
      client_id: clientId,
      code_challenge_method: "S256",
      redirect_uri: `${server.origin}/connect/callback`,
    });
    const { call, client, tokens } = await connect(server);
    expect(await call()).toMatchObject({ status: 200, body: '{"id":3,"login":"ann"}' });
    const { caller } = await whoami(await client.call(tokens.access_token));
    expect(caller).toMatchObject({ userId: "local", accounts: { notes: [{ label: "" }] } });
  });

  it("is not logged in at when nothing of it is ticked", async () => {
    const client = new OAuthClient(server.origin, (request) => fetch(request));
    const { access_token } = await client.logIn({ scopes: ["edge:read"] });
    expect((await whoami(await client.call(access_token))).caller).not.toHaveProperty("accounts");
  });

  it("tells the client when the person declines there", async () => {
    login.account = undefined;
    const { client, response } = await approve(server);
    const { last } = await follow(
      client.browser,
      new URL(response.headers.get("Location")!),
      client.redirectUri,
    );
    expect(last.searchParams.get("error")).toBe("access_denied");
    expect(last.searchParams.get("iss")).toBe(server.origin);
  });

  it("refuses a callback twice, in another browser, and with a state or a code that was made up", async () => {
    const walk = async () => {
      const { client, response } = await approve(server);
      const callback = `${server.origin}/connect/callback`;
      const { last } = await follow(client.browser, new URL(response.headers.get("Location")!), callback);
      return { browser: client.browser, last };
    };
    const first = await walk();
    expect((await first.browser.open(first.last)).status).toBe(302);
    expect((await first.browser.open(first.last)).status).toBe(403);
    const second = await walk();
    expect((await new Browser((request) => fetch(request)).open(second.last)).status).toBe(403);
    for (const name of ["state", "code"]) {
      const { browser, last } = await walk();
      last.searchParams.set(name, "made-up");
      expect([name, (await browser.open(last)).status]).toEqual([name, 403]);
    }
  });

  it("refuses a callback in the name of another login server, and redeems nothing there", async () => {
    const walk = async () => {
      const { client, response } = await approve(server);
      const callback = `${server.origin}/connect/callback`;
      const { last } = await follow(client.browser, new URL(response.headers.get("Location")!), callback);
      return { browser: client.browser, last };
    };
    const redeemed = login.redeemed["authorization_code"];
    const named = login.issuer;
    for (const issuers of [
      ["https://evil.example"],
      [""],
      ["null"],
      [named.replace("http:", "https:")],
      [named.replace("localhost", "localhost.evil.example")],
      [`${named.replace("://", "://evil.example@")}0`],
      [named.replace(/:\d+$/, ":1")],
      [named, named],
      [named, "https://evil.example"],
    ]) {
      const { browser, last } = await walk();
      last.searchParams.delete("iss");
      for (const issuer of issuers) last.searchParams.append("iss", issuer);
      expect([issuers, (await browser.open(last)).status]).toEqual([issuers, 403]);
      // An answer that declines comes from nowhere else either.
      last.searchParams.set("error", "access_denied");
      expect((await browser.open(last)).status).toBe(403);
    }
    expect(login.redeemed["authorization_code"]).toBe(redeemed);
    const { browser, last } = await walk();
    last.searchParams.delete("iss");
    expect((await browser.open(last)).status).toBe(302);
  });
});

describe("a token of the API that ends soon", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await start({}, 30);
  });
  afterAll(async () => {
    await server.stop();
    await login.stop();
  });

  it("is refreshed before it ends, once for all calls that want it at the same time", async () => {
    const { call } = await connect(server);
    const results = await Promise.all(Array.from({ length: 5 }, call));
    for (const result of results)
      expect(result).toMatchObject({ status: 200, body: '{"id":3,"login":"ann"}' });
    expect(login.redeemed["refresh_token"]).toBe(1);
  });

  it("asks for a new login once the API refuses to refresh it", async () => {
    const { call } = await connect(server);
    login.refuseRefresh = true;
    expect(JSON.stringify(await call())).toContain("Ask the user to reconnect isogate");
    login.refuseRefresh = false;
    expect(JSON.stringify(await call())).toContain("Ask the user to reconnect isogate");
  });
});

describe("SIGN_IN=upstream", () => {
  let server: RunningServer;
  let tasks: UpstreamApi;
  beforeAll(async () => {
    tasks = await startUpstreamApi();
    tasks.tokens.set("token-of-ann", { id: 1, login: "ann" });
    server = await start({ SIGN_IN: "upstream", SIGN_IN_API: "notes" }, 3_600, {
      tasks: {
        server: tasks.origin,
        allowHttp: true,
        allowPrivate: ["localhost"],
        credential: { from: "user", fields: { token: "Personal access token" }, check: "/account" },
      },
    });
  });
  afterAll(async () => {
    await server.stop();
    await tasks.stop();
    await login.stop();
  });

  it("asks for consent first, then signs in the person who logs in at the API", async () => {
    const { call, client, tokens } = await connect(server);
    const { caller } = await whoami(await client.call(tokens.access_token));
    expect(caller).toMatchObject({ userId: expect.stringMatching(/^notes-[\w-]{43}$/) });
    expect(await call()).toMatchObject({ status: 200, body: '{"id":3,"login":"ann"}' });
  });

  it("keeps two people apart", async () => {
    const ids: unknown[] = [];
    for (const account of ["ann", "bob", "1800000000000000001", "1800000000000000101"]) {
      login.account = account;
      const { client, tokens } = await connect(server);
      ids.push(((await whoami(await client.call(tokens.access_token))).caller as { userId: string }).userId);
    }
    expect(new Set(ids).size).toBe(4);
  });

  it("signs people in at our own pages with the same login, as the same user", async () => {
    login.account = "ann";
    const { client, tokens } = await connect(server);
    const { caller } = await whoami(await client.call(tokens.access_token));
    const browser = new Browser((request) => fetch(request));
    const { page, way } = await follow(browser, new URL(`${server.origin}/tokens`));
    expect(page?.status).toBe(200);
    expect(await page?.text()).toContain("Signed in as ann");
    expect(way[1]?.origin).toBe(login.issuer);
    const made = await browser.open(`${server.origin}/tokens`, {
      method: "POST",
      headers: { Accept: "application/json", Origin: server.origin },
      body: new URLSearchParams({ name: "headless", days: "1", scope: "notes:read" }),
    });
    const { token } = (await made.json()) as { token: string };
    const headless = await whoami(await client.call(token));
    expect((headless.caller as { userId: string }).userId).toBe((caller as { userId: string }).userId);
    // Its own credential stays where it is: a token does not carry one, and the answer says so.
    const answer = await client.call(token, "/mcp", {}, "call", { url: `${api.origin}/account` });
    expect(JSON.stringify(await resultOf(answer))).toContain("an access token does not carry one");
  });

  it("keeps the pages from a person who does not log in there, and a visit to its own browser", async () => {
    login.account = undefined;
    const browser = new Browser((request) => fetch(request));
    const declined = await follow(browser, new URL(`${server.origin}/tokens`));
    expect(declined.page?.status).toBe(403);
    login.account = "ann";
    const callback = `${server.origin}/connect/callback`;
    const { last } = await follow(browser, new URL(`${server.origin}/tokens`), callback);
    expect((await new Browser((request) => fetch(request)).open(last)).status).toBe(403);
    const back = await browser.open(last);
    expect([back.status, back.headers.get("Location")]).toEqual([302, `${server.origin}/tokens`]);
    expect((await browser.open(last)).status).toBe(403);
  });

  describe("what was pasted at another API", () => {
    /** Approves with it, and goes on at the login as far as `until`. */
    async function paste(fields: [string, string][], until?: string) {
      tasks.requests = [];
      const client = new OAuthClient(server.origin, (request) => fetch(request));
      await client.register();
      const pkce = await makePkce();
      const answered = async (handle: string, pasted: [string, string][]) => {
        const response = await client.browser.submit(`${server.origin}/authorize`, [
          ["handle", handle],
          ["decision", "approve"],
          ["scope", "notes:read"],
          ["scope", "tasks:read"],
          ...pasted,
        ]);
        return follow(client.browser, new URL(response.headers.get("Location")!), until);
      };
      const { page, last } = await answered((await client.ask(pkce)).handle, fields);
      return { client, pkce, page, last, answered };
    }

    it.each<[who: string, account: string | undefined, until: string | undefined]>([
      ["has not come back from the login", "ann", "/connect/callback"],
      ["declines there", undefined, undefined],
    ])("is not tried for somebody who %s", async (_who, account, until) => {
      login.account = account;
      const away = await paste(
        [["secret:tasks:0:token", "token-of-ann"]],
        until === undefined ? "http://localhost:51234/" : `${server.origin}${until}`,
      );
      expect([away.page, tasks.requests]).toEqual([undefined, []]);
    });

    it("is tried once it is known who they are, and brings the page back at the field that is wrong", async () => {
      login.account = "ann";
      const { client, pkce, page, answered } = await paste(
        [
          ["secret:tasks:0:token", "token-of-ann"],
          ["label:tasks:2", "work"],
          ["secret:tasks:2:token", "wrong"],
        ],
        "http://localhost:51234/",
      );
      expect([page?.status, tasks.requests]).toEqual([400, ["GET /account", "GET /account"]]);
      const { text, handle } = await readConsent(page!);
      expect(text).toContain("Tasks refused the credential of &quot;work&quot; (401)");
      expect(text).toMatch(/name="secret:tasks:2:token"[^>]*aria-invalid="true"/);
      expect(text).toContain(`action="/authorize"`);
      const { last } = await answered(handle, [["secret:tasks:0:token", "token-of-ann"]]);
      const redeemed = await client.redeem(last.searchParams.get("code") ?? "", pkce);
      const { access_token } = (await redeemed.json()) as Tokens;
      const url = `${tasks.origin}/account`;
      const called = await resultOf(await client.call(access_token, "/mcp", {}, "call", { url }));
      expect(called).toMatchObject({ status: 200, body: '{"id":1,"login":"ann"}' });
    });
  });

  it("brings the page back when nothing of that API is ticked", async () => {
    const client = new OAuthClient(server.origin, (request) => fetch(request));
    await client.register();
    const response = await client.approve(await client.ask(await makePkce()), ["edge:read"]);
    expect(response.status).toBe(400);
    expect((await readConsent(response)).text).toContain("logging in at notes");
  });
});
