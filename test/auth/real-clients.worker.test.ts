/** What real clients send that the protocol does not foresee, and what they are answered: each as it was seen. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readManifest, writeManifest } from "../../src/store/catalogs.ts";
import { deployFixture } from "./fixture/deployment.ts";
import { codeOf, makePkce, OAuthClient, whoami } from "./fixture/oauth-client.ts";
import { serverWith } from "./fixture/server.ts";
import { expectLogged } from "../setup/logged.ts";

const origin = "http://localhost:8484";
const client = (variables: Record<string, string> = {}) => new OAuthClient(origin, serverWith(variables));
const ask = (path: string, init: RequestInit = {}, variables: Record<string, string> = {}) =>
  serverWith(variables)(new Request(origin + path, init));

beforeAll(() => deployFixture(env.CATALOGS));
expectLogged("log", ["isogate.oauth.refused"]);

describe("the URL of the endpoint", () => {
  it.each(["/mcp/", "/mcp//", "/mcp/edge/"])("may end in a slash: %s", async (path) => {
    const someone = client();
    const plain = path.replace(/\/+$/, "");
    const { access_token } = await someone.logIn({ path: plain });
    expect((await someone.call(access_token, path)).status).toBe(200);
    const challenge = (await someone.call(undefined, path)).headers.get("WWW-Authenticate");
    expect(challenge).toContain(`resource_metadata="${origin}/.well-known/oauth-protected-resource${plain}"`);
    const metadata = await ask(`/.well-known/oauth-protected-resource${path}`);
    expect(await metadata.json()).toMatchObject({ resource: origin + plain });
  });

  it("and the resource that the client names for it", async () => {
    const someone = client();
    const tokens = await someone.logIn({ path: "/mcp/edge/" });
    expect((await someone.call(tokens.access_token, "/mcp/edge")).status).toBe(200);
    const refreshed = await someone.token({
      grant_type: "refresh_token",
      refresh_token: tokens.refresh_token,
      resource: `${origin}/mcp/edge/`,
    });
    expect(refreshed.status).toBe(200);
  });

  it.each(["/", "/sse", "/messages"])("is named to a program that posts to %s", async (path) => {
    const response = await ask(path, { method: "POST", body: "{}" });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining(`Connect to ${origin}/mcp.`) },
    });
  });
});

describe("--open", () => {
  it.each([
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource/mcp",
    "/authorize",
    "/oauth/register",
    "/oauth/token",
  ])("offers no login at %s", async (path) => {
    expect((await ask(path, {}, { OPEN: "true" })).status).toBe(404);
    expect((await ask(path, { method: "POST" }, { OPEN: "true" })).status).toBe(404);
  });
});

describe("a registration", () => {
  const vsCode = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"];
  it.each<[string, Record<string, unknown>]>([
    ["for the device grant too", { grant_types: vsCode }],
    [
      "for the implicit grant too",
      { grant_types: ["authorization_code", "implicit"], response_types: ["code", "token"] },
    ],
    ["for nothing that there is", { grant_types: ["implicit"], response_types: ["token"] }],
    ["with empty members", { client_uri: "", logo_uri: "", tos_uri: null }],
    [
      "with a scheme of its own beside loopback",
      { redirect_uris: ["windsurf://callback", "http://localhost:51234/callback"] },
    ],
  ])("%s is one for what there is", async (_, metadata) => {
    const someone = client();
    const response = await someone.register(metadata);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      grant_types: expect.arrayContaining(["authorization_code"]),
      response_types: ["code"],
      redirect_uris: ["http://localhost:51234/callback"],
    });
    expect((await someone.logIn()).scope).toBe("edge:read notes:read");
  });

  it.each([
    "windsurf://x/oauth",
    "vscode://saoudrizwan.claude-dev/x",
    "warp://mcp/oauth2callback",
    "claude://x",
  ])("for %s alone is refused, with what would do", async (uri) => {
    const response = await client().register({ redirect_uris: [uri] });
    expect(response.status).toBe(400);
    const said = (await response.json()) as { error: string; error_description: string };
    expect(said.error).toBe("invalid_redirect_uri");
    expect(said.error_description).toContain("http://127.0.0.1/callback");
  });

  it("of Cursor keeps its own scheme", async () => {
    const uri = "cursor://anysphere.cursor-mcp/oauth/callback";
    const response = await client().register({ redirect_uris: [uri] });
    expect(await response.json()).toMatchObject({ redirect_uris: [uri] });
  });

  it("that is no JSON object is refused as ever", async () => {
    for (const body of ["[]", "null", "{", "", `"${"x".repeat(20_000)}"`]) {
      const headers = { "Content-Type": "application/json", "CF-Connecting-IP": "127.9.9.9" };
      expect((await ask("/oauth/register", { method: "POST", headers, body })).status).toBe(400);
    }
  });
});

describe("a client that names no resource", () => {
  const logIn = async (scopes: string[]) => {
    const someone = client();
    await someone.register();
    const pkce = await makePkce();
    const code = codeOf(await someone.approve(await someone.ask(pkce, { resource: undefined }), scopes));
    const redeemed = await someone.token({
      grant_type: "authorization_code",
      code,
      code_verifier: pkce.verifier,
      redirect_uri: someone.redirectUri,
    });
    return { someone, tokens: (await redeemed.json()) as { access_token: string } };
  };

  it("may use its token at the path of each API, within its scopes", async () => {
    const { someone, tokens } = await logIn(["edge:read"]);
    for (const path of ["/mcp", "/mcp/edge"]) {
      const { caller } = await whoami(await someone.call(tokens.access_token, path));
      expect(caller).toMatchObject({ access: { edge: ["read"] } });
    }
    expect((await someone.call(tokens.access_token, "/mcp/notes")).status).toBe(403);
  });

  it("is not one that named the path of all", async () => {
    const someone = client();
    const { access_token } = await someone.logIn();
    expect((await someone.call(access_token, "/mcp/edge")).status).toBe(401);
  });
});

describe("a grant of APIs that the server no longer has", () => {
  beforeEach(() => deployFixture(env.CATALOGS));

  it("is answered with a new login, at the endpoint and at the refresh", async () => {
    const someone = client();
    const tokens = await someone.logIn({ scopes: ["edge:read"] });
    const manifest = await readManifest(env.CATALOGS);
    await writeManifest(env.CATALOGS, { apis: manifest.apis.filter(({ name }) => name !== "edge") });
    const response = await someone.call(tokens.access_token);
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
    const refreshed = await someone.token({
      grant_type: "refresh_token",
      refresh_token: tokens.refresh_token,
    });
    expect([refreshed.status, await refreshed.json()]).toEqual([
      400,
      expect.objectContaining({ error: "invalid_grant" }),
    ]);
  });

  it("goes on with those that are left", async () => {
    const someone = client();
    const tokens = await someone.logIn({ scopes: ["edge:read", "notes:read"] });
    const manifest = await readManifest(env.CATALOGS);
    await writeManifest(env.CATALOGS, { apis: manifest.apis.filter(({ name }) => name !== "edge") });
    expect((await whoami(await someone.call(tokens.access_token))).caller).toMatchObject({
      access: { notes: ["read"] },
    });
    const refreshed = await someone.token({
      grant_type: "refresh_token",
      refresh_token: tokens.refresh_token,
    });
    expect(refreshed.status).toBe(200);
  });
});
