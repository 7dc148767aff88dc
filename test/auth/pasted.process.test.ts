import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { readConsent } from "./fixture/browser.ts";
import { codeOf, makePkce, OAuthClient, resultOf, whoami } from "./fixture/oauth-client.ts";
import { startUpstreamApi, type UpstreamApi } from "./fixture/upstream-api.ts";
import { startFixture, type RunningServer } from "./fixture/wrangler-dev.ts";

let server: RunningServer;
let api: UpstreamApi;

const mine = "token-of-ann-0123456789";
const work = "token-of-ann-at-work-0123456789";

beforeAll(async () => {
  api = await startUpstreamApi();
  server = await startFixture(
    { ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef" },
    {},
    undefined,
    inject("loginWorker"),
  );
  await server.deploy({
    notes: {
      server: api.origin,
      allowHttp: true,
      allowPrivate: ["localhost"],
      credential: { from: "user", fields: { token: "Personal access token" }, check: "/account" },
    },
  });
});
afterAll(async () => {
  await server.stop();
  await api.stop();
});
beforeEach(() => {
  api.broken = undefined;
  api.requests = [];
  api.tokens = new Map([
    [mine, { id: 1, login: "ann" }],
    [work, { id: 2, login: "ann-at-work" }],
  ]);
});

async function paste(fields: [string, string][]) {
  const client = new OAuthClient(server.origin, (request) => fetch(request));
  await client.register();
  const pkce = await makePkce();
  const form = await client.ask(pkce, { resource: `${server.origin}/mcp/notes` });
  const response = await client.browser.submit(`${server.origin}/authorize`, [
    ["handle", form.handle],
    ["decision", "approve"],
    ["scope", "notes:read"],
    ...fields,
  ]);
  return { client, pkce, form, response };
}

async function connect(fields: [string, string][]) {
  const { client, pkce, response } = await paste(fields);
  const redeemed = await client.redeem(codeOf(response), pkce, { resource: `${server.origin}/mcp/notes` });
  const { access_token } = (await redeemed.json()) as { access_token: string };
  const call = async (account?: string) =>
    resultOf(
      await client.call(access_token, "/mcp/notes", {}, "call", { url: `${api.origin}/account`, account }),
    );
  return { client, access_token, call };
}

describe("a credential that is pasted on the consent page", () => {
  it("is asked for in a field that hides it", async () => {
    const { form } = await paste([]);
    expect(form.text).toMatch(/Personal access token<input\s+type="password"\s+name="secret:notes:0:token"/);
  });

  it("is tried once, then used by the gateway and seen by nobody", async () => {
    const { client, access_token, call } = await connect([["secret:notes:0:token", ` ${mine} `]]);
    expect(api.requests).toEqual(["GET /account"]);
    expect(await call()).toMatchObject({ status: 200, body: '{"id":1,"login":"ann"}' });
    const caller = JSON.stringify(await whoami(await client.call(access_token, "/mcp/notes")));
    expect(caller).toContain('"sealed"');
    expect(caller).not.toContain(mine);
  });

  it("may be one of several, chosen by its name", async () => {
    const { call } = await connect([
      ["secret:notes:0:token", mine],
      ["label:notes:1", "work"],
      ["secret:notes:1:token", work],
    ]);
    expect(await call("work")).toMatchObject({ body: '{"id":2,"login":"ann-at-work"}' });
    expect(await call()).toMatchObject({ body: '{"id":1,"login":"ann"}' });
    expect(JSON.stringify(await call("home"))).toContain(`no account \\"home\\"`);
  });

  it("may have names for all, the first one too", async () => {
    const { call } = await connect([
      ["label:notes:0", "home"],
      ["secret:notes:0:token", mine],
      ["label:notes:2", "work"],
      ["secret:notes:2:token", work],
    ]);
    expect(await call()).toMatchObject({ body: '{"id":1,"login":"ann"}' });
    expect(await call("home")).toMatchObject({ body: '{"id":1,"login":"ann"}' });
    expect(await call("work")).toMatchObject({ body: '{"id":2,"login":"ann-at-work"}' });
  });

  const refused: { it: string; fields: [string, string][]; says: string }[] = [
    { it: "is missing", fields: [], says: "needs your own credential" },
    {
      it: "is refused by the API",
      fields: [["secret:notes:0:token", "wrong"]],
      says: "refused the credential (401)",
    },
    {
      it: "holds a line break",
      fields: [["secret:notes:0:token", "a\r\nb"]],
      says: "not look like a credential",
    },
    {
      it: "is a pasted file",
      fields: [["secret:notes:0:token", "x".repeat(9_000)]],
      says: "not look like a credential",
    },
    {
      it: "has the name of another account",
      fields: [
        ["label:notes:0", "work"],
        ["secret:notes:0:token", mine],
        ["label:notes:1", "work"],
        ["secret:notes:1:token", work],
      ],
      says: "two accounts are named “work”",
    },
    {
      it: "has a name that is none",
      fields: [
        ["label:notes:0", 'a"b'],
        ["secret:notes:0:token", mine],
      ],
      says: "give account 1 a short name",
    },
    {
      it: "is missing for an account with a name",
      fields: [
        ["secret:notes:0:token", mine],
        ["label:notes:1", "work"],
      ],
      says: "is missing",
    },
    {
      it: "is a further one without a name",
      fields: [
        ["secret:notes:0:token", mine],
        ["secret:notes:1:token", work],
      ],
      says: "give account 2 a short name",
    },
  ];
  for (const { it: name, fields, says } of refused)
    it(`brings the page back when it ${name}, without what was pasted`, async () => {
      const { response } = await paste(fields);
      expect(response.status).toBe(400);
      const { text, handle } = await readConsent(response);
      expect(text).toContain(says);
      expect(handle).not.toBe("");
      for (const [, secret] of fields) expect(text).not.toContain(`value="${secret}`);
    });

  it("is not accepted while the API cannot check it", async () => {
    api.broken = 503;
    const { response } = await paste([["secret:notes:0:token", mine]]);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Try again");
  });
});
