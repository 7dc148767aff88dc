/** Which web pages may speak to the real MCP server: what the door lets in, the server behind it serves. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { issueAccessToken } from "../../src/vault/access-tokens.ts";
import { serveMcp } from "../../src/mcp/server.ts";
import { deployFixture } from "./fixture/deployment.ts";
import { OAuthClient } from "./fixture/oauth-client.ts";
import { serverWith } from "./fixture/server.ts";

beforeAll(() => deployFixture(env.CATALOGS));

interface Deployed {
  it: string;
  origin: string;
  variables: Record<string, string>;
  /** Origin of a page → what it is answered. */
  pages: Record<string, number>;
}

const deployments: Deployed[] = [
  {
    it: "on this machine: pages of this machine, on any port",
    origin: "http://localhost:8484",
    variables: {},
    pages: {
      "http://localhost:8484": 200,
      "http://localhost:6274": 200,
      "http://127.0.0.1:6274": 200,
      "http://[::1]:6274": 200,
      "https://evil.example": 403,
      "http://localhost.evil.example": 403,
      "http://127.0.0.1.evil.example": 403,
      "http://localhost@evil.example": 403,
      "http://192.168.1.7": 403,
      "http://10.0.0.1:8484": 403,
      null: 403,
      "file://": 403,
      "chrome-extension://abc": 403,
      "http://": 403,
      "": 403,
    },
  },
  {
    it: "in a deployment: its own pages and those of ALLOWED_ORIGINS, and none of anybody's machine",
    origin: "https://mcp.example.com",
    variables: {
      OPEN: "false",
      PUBLIC_URL: "https://mcp.example.com",
      ALLOWED_ORIGINS: "inspector.example.org, Tools.Example.Org http://lab.example.org:8080",
    },
    pages: {
      "https://mcp.example.com": 200,
      "https://inspector.example.org": 200,
      "https://tools.example.org": 200,
      "http://lab.example.org:8080": 200,
      "https://lab.example.org:8080": 403,
      "http://lab.example.org": 403,
      "http://inspector.example.org": 403,
      "https://inspector.example.org:8443": 403,
      "https://sub.inspector.example.org": 403,
      "https://inspector.example.org.evil.example": 403,
      "http://mcp.example.com": 403,
      "http://localhost:6274": 403,
      "https://evil.example": 403,
      null: 403,
    },
  },
];

for (const { it: name, origin, variables, pages } of deployments)
  describe(name, () => {
    it("answers each page with or without a token as it should", async () => {
      const token = await aToken();
      const client = new OAuthClient(origin, serverWith(variables, serveMcp));
      const answered: Record<string, number> = {};
      for (const page of Object.keys(pages)) {
        const response = await client.call(token, "/mcp", { Origin: page }, "search", { code: "1" });
        answered[page] = response.status;
        if (response.status !== 200)
          expect(response.headers.get("Access-Control-Allow-Origin"), page).toBeNull();
        const without = await client.call(undefined, "/mcp", { Origin: page });
        expect([page, without.status]).toEqual([page, response.status === 200 ? 401 : response.status]);
      }
      expect(answered).toEqual(pages);
      expect((await client.call(token, "/mcp", {}, "search", { code: "1" })).status).toBe(200);
    });
  });

it("says which setting is wrong when an entry is no origin", async () => {
  for (const entry of ["*", "https://*.example.org", "file:///x", "https://me@example.org"]) {
    const response = await serverWith({ ALLOWED_ORIGINS: entry })(new Request("http://localhost:8484/mcp"));
    expect([entry, response.status]).toEqual([entry, 500]);
    expect(await response.text()).toContain("ALLOWED_ORIGINS");
  }
});

describe("--open", () => {
  it("tells a browser's page on this machine that it may call, and no other", async () => {
    const server = serverWith({ OPEN: "true" }, serveMcp);
    const preflight = (page: string) =>
      server(
        new Request("http://localhost:8484/mcp", {
          method: "OPTIONS",
          headers: {
            Host: "localhost:8484",
            Origin: page,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, mcp-protocol-version",
          },
        }),
      );
    const allowed = await preflight("http://localhost:6274");
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get("Access-Control-Allow-Headers")).toMatch(/content-type/i);
    const refused = await preflight("https://evil.example");
    expect([refused.status, refused.headers.get("Access-Control-Allow-Origin")]).toEqual([403, null]);
  });
});

/** A token without a browser: signing in at a deployment is another test's. */
async function aToken(): Promise<string> {
  const { token } = await issueAccessToken(env.OAUTH_KV, {
    userId: "local",
    name: "origins",
    scopes: ["edge:read"],
    days: 1,
  });
  return token;
}
