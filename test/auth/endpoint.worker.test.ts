import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { deployFixture } from "./fixture/deployment.ts";
import { OAuthClient, whoami } from "./fixture/oauth-client.ts";
import { serverWith } from "./fixture/server.ts";

const origin = "http://localhost:8484";
const client = (variables: Record<string, string> = {}, at = origin) =>
  new OAuthClient(at, serverWith(variables));
const get = async (path: string, at = origin) =>
  (await (await serverWith()(new Request(`${at}${path}`))).json()) as Record<string, unknown>;

beforeAll(() => deployFixture(env.CATALOGS));

describe("discovery", () => {
  it("challenges a request without a token, with the metadata of its path and the scopes to begin with", async () => {
    for (const [path, scope] of [
      ["/mcp", "edge:read notes:read"],
      ["/mcp/notes", "notes:read"],
    ] as const) {
      const response = await client().call(undefined, path);
      expect(response.status).toBe(401);
      expect(response.headers.get("WWW-Authenticate")).toBe(
        `Bearer realm="OAuth", resource_metadata="${origin}/.well-known/oauth-protected-resource${path}", scope="${scope}"`,
      );
    }
  });

  it("describes the resource of each path with the URL that the client used", async () => {
    for (const at of [origin, "http://127.0.0.1:8484", "http://localhost:1234"])
      expect(await get("/.well-known/oauth-protected-resource/mcp/edge", at)).toMatchObject({
        resource: `${at}/mcp/edge`,
        authorization_servers: [at],
        scopes_supported: ["edge:read"],
        bearer_methods_supported: ["header"],
      });
  });

  it("describes the authorization server", async () => {
    expect(await get("/.well-known/oauth-authorization-server")).toMatchObject({
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/oauth/token`,
      registration_endpoint: `${origin}/oauth/register`,
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
      protected_resources: [`${origin}/mcp`, `${origin}/mcp/edge`, `${origin}/mcp/notes`],
      scopes_supported: [
        "edge:read",
        "edge:write",
        "edge:delete",
        "notes:read",
        "notes:write",
        "notes:delete",
      ],
    });
  });

  it.each<[string, Record<string, string>, string, boolean]>([
    ["not on a computer, which may have no network", {}, origin, false],
    ["on a computer that says so", { CLIENT_DOCUMENTS: "offer" }, origin, true],
    ["where others come to", { PUBLIC_URL: "https://mcp.example.com" }, "https://mcp.example.com", true],
    [
      "not where an operator says so",
      { PUBLIC_URL: "https://mcp.example.com", CLIENT_DOCUMENTS: "accept" },
      "https://mcp.example.com",
      false,
    ],
  ])("offers client documents %s", async (_, variables, at, want) => {
    const metadata = await serverWith(variables)(new Request(`${at}/.well-known/oauth-authorization-server`));
    expect(await metadata.json()).toMatchObject({ client_id_metadata_document_supported: want, issuer: at });
  });

  it("speaks for the configured origin behind a proxy, and for no other", async () => {
    const behindProxy = serverWith({ PUBLIC_URL: "https://mcp.example.com", SIGN_IN: "local" });
    const metadata = await behindProxy(
      new Request("http://mcp.example.com/.well-known/oauth-authorization-server"),
    );
    expect(await metadata.json()).toMatchObject({ issuer: "https://mcp.example.com" });
    expect((await behindProxy(new Request("http://localhost:8484/mcp", { method: "POST" }))).status).toBe(
      421,
    );
  });

  it("refuses a host name that it does not know to be its own", async () => {
    const rebound = await serverWith()(new Request("http://rebound.example/mcp", { method: "POST" }));
    expect(rebound.status).toBe(421);
  });
});

describe("the MCP endpoint", () => {
  it("answers GET and DELETE with 405, and says first that a login is wanted", async () => {
    const { access_token } = await client().logIn();
    const headers = { Authorization: `Bearer ${access_token}` };
    for (const method of ["GET", "DELETE", "HEAD", "PUT"]) {
      const strange = await serverWith()(new Request(`${origin}/mcp`, { method }));
      expect([method, strange.status]).toEqual([method, 401]);
      expect(strange.headers.get("WWW-Authenticate")).toContain("resource_metadata=");
      for (const response of [
        await serverWith()(new Request(`${origin}/mcp`, { method, headers })),
        await serverWith({ OPEN: "true" })(new Request(`${origin}/mcp`, { method })),
      ])
        expect([method, response.status, response.headers.get("Allow")]).toEqual([
          method,
          405,
          "POST, OPTIONS",
        ]);
    }
  });

  it("names the APIs when asked for one that is not there", async () => {
    const response = await client().call(undefined, "/mcp/github");
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("edge, notes");
  });

  it("refuses web pages of other hosts, with or without a token", async () => {
    const someone = client();
    const { access_token } = await someone.logIn();
    for (const foreign of [
      "https://evil.example",
      "null",
      "http://localhost.evil.example",
      "file://",
      "chrome-extension://x",
    ])
      for (const token of [access_token, undefined])
        expect([foreign, (await someone.call(token, "/mcp", { Origin: foreign })).status]).toEqual([
          foreign,
          403,
        ]);
    expect((await someone.call(access_token, "/mcp", { Origin: "http://localhost:6274" })).status).toBe(200);
  });

  it("accepts web pages of the hosts in ALLOWED_ORIGINS", async () => {
    const someone = client({ ALLOWED_ORIGINS: "inspector.example.com" });
    expect((await someone.call(undefined, "/mcp", { Origin: "https://inspector.example.com" })).status).toBe(
      401,
    );
  });

  it("hands other paths to the pages", async () => {
    expect(await (await serverWith()(new Request(`${origin}/`))).text()).toBe("a page");
    expect(await (await serverWith()(new Request(`${origin}/mcpx`))).text()).toBe("a page");
  });

  it("names the variable when a setting is wrong", async () => {
    const response = await serverWith({ SIGN_IN: "magic" })(new Request(`${origin}/mcp`, { method: "POST" }));
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("SIGN_IN");
  });
});

describe("--open", () => {
  it("serves loopback without a login, with everything allowed", async () => {
    const someone = client({ OPEN: "true" });
    expect((await whoami(await someone.call(undefined))).caller).toEqual({
      userId: "local",
      clientId: "open",
      clientName: "open",
      access: { edge: ["read", "write", "delete"], notes: ["read", "write", "delete"] },
    });
    expect((await whoami(await someone.call(undefined, "/mcp/notes"))).caller).toMatchObject({
      access: { notes: ["read", "write", "delete"] },
    });
  });

  it("refuses every other host, every other machine and every foreign web page", async () => {
    const open = { OPEN: "true" };
    const elsewhere = client({ ...open, PUBLIC_URL: "https://mcp.example.com" }, "https://mcp.example.com");
    expect((await elsewhere.call(undefined)).status).toBe(403);
    expect((await client(open).call(undefined, "/mcp", { "CF-Connecting-IP": "203.0.113.7" })).status).toBe(
      403,
    );
    expect((await client(open).call(undefined, "/mcp", { Origin: "https://evil.example" })).status).toBe(403);
    expect((await client(open, "http://rebound.example").call(undefined)).status).toBe(421);
  });
});

describe("local sign-in", () => {
  it("refuses to sign in anybody who is not on this machine", async () => {
    const abroad = client({ PUBLIC_URL: "https://mcp.example.com" }, "https://mcp.example.com");
    await abroad.register();
    const page = await abroad.browser.open(abroad.authorizeUrl({ verifier: "", challenge: "x".repeat(43) }));
    expect(page.status).toBe(403);
    const remote = client();
    await remote.register();
    const refused = await remote.browser.open(
      remote.authorizeUrl({ verifier: "", challenge: "x".repeat(43) }),
      {
        headers: { "CF-Connecting-IP": "203.0.113.7" },
      },
    );
    expect(refused.status).toBe(403);
  });
});
