/** What one user piles up is read for each page that lists it, while everybody waits: there is a most of it. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { oauthApi } from "../../src/auth/authorization-server.ts";
import { grantsOf } from "../../src/auth/grants.ts";
import { completeGrant } from "../../src/auth/pending-grant.ts";
import { readSettings } from "../../src/auth/settings.ts";
import { readManifest } from "../../src/store/catalogs.ts";
import { deployFixture } from "./fixture/deployment.ts";

const origin = "http://localhost:8484";
const user = { id: "piler", label: "piler@example.com" };

beforeAll(() => deployFixture(env.CATALOGS));

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
