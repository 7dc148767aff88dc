/** Tokens whose store does not answer. */
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import worker from "../../src/index.ts";
import {
  issueAccessToken,
  listAccessTokens,
  resolveAccessToken,
  revokeAccessToken,
} from "../../src/vault/access-tokens.ts";
import { failing } from "../store/failing.ts";
import { isClear, quietErrors, request } from "../store/down.ts";

quietErrors();

const wanted = { userId: "faults", name: "n", scopes: ["test:read"], days: 1 };

describe("access tokens in a KV that does not answer", () => {
  it("makes a token neither valid nor invalid: 503, so that no client throws it away", async () => {
    const { token } = await issueAccessToken(env.OAUTH_KV, wanted);
    const kv = failing(env.OAUTH_KV, () => true).binding;
    await expect(resolveAccessToken(kv, token)).rejects.toThrow();
    const call = request("/mcp");
    call.headers.set("authorization", `Bearer ${token}`);
    const response = await worker.fetch(call, { ...env, OAUTH_KV: kv } as Env, createExecutionContext());
    expect(response.status).toBe(503);
    isClear(await response.text());
  });

  it("while a token is made shows none, and lists none that was not shown", async () => {
    const user = `kv-${Math.random()}`;
    for (const failsAt of ["access-token:", "access-token-of:"]) {
      const kv = failing(
        env.OAUTH_KV,
        (method, key) => method === "put" && String(key).startsWith(failsAt),
      ).binding;
      await expect(issueAccessToken(kv, { ...wanted, userId: user })).rejects.toThrow();
    }
    expect(await listAccessTokens(env.OAUTH_KV, user)).toEqual([]);
  });

  it("while a token is revoked leaves it listed, and revoking it again ends it", async () => {
    const user = `kv-${Math.random()}`;
    const { token, record } = await issueAccessToken(env.OAUTH_KV, { ...wanted, userId: user });
    for (const failsAt of [0, 1]) {
      let calls = 0;
      const kv = failing(env.OAUTH_KV, (method) => method === "delete" && calls++ === failsAt).binding;
      await expect(revokeAccessToken(kv, user, record.id)).rejects.toThrow();
    }
    expect(await revokeAccessToken(env.OAUTH_KV, user, record.id)).toBe(true);
    expect(await resolveAccessToken(env.OAUTH_KV, token)).toBeUndefined();
  });
});

describe("the store of logins at APIs", () => {
  it("loses no refreshed login when it cannot be written: it is kept and written with the next use", async () => {
    const key = Buffer.alloc(32, 7).toString("base64url");
    const login = { accessToken: "access-1", tokenUrl: "https://login.test/token", clientId: "c" };
    const stub = env.UPSTREAM_TOKENS.getByName(`faults ${Math.random()}`);
    await stub.keep(login, key);
    await runInDurableObject(stub, async (object, state) => {
      const put = vi.spyOn(state.storage, "put").mockRejectedValue(new Error("injected"));
      await expect(object.keep({ ...login, accessToken: "access-2" }, key)).rejects.toThrow("injected");
      expect(await object.access(key, login)).toEqual({ ok: true, accessToken: "access-2" });
      put.mockRestore();
      expect(await object.access(key, login)).toEqual({ ok: true, accessToken: "access-2" });
      expect((await state.storage.list()).size).toBe(2);
    });
    expect(await stub.access(key, login)).toEqual({ ok: true, accessToken: "access-2" });
  });
});
