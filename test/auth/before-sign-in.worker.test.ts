/** What a request of nobody costs: no write, no question to the identity provider, no Durable Object. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { failing } from "../store/failing.ts";
import { deployFixture } from "./fixture/deployment.ts";
import { OAuthClient } from "./fixture/oauth-client.ts";
import { serverWith } from "./fixture/server.ts";
import { local } from "../../src/auth/sign-in/local.ts";

const origin = "http://localhost:8484";
const issuer = "https://idp.example";
const ISOGATE_SECRET = "a-secret-for-tests-only-0123456789abcdef";

beforeAll(() => deployFixture(env.CATALOGS));
afterEach(() => vi.unstubAllGlobals());

it("a page that sends to sign in writes nothing and asks the provider once", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (input: RequestInfo | URL) => {
    asked.push(String(input instanceof Request ? input.url : input));
    return Response.json({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
    });
  });
  const { binding, calls } = failing(env.OAUTH_KV, () => true);
  const settings = { SIGN_IN: "oidc", OIDC_ISSUER: issuer, OIDC_CLIENT_ID: "isogate", ISOGATE_SECRET };
  const serve = serverWith({ ...settings, OAUTH_KV: binding as never });
  const states = new Set<string | null>();
  for (let turn = 0; turn < 20; turn++) {
    const answer = await serve(new Request(`${origin}/tokens?turn=${turn}`));
    expect(answer.status).toBe(302);
    states.add(new URL(answer.headers.get("Location")!).searchParams.get("state"));
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-isogate-state-.*HttpOnly/);
    // Sealed: neither where the browser goes nor the verifier can be read there.
    expect(Buffer.from(cookie.split(/[=;]/)[1] ?? "", "base64url").toString("latin1")).not.toMatch(
      /turn=|verifier/,
    );
  }
  expect([states.size, calls, asked]).toEqual([20, [], [`${issuer}/.well-known/openid-configuration`]]);
  const long = await serve(new Request(`${origin}/tokens?${"x".repeat(4_000)}`));
  expect([long.status, await long.text()]).toEqual([414, expect.stringContaining("too long")]);
});

it("keeps the cookies of few sign-ins that were begun and not ended", async () => {
  vi.stubGlobal("fetch", async () =>
    Response.json({ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` }),
  );
  const settings = { SIGN_IN: "oidc", OIDC_ISSUER: issuer, OIDC_CLIENT_ID: "isogate", ISOGATE_SECRET };
  const client = new OAuthClient(origin, serverWith(settings));
  let held = 0;
  client.browser.setCookie("other", "1");
  for (let turn = 0; turn < 10; turn++) {
    const answer = await client.browser.open(`${origin}/tokens`);
    for (const cookie of answer.headers.getSetCookie()) held += cookie.includes("Max-Age=0") ? -1 : 1;
  }
  expect(held).toBe(3);
});

it("a refresh token that somebody made up makes no Durable Object", async () => {
  const made: string[] = [];
  const turns = { getByName: (name: string) => (made.push(name), env.REFRESH_TURNS.getByName(name)) };
  const client = new OAuthClient(origin, serverWith({ REFRESH_TURNS: turns as never }));
  const { refresh_token: real } = await client.logIn();
  const [user = "", grant = "", secret = ""] = real.split(":");
  for (const refresh_token of [
    "a:b:c",
    `${user}:made-up:${secret}`,
    `made-up:${grant}:${secret}`,
    `${grant}:${user}:${secret}`,
    `${user}:${grant.toUpperCase()}x:${secret}`,
    `ä:ö:ü`,
    "::",
  ])
    expect((await client.token({ grant_type: "refresh_token", refresh_token })).status).toBe(400);
  expect(made).toEqual([]);
  expect((await client.token({ grant_type: "refresh_token", refresh_token: real })).status).toBe(200);
  expect(made).toHaveLength(1);
});

it("is sent to the door of its supervisor, with the way back", async () => {
  const headers = { "isogate-place": JSON.stringify({ is: "unproven", door: 4321 }) };
  const context = { env: { ...env, SUPERVISED: "true" }, loopback: true } as never;
  const asked = async (method: string) => {
    const identified = await local.identify(
      new Request(`${origin}/runs?a=b%26c`, { method, headers }),
      context,
    );
    return "respond" in identified ? identified.respond : undefined;
  };
  const sent = await asked("GET");
  expect(sent?.headers.get("Location")).toBe("http://localhost:4321/?to=%2Fruns%3Fa%3Db%2526c");
  expect((await asked("POST"))?.status).toBe(403);
});
