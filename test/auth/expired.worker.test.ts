/**
 * What has an end, one second before it and one after. The clock is the one of this isolate, in which the login runs;
 * the store keeps its own, so that what is refused here is refused by the login itself.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { LoginSettings } from "../../src/auth/settings.ts";
import { signInNamed } from "../../src/auth/sign-in/index.ts";
import { readSession, startSession } from "../../src/auth/sign-in-cookie.ts";
import { beginTransaction, finishTransaction } from "../../src/auth/transactions.ts";
import { deployFixture } from "./fixture/deployment.ts";
import { codeOf, makePkce, OAuthClient, type Tokens } from "./fixture/oauth-client.ts";
import { serverWith } from "./fixture/server.ts";
import { expectLogged } from "../setup/logged.ts";

const origin = "http://localhost:8484";
const minute = 60;
const day = 24 * 60 * minute;

beforeAll(() => deployFixture(env.CATALOGS));
expectLogged("log", ["isogate.oauth.refused", "isogate.authorize.refused"]);
afterEach(() => void vi.useRealTimers());

/** Sets the clock to so many seconds after `from`. */
function at(from: number, seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: from + seconds * 1_000 });
}

async function loggedIn() {
  const from = Date.now();
  const client = new OAuthClient(origin, serverWith());
  return { client, from, tokens: await client.logIn() };
}

describe("an end", () => {
  it("of an access token: an hour", async () => {
    const { client, from, tokens } = await loggedIn();
    expect(tokens.expires_in).toBe(60 * minute);
    at(from, 60 * minute - 1);
    expect((await client.call(tokens.access_token)).status).toBe(200);
    at(from, 60 * minute + 5);
    const refused = await client.call(tokens.access_token);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
  });

  it("of a refresh token: thirty days after it was last used", async () => {
    const { client, from, tokens } = await loggedIn();
    const refresh = (refresh_token: string) => client.token({ grant_type: "refresh_token", refresh_token });
    at(from, 29 * day);
    const second = (await (await refresh(tokens.refresh_token)).json()) as Tokens;
    at(from, 58 * day);
    const third = (await (await refresh(second.refresh_token)).json()) as Tokens;
    at(from, 89 * day);
    const refused = await refresh(third.refresh_token);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: "invalid_grant" }]);
  });

  it("of a code: ten minutes, which the store is told", async () => {
    const client = new OAuthClient(origin, serverWith());
    await client.register();
    const pkce = await makePkce();
    const before = Date.now() / 1_000;
    const code = codeOf(await client.approve(await client.ask(pkce)));
    const [userId, grantId] = code.split(":");
    const name = `grant:${userId}:${grantId}`;
    const { keys } = await env.OAUTH_KV.list({ prefix: name });
    expect(keys).toHaveLength(1);
    expect(keys[0]!.expiration! - before).toBeLessThanOrEqual(10 * minute + 2);
    // At that time the store has it no more.
    await env.OAUTH_KV.delete(name);
    const refused = await client.redeem(code, pkce);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: "invalid_grant" }]);
  });

  it("of a consent page: ten minutes", async () => {
    const from = Date.now();
    const client = new OAuthClient(origin, serverWith());
    await client.register();
    const [early, late] = [await client.ask(await makePkce()), await client.ask(await makePkce())];
    at(from, 9 * minute);
    expect((await client.approve(early)).status).toBe(302);
    at(from, 11 * minute);
    expect((await client.approve(late)).status).toBe(400);
  });

  it.each(["store", "cookie"])("of a visit to another site, kept in the %s: ten minutes", async (where) => {
    const from = Date.now();
    const secret = "a-secret-for-tests-only-0123456789abcdef";
    const keep = where === "store" ? { kv: env.OAUTH_KV } : { secret };
    const visit = () => beginTransaction(keep, { returnTo: "/" });
    const back = ({ state, cookie }: { state: string; cookie: string }) =>
      finishTransaction(
        env.OAUTH_KV,
        secret,
        new Request(`${origin}/sign-in/callback?state=${state}`, {
          headers: { Cookie: cookie.split(";")[0]! },
        }),
      );
    const [early, late] = [await visit(), await visit()];
    at(from, 10 * minute - 1);
    expect((await back(early))?.data).toEqual({ returnTo: "/" });
    at(from, 10 * minute + 1);
    expect(await back(late)).toBeUndefined();
  });

  it("of a session: eight hours, and only under the secret that signed it", async () => {
    const from = Date.now();
    const secret = "a-secret-for-tests-only-0123456789abcdef";
    const cookie = (await startSession({ id: "local", label: "ann" }, secret)).split(";")[0]!;
    const read = (value: string, with_ = secret) =>
      readSession(new Request(origin, { headers: { Cookie: value } }), {
        env,
        settings: { ...LoginSettings.parse({ ISOGATE_SECRET: with_ }), variables: {} },
        signIn: signInNamed("local"),
      });
    at(from, 8 * 60 * minute - 2);
    expect(await read(cookie)).toEqual({ id: "local", label: "ann" });
    expect(await read(cookie, secret.toUpperCase())).toBeUndefined();
    expect(await read(cookie.replace("ann", "bob"))).toBeUndefined();
    expect(await read(cookie.replace("__Host-", ""))).toBeUndefined();
    at(from, 8 * 60 * minute + 2);
    expect(await read(cookie)).toBeUndefined();
  });

  it("of an access token for programs: the day that was chosen", async () => {
    const from = Date.now();
    const server = serverWith();
    const made = await server(
      new Request(`${origin}/tokens`, {
        method: "POST",
        headers: { Accept: "application/json", Origin: origin },
        body: new URLSearchParams({ name: "a day", days: "1", scope: "edge:read" }),
      }),
    );
    const { token } = (await made.json()) as { token: string };
    const client = new OAuthClient(origin, server);
    at(from, day - 2);
    expect((await client.call(token)).status).toBe(200);
    at(from, day + 2);
    expect((await client.call(token)).status).toBe(401);
  });
});
