/** Logins whose store does not answer. */
import { providerIn } from "../../src/auth/sign-in/oidc.ts";
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import worker from "../../src/index.ts";
import { connectionOfToken, connectionsOf } from "../../src/auth/connections.ts";
import { endConnection } from "../../src/auth/end-access.ts";
import { issueAccessToken, resolveAccessToken } from "../../src/vault/access-tokens.ts";
import { beginTransaction, finishTransaction } from "../../src/auth/transactions.ts";
import { LoginSettings } from "../../src/auth/settings.ts";
import { standingOf, standingOfToken } from "../../src/auth/permission.ts";
import { knownUsers, noteUser } from "../../src/auth/users.ts";
import { failing, failingObjects } from "../store/failing.ts";
import { isClear, quietErrors } from "../store/down.ts";

quietErrors();

describe("KV that does not answer", () => {
  it("while a sign-in ends lets nobody in twice", async () => {
    const { state, cookie } = await beginTransaction({ kv: env.OAUTH_KV }, { who: "a" });
    const back = () =>
      new Request(`http://localhost/back?state=${state}`, {
        headers: { Cookie: cookie.split(";")[0] ?? "" },
      });
    const kv = failing(env.OAUTH_KV, (method) => method === "delete").binding;
    await expect(finishTransaction(kv, undefined, back())).rejects.toThrow();
    expect(await finishTransaction(env.OAUTH_KV, undefined, back())).toMatchObject({ data: { who: "a" } });
    expect(await finishTransaction(env.OAUTH_KV, undefined, back())).toBeUndefined();
    await expect(beginTransaction({ kv: failing(env.OAUTH_KV, () => true).binding }, {})).rejects.toThrow();
  });
});

it("while somebody signs in or registers is said so, and lets nobody in", async () => {
  const down = failing(env.OAUTH_KV, () => true).binding;
  const limiter = { limit: () => Promise.reject(new Error("injected")) };
  const register = new Request("http://localhost:8484/oauth/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: "n", redirect_uris: ["http://localhost:1/callback"] }),
  });
  const overs = [{ OAUTH_KV: down }, { REGISTRATIONS: limiter }];
  for (const over of overs) {
    const answer = await worker.fetch(register.clone(), { ...env, ...over } as Env, createExecutionContext());
    // The limiter is read from the Worker's own bindings by the code; where it answers, the store decides.
    if (over === overs[0]) expect(answer.status).toBeGreaterThanOrEqual(500);
    isClear(await answer.text());
  }
});

it("while tokens are refreshed says so with 503", async () => {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: "user:grant:secret",
    client_id: "c",
  });
  await env.OAUTH_KV.put("grant:user:grant", "{}");
  const asked = new Request("http://localhost:8484/oauth/token", { method: "POST", body: form });
  const down = { getByName: () => ({ fetch: () => Promise.reject(new Error("injected")) }) };
  const answer = await worker.fetch(
    asked,
    { ...env, REFRESH_TURNS: down } as never,
    createExecutionContext(),
  );
  expect(answer.status).toBe(503);
  isClear(await answer.text());
});

it("while a user is asked about neither lets them in nor puts them out", async () => {
  const parsed = LoginSettings.parse({
    SIGN_IN: "oidc",
    ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef",
    OIDC_ISSUER: "https://identity.invalid",
    OIDC_CLIENT_ID: "c",
  });
  const settings = { ...parsed, variables: {} };
  const user = { id: "oidc-faults", label: "n", provider: providerIn(parsed), askable: true };
  const down = { ...env, UPSTREAM_TOKENS: failingObjects(env.UPSTREAM_TOKENS) } as Env;
  await expect(standingOf(user, { env: down, settings }, 0)).rejects.toThrow();
  await expect(standingOfToken(user, { env: down, settings })).rejects.toThrow();
  const kv = failing(env.OAUTH_KV, () => true).binding;
  await noteUser(kv, user);
  await expect(knownUsers(kv)).rejects.toThrow();
});

it("while an ending is recorded says so, and the access has ended all the same", async () => {
  const userId = `ended-${crypto.randomUUID()}`;
  const made = await issueAccessToken(env.OAUTH_KV, { userId, name: "n", scopes: ["demo:read"], days: 1 });
  const none = { listUserGrants: async () => ({ items: [] }) } as unknown as OAuthHelpers;
  const connections = connectionsOf(none, env.OAUTH_KV, userId);
  const LEDGER = failingObjects(env.LEDGER);
  const by = { id: userId, label: "n" };
  const ender = { env: { ...env, LEDGER } as Env, secret: "s".repeat(32), userId, connections, by };
  await expect(endConnection(ender, connectionOfToken(made.record.id))).rejects.toThrow("injected");
  expect(await resolveAccessToken(env.OAUTH_KV, made.token)).toBeUndefined();
});
