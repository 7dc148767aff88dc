import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { deployFixture } from "./fixture/deployment.ts";
import { Browser, readConsent } from "./fixture/browser.ts";
import { codeOf, makePkce, OAuthClient, type Tokens } from "./fixture/oauth-client.ts";
import { serverWith } from "./fixture/server.ts";
import { expectLogged } from "../setup/logged.ts";

const origin = "http://localhost:8484";

async function registered(metadata?: Record<string, unknown>): Promise<OAuthClient> {
  const client = new OAuthClient(origin, serverWith());
  const response = await client.register(metadata);
  if (!response.ok) throw new Error(await response.text());
  return client;
}

async function approved(client: OAuthClient) {
  const pkce = await makePkce();
  return { pkce, code: codeOf(await client.approve(await client.ask(pkce))) };
}

async function errorOf(response: Response): Promise<[number, unknown]> {
  return [response.status, ((await response.json()) as { error: unknown }).error];
}

beforeAll(() => deployFixture(env.CATALOGS));
const refusals = expectLogged("log", ["isogate.oauth.refused", "isogate.authorize.refused"]);

describe("the authorization request", () => {
  const cases: { it: string; overrides: Record<string, string | undefined>; redirects?: string }[] = [
    { it: "an unregistered client", overrides: { client_id: "nobody" } },
    { it: "no client", overrides: { client_id: undefined } },
    { it: "another path in the redirect URI", overrides: { redirect_uri: "http://localhost:51234/other" } },
    {
      it: "another case in the redirect URI",
      overrides: { redirect_uri: "http://localhost:51234/Callback" },
    },
    { it: "userinfo in the redirect URI", overrides: { redirect_uri: "http://me@localhost:51234/callback" } },
    {
      it: "127.0.0.1 where localhost was registered",
      overrides: { redirect_uri: "http://127.0.0.1:51234/callback" },
    },
    {
      it: "https where http was registered",
      overrides: { redirect_uri: "https://localhost:51234/callback" },
    },
    {
      it: "a query that was not registered",
      overrides: { redirect_uri: "http://localhost:51234/callback?x=1" },
    },
    {
      it: "a fragment in the redirect URI",
      overrides: { redirect_uri: "http://localhost:51234/callback#x" },
    },
    { it: "a script as redirect URI", overrides: { redirect_uri: "javascript:alert(1)" } },
    { it: "no PKCE", overrides: { code_challenge: undefined }, redirects: "invalid_request" },
    { it: "plain PKCE", overrides: { code_challenge_method: "plain" }, redirects: "invalid_request" },
    {
      it: "the implicit grant",
      overrides: { response_type: "token" },
      redirects: "unsupported_response_type",
    },
    {
      it: "a foreign resource",
      overrides: { resource: "https://other.example/mcp" },
      redirects: "invalid_target",
    },
    {
      it: "a resource with another port",
      overrides: { resource: "http://localhost:1/mcp" },
      redirects: "invalid_target",
    },
  ];
  for (const { it: name, overrides, redirects } of cases)
    it(`refuses ${name}${redirects ? ", and tells the client" : " without redirecting"}`, async () => {
      const client = await registered();
      const response = await client.browser.open(client.authorizeUrl(await makePkce(), overrides));
      if (redirects) {
        const location = new URL(response.headers.get("Location")!);
        expect(location.origin + location.pathname).toBe(client.redirectUri);
        expect(location.searchParams.get("error")).toBe(redirects);
        expect(location.searchParams.get("iss")).toBe(origin);
      } else {
        expect(response.status).toBe(400);
        expect(response.headers.get("Location")).toBeNull();
        expect(response.headers.get("Content-Type")).toContain("text/html");
        expect(refusals).toEqual([expect.stringContaining("isogate.authorize.refused")]);
      }
    });

  it("accepts any port on a loopback redirect URI (RFC 8252)", async () => {
    const client = await registered();
    client.redirectUri = "http://localhost:1/callback";
    expect((await client.ask(await makePkce())).handle).not.toBe("");
  });

  it("binds a request without a resource to /mcp, and its grant to the paths of this server", async () => {
    const client = await registered();
    const pkce = await makePkce();
    const code = codeOf(await client.approve(await client.ask(pkce, { resource: undefined })));
    const redeemed = await client.token({
      grant_type: "authorization_code",
      code,
      code_verifier: pkce.verifier,
      redirect_uri: client.redirectUri,
    });
    const { access_token, resource } = (await redeemed.json()) as Tokens;
    expect(resource).toBe(`${origin}/mcp`);
    expect((await client.call(access_token)).status).toBe(200);
    expect((await client.call(access_token, "/mcp/edge")).status).toBe(200);
  });

  it("refuses to send a code through the scheme of an unknown program, registered or not", async () => {
    const uris = [
      "http://localhost:1/callback",
      "evil.example:/callback",
      "cursor://anysphere.other/oauth/callback",
    ];
    const client = await registered({ redirect_uris: uris });
    for (const redirectUri of uris.slice(1)) {
      client.redirectUri = redirectUri;
      const response = await client.browser.open(client.authorizeUrl(await makePkce()));
      expect([redirectUri, response.status]).toEqual([redirectUri, 400]);
    }
  });

  it("accepts the redirect URIs of Claude and Cursor", async () => {
    const uris = [
      "https://claude.ai/api/mcp/auth_callback",
      "https://claude.com/api/mcp/auth_callback",
      "cursor://anysphere.cursor-mcp/oauth/callback",
      "http://localhost:8787/callback",
    ];
    const client = await registered({ redirect_uris: uris });
    for (const redirectUri of uris) {
      client.redirectUri = redirectUri;
      const redirect = await client.approve(await client.ask(await makePkce()));
      expect(redirect.headers.get("Location")).toContain(`${redirectUri}?code=`);
    }
  });
});

describe("the consent form", () => {
  it("works once", async () => {
    const client = await registered();
    const form = await client.ask(await makePkce());
    expect((await client.approve(form)).status).toBe(302);
    expect((await client.approve(form)).status).toBe(400);
  });

  it("works in the browser that opened it only", async () => {
    const client = await registered();
    const form = await client.ask(await makePkce());
    const other = new Browser(client.fetch);
    const fields: [string, string][] = [
      ["handle", form.handle],
      ["decision", "approve"],
      ["scope", "edge:read"],
    ];
    expect((await other.submit(`${origin}/authorize`, fields)).status).toBe(400);
  });

  it("refuses another site's form, cookie or not", async () => {
    const client = await registered();
    const form = await client.ask(await makePkce());
    for (const foreign of ["https://evil.example", "null"]) {
      const fields: [string, string][] = [
        ["handle", form.handle],
        ["decision", "approve"],
        ["scope", "edge:read"],
      ];
      expect((await client.browser.submit(`${origin}/authorize`, fields, { Origin: foreign })).status).toBe(
        400,
      );
    }
  });

  it("refuses a hand-made form that asks for what the page did not offer", async () => {
    for (const scope of ["edge:admin", "github:read", "edge:read:No such tag", "*", "notes:write"]) {
      const client = await registered();
      // The page is for the one API; the last scope belongs to the other.
      const form = await client.ask(await makePkce(), { resource: `${origin}/mcp/edge` });
      const response = await client.approve(form, ["edge:read", scope]);
      expect([scope, response.status, response.headers.get("Location")]).toEqual([scope, 400, null]);
    }
  });

  it("refuses a form that is not one, or is too large", async () => {
    const client = await registered();
    const { handle } = await client.ask(await makePkce());
    const json = await client.browser.open(`${origin}/authorize`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ handle, decision: "approve" }),
    });
    expect(json.status).toBe(400);
    const huge = await client.browser.submit(`${origin}/authorize`, [
      ["handle", handle],
      ["x", "y".repeat(100_000)],
    ]);
    expect(huge.status).toBe(400);
  });

  it("cannot be framed, cached or scripted", async () => {
    const client = await registered();
    const page = await client.browser.open(client.authorizeUrl(await makePkce()));
    expect(page.headers.get("X-Frame-Options")).toBe("DENY");
    expect(page.headers.get("Content-Security-Policy")).toMatch(
      /default-src 'none';.*frame-ancestors 'none'/,
    );
    expect(page.headers.get("Cache-Control")).toBe("no-store");
    expect(
      page.headers
        .getSetCookie()
        .every((cookie) => /^__Host-.*; Secure; HttpOnly; SameSite=Lax/.test(cookie)),
    ).toBe(true);
    expect((await readConsent(page)).text).not.toMatch(/<script|https?:\/\/(?!localhost)/);
  });
});

describe("the token endpoint", () => {
  it("refuses a wrong verifier", async () => {
    const client = await registered();
    const { code } = await approved(client);
    expect(await errorOf(await client.redeem(code, await makePkce()))).toEqual([400, "invalid_grant"]);
  });

  it("refuses a replayed code and revokes what it gave", async () => {
    const client = await registered();
    const { code, pkce } = await approved(client);
    const { access_token } = (await (await client.redeem(code, pkce)).json()) as Tokens;
    expect((await client.call(access_token)).status).toBe(200);
    expect(await errorOf(await client.redeem(code, pkce))).toEqual([400, "invalid_grant"]);
    expect((await client.call(access_token)).status).toBe(401);
  });

  it("refuses the code of another client, and one that was tampered with", async () => {
    const client = await registered();
    const { code, pkce } = await approved(client);
    const thief = await registered();
    expect((await thief.redeem(code, pkce)).status).toBe(400);
    expect((await client.redeem(`${code}x`, pkce)).status).toBe(400);
    expect((await client.redeem("nonsense", pkce)).status).toBe(400);
  });

  it("refuses another redirect URI and another resource than those of the request", async () => {
    const client = await registered();
    const first = await approved(client);
    const elsewhere = await client.redeem(first.code, first.pkce, {
      redirect_uri: "http://localhost:9/callback",
    });
    expect(await errorOf(elsewhere)).toEqual([400, "invalid_grant"]);
    const second = await approved(client);
    const widened = await client.redeem(second.code, second.pkce, { resource: `${origin}/mcp/edge` });
    expect(await errorOf(widened)).toEqual([400, "invalid_target"]);
  });

  it("rotates refresh tokens and ends the old one", async () => {
    const client = await registered();
    const first = await client.logIn();
    const refresh = (refresh_token: string) => client.token({ grant_type: "refresh_token", refresh_token });
    const second = (await (await refresh(first.refresh_token)).json()) as Tokens;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const third = (await (await refresh(second.refresh_token)).json()) as Tokens;
    expect((await client.call(third.access_token)).status).toBe(200);
    expect(await errorOf(await refresh(first.refresh_token))).toEqual([400, "invalid_grant"]);
  });

  it("never widens a grant when it is refreshed", async () => {
    const client = await registered();
    const { refresh_token } = await client.logIn({ scopes: ["edge:read"] });
    const wider = await client.token({
      grant_type: "refresh_token",
      refresh_token,
      scope: "edge:read edge:write",
    });
    const { scope } = (await wider.json()) as Tokens;
    expect(scope ?? "").not.toContain("edge:write");
  });

  it("answers two refreshes at once with tokens that both work", async () => {
    const client = await registered();
    const { refresh_token } = await client.logIn();
    const refresh = async (token: string) => {
      const answer = await client.token({ grant_type: "refresh_token", refresh_token: token });
      expect(answer.status).toBe(200);
      return (await answer.json()) as Tokens;
    };
    const answers = await Promise.all([1, 2, 3, 4].map(() => refresh(refresh_token)));
    for (const { access_token } of answers) expect((await client.call(access_token)).status).toBe(200);
    // Whichever answer the program keeps, it can go on with it.
    for (const answer of answers) {
      const next = await refresh(answer.refresh_token);
      expect((await client.call(next.access_token)).status).toBe(200);
    }
  });

  it("lets nobody else have the answer of a refresh", async () => {
    const client = await registered();
    const { refresh_token } = await client.logIn();
    const fields = { grant_type: "refresh_token", refresh_token };
    expect((await client.token(fields)).status).toBe(200);
    const thief = await registered();
    expect(await errorOf(await thief.token(fields))).toEqual([400, "invalid_grant"]);
    expect((await client.token({ ...fields, client_id: "nobody" })).status).toBe(401);
  });

  it("refuses a form that is too large", async () => {
    const client = await registered();
    const padding = "x".repeat(70_000);
    expect((await client.token({ grant_type: "refresh_token", refresh_token: padding })).status).toBe(413);
  });

  it("ends a connection when the client revokes its token", async () => {
    const client = await registered();
    const { access_token, refresh_token } = await client.logIn();
    expect((await client.token({ token: refresh_token })).status).toBe(200);
    expect((await client.call(access_token)).status).toBe(401);
  });
});

describe("the token at the MCP endpoint", () => {
  it("refuses a token of one path at another", async () => {
    const client = await registered();
    const edge = await client.logIn({ path: "/mcp/edge" });
    const all = await client.logIn();
    expect((await client.call(edge.access_token, "/mcp/edge")).status).toBe(200);
    expect((await client.call(edge.access_token, "/mcp")).status).toBe(401);
    expect((await client.call(edge.access_token, "/mcp/notes")).status).toBe(401);
    expect((await client.call(all.access_token, "/mcp/edge")).status).toBe(401);
  });

  it("refuses a token for another origin of ours", async () => {
    const client = await registered();
    const { access_token } = await client.logIn();
    const other = new OAuthClient("http://127.0.0.1:8484", client.fetch);
    expect((await other.call(access_token)).status).toBe(401);
  });

  it("refuses what is no token, a code, a refresh token and a token with a byte changed", async () => {
    const client = await registered();
    const { access_token, refresh_token } = await client.logIn();
    const { code } = await approved(client);
    const changed = access_token.slice(0, -1) + (access_token.endsWith("a") ? "b" : "a");
    for (const token of ["x", "a:b:c", code, refresh_token, changed, `${access_token} ${access_token}`]) {
      const response = await client.call(token);
      expect(response.status).toBe(401);
      expect(response.headers.get("WWW-Authenticate")).toContain("resource_metadata=");
    }
  });

  it("refuses a token in the query string", async () => {
    const client = await registered();
    const { access_token } = await client.logIn();
    expect(
      (await client.call(undefined, `/mcp?access_token=${encodeURIComponent(access_token)}`)).status,
    ).toBe(401);
  });
});

describe("registration", () => {
  it("refuses redirect URIs that nobody may register", async () => {
    for (const uri of [
      "http://evil.example/callback",
      "javascript:alert(1)",
      "data:text/html,x",
      "http://localhost/#x",
    ]) {
      const client = new OAuthClient(origin, serverWith());
      expect([uri, (await client.register({ redirect_uris: [uri] })).status]).toEqual([uri, 400]);
    }
  });

  it("limits the registrations of one address, and of that one only", async () => {
    const server = serverWith();
    const from = (address: string) =>
      new OAuthClient(origin, (request) => server(withAddress(request, address))).register();
    const statuses = new Map<number, number>();
    const startedAt = Date.now();
    for (let sent = 0; sent < 600; sent += 1) {
      const { status } = await from("203.0.113.9");
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(refusals).toHaveLength(statuses.get(429) ?? 0);
    const minutes = Math.ceil((Date.now() - startedAt) / 60_000) + 1;
    expect([...statuses.keys()].sort()).toEqual([201, 429]);
    expect(statuses.get(201)).toBeLessThanOrEqual(60 * minutes);
    expect((await from("203.0.113.10")).status).toBe(201);
  });

  it("counts all addresses of one IPv6 network as one", async () => {
    const server = serverWith();
    const from = (address: string) =>
      new OAuthClient(origin, (request) => server(withAddress(request, address))).register();
    let last = 201;
    for (let host = 1; host < 200 && last === 201; host += 1)
      last = (await from(`2001:db8:1:2:${host.toString(16)}::1`)).status;
    expect(last).toBe(429);
    expect((await from("2001:db8:1:3::1")).status).toBe(201);
  });
});

describe("what is said of bad input", () => {
  it("is generic outside, precise in the log, and never a secret in either", async () => {
    const lines: string[] = [];
    const logs = (["warn", "error", "log"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation((...parts) => void lines.push(parts.map(String).join(" "))),
    );
    onTestFinished(() => logs.forEach((log) => log.mockRestore()));
    const client = await registered();
    const { access_token, refresh_token } = await client.logIn();
    const second = await registered();
    const { code, pkce } = await approved(second);
    const other = await makePkce();
    const answers = await Promise.all([
      second.redeem(code, other),
      second.redeem(`${code}x`, pkce),
      client.token({ grant_type: "refresh_token", refresh_token: `${refresh_token}x` }),
      client.token({ grant_type: "refresh_token", refresh_token, client_secret: "secret-of-nobody" }),
      client.call(`${access_token}x`),
      client.call(undefined, `/mcp?access_token=${access_token}`),
      client.browser.open(client.authorizeUrl(pkce, { redirect_uri: "http://evil.example/?token=t0ken" })),
    ]);
    const said = (await Promise.all(answers.map((answer) => answer.text()))).join("\n");
    const logged = lines.join("\n");
    expect(logged).toContain("code_verifier_mismatch");
    expect(logged).toContain("refresh_token_mismatch");
    const secrets = [code, access_token, refresh_token].map((token) => token.split(":")[2]!);
    for (const secret of [...secrets, pkce.verifier, other.verifier, "secret-of-nobody", "t0ken"]) {
      expect(said).not.toContain(secret);
      expect(logged).not.toContain(secret);
    }
    expect(said).not.toMatch(/\n\s+at /);
  });
});

function withAddress(request: Request, address: string): Request {
  const headers = new Headers(request.headers);
  headers.set("CF-Connecting-IP", address);
  return new Request(request, { headers });
}
