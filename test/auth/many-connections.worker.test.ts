/** What one user piles up is read for each page that lists it, while everybody waits: there is a most of it. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { oauthApi } from "../../src/auth/authorization-server.ts";
import { grantsOf } from "../../src/auth/grants.ts";
import { completeGrant } from "../../src/auth/pending-grant.ts";
import { readSettings } from "../../src/auth/settings.ts";
import { readManifest } from "../../src/store/catalogs.ts";
import { mostTokens } from "../../src/vault/access-tokens.ts";
import { deployFixture } from "./fixture/deployment.ts";
import { serverWith } from "./fixture/server.ts";

const origin = "http://localhost:8484";
const user = { id: "piler", label: "piler@example.com" };

beforeAll(() => deployFixture(env.CATALOGS));

it("is a hundred access tokens: the next one is refused", async () => {
  const server = serverWith();
  const made = async () => {
    const fields = { name: "ci", days: "1", scope: "edge:read" };
    const headers = { Accept: "application/json", Origin: origin };
    const body = new URLSearchParams(fields);
    const response = await server(new Request(`${origin}/tokens`, { method: "POST", headers, body }));
    return response.json<{ token?: string; problem?: string; tokens: unknown[] }>();
  };
  for (let count = 0; count < mostTokens; count += 1) expect((await made()).token).toBeDefined();
  const refused = await made();
  expect(refused.token).toBeUndefined();
  expect(refused.problem).toBe(
    "No token was made: you have 100 tokens, and there may be no more; revoke one first.",
  );
  expect(refused.tokens).toHaveLength(mostTokens);
});

it("is a hundred connections of clients: a new one ends the oldest", async () => {
  const settings = readSettings(env);
  if (!settings.ok) throw new Error(settings.failure);
  const { apis } = await readManifest(env.CATALOGS);
  const oauth = oauthApi(env, origin, apis, settings.settings);
  const clients: string[] = [];
  for (let count = 0; count < 103; count += 1) {
    const { clientId } = await oauth.createClient({
      redirectUris: ["http://localhost:51234/callback"],
      clientName: `Program ${count}`,
      tokenEndpointAuthMethod: "none",
    });
    clients.push(clientId);
    const request = {
      responseType: "code",
      clientId,
      redirectUri: "http://localhost:51234/callback",
      scope: ["edge:read"],
      state: "",
      resource: `${origin}/mcp`,
      codeChallenge: "x".repeat(43),
      codeChallengeMethod: "S256",
    };
    await completeGrant(
      { request, scopes: ["edge:read"], accounts: {}, logins: [], approvedAtMs: 0 },
      user,
      oauth,
    );
  }
  const kept = (await grantsOf(oauth, user.id)).map(({ clientId }) => clientId);
  expect(kept).toHaveLength(100);
  expect(kept).toContain(clients.at(-1));
});
