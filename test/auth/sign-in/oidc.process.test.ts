import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { Browser, follow, readConsent } from "../fixture/browser.ts";
import {
  clientId,
  clientSecret,
  startIdentityProvider,
  type IdentityProvider,
} from "../fixture/identity-provider.ts";
import { codeOf, makePkce, OAuthClient, whoami, type Tokens } from "../fixture/oauth-client.ts";
import { startFixture, type RunningServer } from "../fixture/wrangler-dev.ts";
import { freePort } from "../../../src/cli/server/local-server.ts";

let server: RunningServer;
let provider: IdentityProvider;

async function start(): Promise<{ provider: IdentityProvider; server: RunningServer }> {
  const port = await freePort();
  const started = await startIdentityProvider([`http://localhost:${port}/sign-in/callback`]);
  const fixture = await startFixture(
    {
      SIGN_IN: "oidc",
      ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef",
      OIDC_ISSUER: started.issuer,
      OIDC_CLIENT_ID: clientId,
      OIDC_CLIENT_SECRET: clientSecret,
      OIDC_ALLOWED: "@example.com,bob@partner.example",
    },
    {},
    port,
    inject("loginWorker"),
  );
  return { provider: started, server: fixture };
}

beforeAll(async () => {
  ({ provider, server } = await start());
});
afterAll(async () => {
  await server.stop();
  await provider.stop();
});
beforeEach(() => {
  provider.account = "ann";
  provider.offline = "gives";
  provider.claims = { email: "ann@example.com", email_verified: true };
});

async function registered({ origin } = server): Promise<OAuthClient> {
  const client = new OAuthClient(origin, (request) => fetch(request));
  await client.register();
  return client;
}

describe("sign-in with an OpenID Connect provider", () => {
  it("signs in at the provider, then asks for consent as that user", async () => {
    const client = await registered();
    const pkce = await makePkce();
    const { page, way } = await follow(client.browser, client.authorizeUrl(pkce));
    expect(way.some((url) => url.origin === provider.issuer)).toBe(true);
    const form = await readConsent(page!);
    expect(form.text).toContain("ann@example.com");
    const tokens = (await (await client.redeem(codeOf(await client.approve(form)), pkce)).json()) as {
      access_token: string;
    };
    const { caller } = await whoami(await client.call(tokens.access_token));
    expect(caller).toMatchObject({
      userId: expect.stringMatching(/^oidc-[\w-]{43}$/),
      access: { edge: ["read"] },
    });
  });

  it("remembers who is signed in, and asks for consent all the same", async () => {
    const client = await registered();
    await follow(client.browser, client.authorizeUrl(await makePkce()));
    const again = await follow(client.browser, client.authorizeUrl(await makePkce()));
    expect(again.way).toHaveLength(1);
    expect((await readConsent(again.page!)).handle).not.toBe("");
  });

  it("refuses a user who is not allowed, or whose address is not verified", async () => {
    for (const claims of [
      { email: "eve@evil.example", email_verified: true },
      // Everything but a plain yes is a no, and so is silence.
      ...[false, "false", 0, 1, null, "", "yes", "TRUE", [true], {}].map((verified) => ({
        email: "ann@example.com",
        email_verified: verified,
      })),
      { email: "ann@example.com" },
      { email: "eve@evil.example@example.com", email_verified: true },
      {},
    ]) {
      provider.claims = claims;
      const client = await registered();
      const { page } = await follow(client.browser, client.authorizeUrl(await makePkce()));
      expect(page!.status).toBe(403);
      expect(await page!.text()).toContain("may not use this server");
    }
  });

  it("takes the text for yes that some providers send", async () => {
    provider.claims = { email: "ann@example.com", email_verified: "true" };
    const client = await registered();
    const { page } = await follow(client.browser, client.authorizeUrl(await makePkce()));
    expect(page!.status).toBe(200);
  });

  it("says so when the person declines at the provider", async () => {
    provider.account = undefined;
    const client = await registered();
    const { page } = await follow(client.browser, client.authorizeUrl(await makePkce()));
    expect(page!.status).toBe(403);
  });

  it("refuses a form that was made for another account", async () => {
    const client = await registered();
    const { page } = await follow(client.browser, client.authorizeUrl(await makePkce()));
    const form = await readConsent(page!);
    provider.account = "bob";
    provider.claims = { email: "bob@partner.example", email_verified: true };
    const second = new Browser((request) => fetch(request));
    await follow(second, client.authorizeUrl(await makePkce()));
    client.browser.setCookie("__Host-isogate-session", second.cookie("__Host-isogate-session")!);
    const response = await client.approve(form);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("another account");
  });

  it("refuses a tampered session, and sends the person to sign in", async () => {
    const client = await registered();
    await follow(client.browser, client.authorizeUrl(await makePkce()));
    const session = decodeURIComponent(client.browser.cookie("__Host-isogate-session")!);
    client.browser.setCookie("__Host-isogate-session", encodeURIComponent(session.replace("ann@", "eve@")));
    const response = await client.browser.open(client.authorizeUrl(await makePkce()));
    expect(response.status).toBe(302);
    expect(response.headers.get("Location")).toContain(provider.issuer);
  });
});

describe("a user who signed in earlier", () => {
  /** The provider's answer at the sign-in is taken for this long. */
  const untilAskedAgain = () => new Promise((resolve) => setTimeout(resolve, 10_500));

  async function connected(at = server) {
    const client = await registered(at);
    const pkce = await makePkce();
    const { page } = await follow(client.browser, client.authorizeUrl(pkce));
    const code = codeOf(await client.approve(await readConsent(page!)));
    const tokens = (await (await client.redeem(code, pkce)).json()) as Tokens;
    const refresh = async (token: string) => {
      const response = await client.token({ grant_type: "refresh_token", refresh_token: token });
      return { status: response.status, ...((await response.json()) as Tokens & { error?: string }) };
    };
    return { client, tokens, refresh };
  }

  it("is asked about at the provider at each refresh: goes on, waits while it is down, and is put out", async () => {
    provider.account = "carl";
    const { client, tokens, refresh } = await connected();
    expect(provider.scope).toContain("offline_access");
    await untilAskedAgain();
    const asked = provider.redeemed["refresh_token"] ?? 0;
    const going = await refresh(tokens.refresh_token);
    expect([going.status, provider.redeemed["refresh_token"]]).toEqual([200, asked + 1]);

    provider.isDown = true;
    await untilAskedAgain();
    expect(await refresh(going.refresh_token)).toMatchObject({
      status: 503,
      error: "temporarily_unavailable",
    });
    provider.isDown = false;
    const still = await refresh(going.refresh_token);
    expect(still.status).toBe(200);

    const made = await client.browser.open(`${server.origin}/tokens`, {
      method: "POST",
      headers: { Accept: "application/json", Origin: server.origin },
      body: new URLSearchParams({ name: "nightly", days: "9", scope: "edge:read" }),
    });
    const { token } = (await made.json()) as { token: string };
    provider.refuseRefresh = true;
    await untilAskedAgain();
    expect(await refresh(still.refresh_token)).toMatchObject({ status: 400, error: "invalid_grant" });
    expect((await client.call(still.access_token)).status).toBe(401);
    // A token that nobody refreshes is asked about when it is used.
    expect((await client.call(token)).status).toBe(401);
    // The session has ended too: the person is sent to the provider, which decides.
    const again = await client.browser.open(client.authorizeUrl(await makePkce()));
    expect(again.headers.get("Location")).toContain(provider.issuer);
    provider.refuseRefresh = false;
    const back = await follow(client.browser, client.authorizeUrl(await makePkce()));
    expect((await readConsent(back.page!)).handle).not.toBe("");
  });

  it("is asked about in the settings only, where the provider does not list that it gives refresh tokens", async () => {
    const other = await start();
    Object.assign(other.provider, { listsOffline: false, offline: "forgets", account: "dora" });
    const { tokens, refresh } = await connected(other.server);
    expect(other.provider.scope).toBe("openid email profile");
    other.provider.refuseRefresh = true;
    await untilAskedAgain();
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
    await other.server.stop();
    await other.provider.stop();
  });
});

describe("a provider that lists that it gives refresh tokens", () => {
  /** What a user does by hand on the way to the provider: comes back with this error, or does not ask (""). */
  function bent(request: Request, error: string | undefined): Request {
    const url = new URL(request.url);
    if (error === undefined || url.pathname !== "/auth") return request;
    const { searchParams: asked } = url;
    const state = asked.get("state") ?? "";
    if (error === "") asked.set("scope", "openid email profile");
    else
      url.href = `${asked.get("redirect_uri")}?${new URLSearchParams({ error, state, iss: provider.issuer })}`;
    return new Request(url, request);
  }
  const gone = { status: 403, session: false, says: "gave no refresh token" };
  const signedIn = { status: 200, session: true, says: "ann@example.com" };

  it.each([
    ["gives one", "gives", undefined, signedIn],
    ["gives one if the user is asked", "asks", undefined, signedIn],
    ["gives none and does not say so", "forgets", undefined, gone],
    ["refuses the scope", "refuses", undefined, gone],
    ["would give one, but the user's browser comes back with invalid_scope", "gives", "invalid_scope", gone],
    ["would give one, but the user's browser comes back with not_allowed", "gives", "not_allowed", gone],
    ["would give one, but the user's browser does not ask for it", "asks", "", gone],
  ] as const)("signs nobody in who cannot be asked about: it %s", async (_what, offline, byHand, want) => {
    provider.offline = offline;
    const client = new OAuthClient(server.origin, (request) => fetch(bent(request, byHand)));
    await client.register();
    const { page } = await follow(client.browser, client.authorizeUrl(await makePkce()));
    const session = client.browser.cookie("__Host-isogate-session") !== undefined;
    expect({ status: page!.status, session }).toEqual({ status: want.status, session: want.session });
    expect(await page!.text()).toContain(want.says);
  });
});

describe("the callback", () => {
  /** Walks to the point where the provider sends the browser back, without going there. */
  async function callbackUrl(browser: Browser): Promise<URL> {
    const client = await registered();
    for (let next: URL = client.authorizeUrl(await makePkce()); ;) {
      const response = await browser.open(next);
      next = new URL(response.headers.get("Location")!, next);
      if (next.pathname === "/sign-in/callback") return next;
    }
  }
  const newBrowser = () => new Browser((request) => fetch(request));

  it("works once", async () => {
    const browser = newBrowser();
    const url = await callbackUrl(browser);
    expect((await browser.open(url)).status).toBe(302);
    expect((await browser.open(url)).status).toBe(403);
  });

  it("works in the browser that was sent away only", async () => {
    const url = await callbackUrl(newBrowser());
    expect((await newBrowser().open(url)).status).toBe(403);
  });

  it("refuses a state that was made up, a foreign issuer and a foreign code", async () => {
    const changes: [string, string][] = [
      ["state", "made-up"],
      ["iss", "https://evil.example"],
      ["code", "made-up"],
    ];
    for (const [name, value] of changes) {
      const browser = newBrowser();
      const url = await callbackUrl(browser);
      url.searchParams.set(name, value);
      const response = await browser.open(url);
      expect([name, response.status, browser.cookie("__Host-isogate-session")]).toEqual([
        name,
        403,
        undefined,
      ]);
    }
  });
});
