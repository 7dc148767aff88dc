/** A login at an API: when it is renewed, and when it is over. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { sealAccount } from "../../src/vault/vault.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy, executeOn, received } from "../gateway/running.ts";

const tokenUrl = `${inject("upstream")}/token`;
const key = Buffer.alloc(32, 7).toString("base64url");
afterEach(() => void vi.useRealTimers());

/** @param endpoint the query of its token endpoint */
async function keptLogin(
  endpoint: string,
  more: { refreshToken?: string | undefined; expiresAt?: number } = {},
) {
  const store = `login ${Math.random()}`;
  const stub = env.UPSTREAM_TOKENS.getByName(store);
  const login = { accessToken: "first", refreshToken: "r", clientId: "c", ...more };
  const at = `${tokenUrl}?${endpoint}`;
  await stub.keep({ ...login, tokenUrl: at }, key);
  const age = () => vi.useFakeTimers({ now: Date.now() + 120_000, toFake: ["Date"] });
  return { store, stub, age, at, client: { tokenUrl: at, clientId: "c" } };
}

/** An API of such a login, and the account that is in it. */
async function ownApi(store: string, at: string, document: Record<string, unknown> = upstreamDocument) {
  const { ISOGATE_SECRET } = env as unknown as { ISOGATE_SECRET: string };
  const content = { kind: "oauth" as const, scheme: "token", store, key };
  const account = await sealAccount("", content, { userId: "u", api: "own" }, ISOGATE_SECRET);
  const credential = {
    from: "oauth" as const,
    scheme: "token",
    clientId: "c",
    clientSecret: "TEST_KEY",
    tokenUrl: at,
    authorizationUrl: tokenUrl,
  };
  const api = await deploy({ document, file: { credential } as never }, "own");
  return { api, accounts: { own: [account] } };
}

type Stub = Awaited<ReturnType<typeof keptLogin>>["stub"];

it.each([
  ["invalid_grant", 400, "ended"],
  ["invalid_grant", 401, "ended"],
  ["invalid_grant", 403, "ended"],
  ["invalid_grant", 429, "unreachable"],
  ["invalid_grant", 500, "unreachable"],
  ["invalid_grant", 503, "unreachable"],
  ["login_required", 400, "ended"],
  ["login_required", 502, "unreachable"],
  ["server_error", 400, "unreachable"],
  ["invalid_client", 401, "unreachable"],
])("that is answered %s with %i is %s", async (error, status, reason) => {
  const { stub, client } = await keptLogin(`error=${error}&status=${status}`, { expiresAt: 1 });
  expect(await stub.access(key, client)).toEqual({ ok: false, reason });
  const left = await runInDurableObject(stub, async (_, state) => (await state.storage.list()).size);
  expect(left > 0).toBe(reason === "unreachable");
});

it.each<[what: string, endpoint: string, refreshToken: string | undefined, isOld: boolean, another: boolean]>(
  [
    ["is renewed", "", "r", true, true],
    ["is not renewed within a minute", "", "r", false, false],
    ["cannot be renewed without a refresh token", "", undefined, true, false],
    ["stays where the server does not renew it", "error=x&status=500", "r", true, false],
    ["is over where the server says so", "error=invalid_grant&status=400", "r", true, true],
  ],
)("whose token the API refuses early %s", async (_, endpoint, refreshToken, isOld, another) => {
  const { stub, age, client } = await keptLogin(endpoint, { refreshToken });
  if (isOld) age();
  expect(await stub.refused(key, "first", client)).toBe(another);
  const next = await stub.access(key, client);
  expect(next.ok && next.accessToken === "first").toBe(!another);
});

it.each<[what: string, meanwhile: (stub: Stub) => Promise<unknown>, left: string | undefined]>([
  ["forgotten stays forgotten", (stub) => stub.forget(), undefined],
  [
    "replaced by another one is that one",
    (stub) => stub.keep({ accessToken: "of another login", tokenUrl, clientId: "c" }, key),
    "of another login",
  ],
])("that is %s while it is renewed", async (_, meanwhile, left) => {
  for (const answer of ["", "error=invalid_grant&status=400"]) {
    const { stub, client } = await keptLogin(`${answer}&wait=300`, { expiresAt: 1 });
    const renewed = stub.access(key, client);
    await new Promise((done) => setTimeout(done, 100));
    await meanwhile(stub);
    await renewed;
    const found = await stub.access(key, left === undefined ? client : { ...client, tokenUrl });
    expect(found.ok ? found.accessToken : undefined).toBe(left);
  }
});

describe("that was begun by another client, whose secret is sent to nobody else", () => {
  const others: [what: string, other: { tokenUrl?: string; clientId?: string }][] = [
    ["at another address", { tokenUrl: `${tokenUrl}?moved` }],
    ["of another id", { clientId: "d" }],
    ["of another id at another address", { tokenUrl: `${tokenUrl}?moved`, clientId: "d" }],
  ];

  it.each(others)("%s has ended", async (_, other) => {
    const { stub, age, client } = await keptLogin("", { expiresAt: 1 });
    await received();
    const another = { ...client, ...other };
    expect(await stub.access(key, another)).toEqual({ ok: false, reason: "ended" });
    expect(await stub.standing(key, 0, another)).toBe("ended");
    age();
    expect(await stub.refused(key, "first", another)).toBe(false);
    expect((await received()).requests).toEqual([]);
    expect(await stub.standing(key, 0, client)).toBe("stands");
    expect(await stub.access(key, client)).toMatchObject({ ok: true });
  });

  it("is asked about only when its last answer is old", async () => {
    const { stub, age, client } = await keptLogin("");
    expect(await stub.standing(key, 60_000)).toBe("stands");
    age();
    expect(await stub.standing(key, 60_000)).toBe("unasked");
    expect(await stub.standing(key, 60_000, client)).toBe("stands");
    expect(await stub.standing(key, 60_000)).toBe("stands");
  });
});

it.each<[what: string, said: string]>([
  ["the refresh token", "planted-refresh-token"],
  ["the secret of the client", "planted-key-7f3a9"],
])("does not repeat %s that an answer holds", async (_, said) => {
  const { store, at } = await keptLogin("", { refreshToken: "planted-refresh-token" });
  const own = await ownApi(store, at);
  const code = `return (await fetch(${JSON.stringify(`${inject("upstream")}/type?type=text/plain`)}, { method: "POST", body: ${JSON.stringify(said)}, headers: { "content-type": "text/plain" } })).text()`;
  const ran = await executeOn(code, [own.api], undefined, own.accounts);
  expect(ran.value, JSON.stringify(ran.failure)).toBe("[redacted]");
});

it("is renewed once for all requests whose token was refused", async () => {
  const { stub, age, client } = await keptLogin("");
  age();
  await received();
  const all = await Promise.all(Array.from({ length: 5 }, () => stub.refused(key, "first", client)));
  expect([...all, await stub.refused(key, "first", client)]).toEqual(Array(6).fill(true));
  expect((await received()).requests.filter(({ url }) => url.startsWith("/token"))).toHaveLength(1);
});

it.each(["get", "post"])(
  "lets a %s go again with the next token when the API refuses one early",
  async (method) => {
    const { store, age, at } = await keptLogin("");
    const paths = { "/revoked": { [method]: { operationId: "it", responses: {} } } };
    const { api, accounts } = await ownApi(store, at, { ...upstreamDocument, paths });
    age();
    await received();
    const code = `return (await fetch(${JSON.stringify(`${inject("upstream")}/revoked?k=${store}`)}, { method: "${method.toUpperCase()}" })).status`;
    const ran = await executeOn(code, [api], undefined, accounts);
    expect(ran.value, JSON.stringify(ran.failure)).toBe(200);
    const sent = (await received()).requests.filter(({ url }) => url.startsWith("/revoked"));
    expect(sent.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer first",
      expect.stringMatching(/^Bearer access-/),
    ]);
  },
);
