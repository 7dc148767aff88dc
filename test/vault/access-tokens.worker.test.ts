import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import {
  issueAccessToken,
  listAccessTokens,
  mayHaveAnotherToken,
  mostTokens,
  recordKey,
  revokeAccessToken,
} from "../../src/vault/access-tokens.ts";
import { deployFixture } from "../auth/fixture/deployment.ts";
import { OAuthClient, whoami } from "../auth/fixture/oauth-client.ts";
import { serverWith } from "../auth/fixture/server.ts";

const origin = "http://localhost:8484";
const server = serverWith();

interface Answer {
  token?: string;
  problem?: string;
  tokens: { id: string; name: string; scopes: string[] }[];
}

async function post(
  fields: [string, string][],
  headers: Record<string, string> = {},
): Promise<[number, Answer]> {
  const response = await server(
    new Request(`${origin}/tokens`, {
      method: "POST",
      headers: { Accept: "application/json", Origin: origin, ...headers },
      body: new URLSearchParams(fields),
    }),
  );
  return [response.status, await response.json<Answer>()];
}

async function make(scopes: string[], name = "ci"): Promise<string> {
  const [, { token }] = await post([
    ["name", name],
    ["days", "30"],
    ...scopes.map((scope): [string, string] => ["scope", scope]),
  ]);
  return token ?? "";
}

const call = (token: string, path?: string) => new OAuthClient(origin, server).call(token, path);

beforeAll(() => deployFixture(env.CATALOGS));

describe("an access token", () => {
  it("calls with its own scopes", async () => {
    const token = await make(["edge:read", "edge:write"]);
    expect((await whoami(await call(token))).caller).toEqual({
      userId: "local",
      user: { id: "local", label: "you, on this computer" },
      clientId: expect.stringMatching(/^token-[\w-]{16}$/),
      clientName: "ci",
      connectionKey: expect.stringMatching(/^access-token:[\w-]{43}$/) as unknown,
      access: { edge: ["read", "write"] },
    });
  });

  it("is told all scopes to ask for, with 403, where it has none", async () => {
    const response = await call(await make(["edge:read"]), "/mcp/notes");
    expect(response.status).toBe(403);
    const challenge = response.headers.get("WWW-Authenticate");
    expect(challenge).toContain('error="insufficient_scope", scope="notes:read"');
    expect(challenge).toContain(
      `resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp/notes"`,
    );
  });

  it("is stored as a hash only", async () => {
    const token = await make(["edge:read"]);
    const { keys } = await env.OAUTH_KV.list();
    const values = await Promise.all(keys.map(({ name }) => env.OAUTH_KV.get(name)));
    expect(JSON.stringify([keys, values])).not.toContain(token.slice("isogate_".length));
  });

  it("is listed and can be revoked, by its user only", async () => {
    const token = await make(["edge:read"], "to be revoked");
    const [, { tokens }] = await post([["revoke", "0000000000000000"]]);
    const { id } = tokens.find(({ name }) => name === "to be revoked")!;
    expect((await call(token)).status).toBe(200);
    expect((await post([["revoke", id]]))[0]).toBe(200);
    expect((await call(token)).status).toBe(401);
  });

  it("is refused when it was never issued", async () => {
    expect((await call(`isogate_${"x".repeat(43)}`)).status).toBe(401);
    expect((await call("isogate_")).status).toBe(401);
  });

  const refused: { it: string; fields: [string, string][]; status: number; says: string }[] = [
    {
      it: "no name",
      fields: [
        ["days", "1"],
        ["scope", "edge:read"],
      ],
      status: 400,
      says: "No token was made",
    },
    {
      it: "no scope",
      fields: [
        ["name", "x"],
        ["days", "1"],
      ],
      status: 400,
      says: "tick at least one",
    },
    {
      it: "a foreign scope",
      fields: [
        ["name", "x"],
        ["days", "1"],
        ["scope", "github:read"],
      ],
      status: 400,
      says: "edge, notes",
    },
    {
      it: "a made-up access",
      fields: [
        ["name", "x"],
        ["days", "1"],
        ["scope", "edge:admin"],
      ],
      status: 400,
      says: "edge:admin",
    },
    {
      it: "no end",
      fields: [
        ["name", "x"],
        ["days", "100000"],
        ["scope", "edge:read"],
      ],
      status: 400,
      says: "from 1 to 365",
    },
    {
      it: "an id that is a pattern",
      fields: [["revoke", ""]],
      status: 404,
      says: "You have no token with this id",
    },
  ];
  for (const { it: name, fields, status, says } of refused)
    it(`is not made or revoked with ${name}`, async () => {
      const [answered, { problem, token }] = await post(fields);
      expect([answered, token]).toEqual([status, undefined]);
      expect(problem).toContain(says);
    });

  it("is not made by a form of another site, or of none", async () => {
    const fields: [string, string][] = [
      ["name", "x"],
      ["days", "1"],
      ["scope", "edge:read"],
    ];
    for (const Origin of ["https://evil.example", "null", ""])
      expect((await post(fields, { Origin }))[0]).toBe(403);
  });
});

describe("the tokens of one user", () => {
  const wanted = (userId: string) => ({ userId, name: "ci", scopes: ["edge:read"], days: 1 });

  it("are at most a hundred, and another can be made when one is gone", async () => {
    const kv = env.OAUTH_KV;
    for (let count = 0; count < mostTokens; count += 1) await issueAccessToken(kv, wanted("many"));
    expect(await mayHaveAnotherToken(kv, "many")).toBe(false);
    expect(await mayHaveAnotherToken(kv, "other")).toBe(true);
    const [first] = await listAccessTokens(kv, "many");
    expect(await revokeAccessToken(kv, "many", first?.id ?? "")).toBe(true);
    expect(await mayHaveAnotherToken(kv, "many")).toBe(true);
  });

  it(
    "are all listed and all ended, however many an earlier version let somebody make",
    { timeout: 120_000 },
    async () => {
      const kv = env.OAUTH_KV;
      const record = { userId: "thousand", name: "old", scopes: ["edge:read"], createdAt: 1, expiresAt: 4e9 };
      const ids = Array.from({ length: 1_010 }, (_, at) => `${at}`.padStart(16, "0"));
      await Promise.all(
        ids.flatMap((id) => [
          kv.put(recordKey(`${id}-hash`), JSON.stringify({ ...record, id })),
          kv.put(`access-token-of:thousand:${id}-hash`, ""),
        ]),
      );
      const listed = await listAccessTokens(kv, "thousand");
      expect(listed).toHaveLength(ids.length);
      await Promise.all(listed.map(({ id }) => revokeAccessToken(kv, "thousand", id)));
      expect(await listAccessTokens(kv, "thousand")).toEqual([]);
      expect((await Promise.all(ids.map((id) => kv.get(recordKey(`${id}-hash`))))).filter(Boolean)).toEqual(
        [],
      );
    },
  );

  it.each([
    ["of names beyond ASCII", { name: "für Zürich 東京" }],
    ["of very many scopes", { scopes: Array.from({ length: 200 }, (_, at) => `edge:read:tag-${at}`) }],
  ])("are listed whole: %s", async (what, more) => {
    const issued = await issueAccessToken(env.OAUTH_KV, { ...wanted(what), ...more });
    expect(await listAccessTokens(env.OAUTH_KV, what)).toEqual([issued.record]);
  });
});
