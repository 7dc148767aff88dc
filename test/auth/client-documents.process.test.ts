import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { certificatePath, startClientDocuments, type ClientDocuments } from "./fixture/client-document.ts";
import { makePkce, OAuthClient } from "./fixture/oauth-client.ts";
import { startFixture, type RunningServer } from "./fixture/wrangler-dev.ts";

const redirectUri = "http://localhost:51234/callback";
let server: RunningServer;
let documents: ClientDocuments;

beforeAll(async () => {
  documents = await startClientDocuments(redirectUri);
  server = await startFixture(
    { PRIVATE_CLIENT_HOSTS: "localhost" },
    { NODE_EXTRA_CA_CERTS: certificatePath },
    undefined,
    inject("loginWorker"),
  );
});
afterAll(async () => {
  await server.stop();
  await documents.stop();
});

function clientAt(clientId: string): OAuthClient {
  const client = new OAuthClient(server.origin, (request) => fetch(request));
  client.clientId = clientId;
  return client;
}

const open = async (clientId: string) => {
  const client = clientAt(clientId);
  return client.browser.open(client.authorizeUrl(await makePkce()));
};

describe("a client with a metadata document", () => {
  it("logs in without registering, and is shown with its domain", async () => {
    const client = clientAt(`${documents.origin}/client.json`);
    const form = await client.ask(await makePkce());
    expect(form.text).toContain("Documented client");
    expect(form.text).toMatch(/Published by<\/dt>\s*<dd>\s*localhost\s*</);
    expect((await client.logIn()).scope).toBe("edge:read notes:read");
  });

  for (const [name, path] of [
    ["is huge", "/huge.json"],
    ["redirects", "/redirecting.json"],
    ["speaks for another client", "/other.json"],
    ["holds a secret", "/secretive.json"],
    ["is no JSON", "/broken.json"],
    ["is missing", "/missing.json"],
  ] as const)
    it(`is refused when the document ${name}`, async () => {
      const response = await open(`${documents.origin}${path}`);
      expect(response.status).toBe(400);
      expect(response.headers.get("Location")).toBeNull();
      expect(await response.text()).toContain("could not be checked");
    });

  it("is refused when the document does not end in time", async () => {
    const before = Date.now();
    expect((await open(`${documents.origin}/slow.json`)).status).toBe(400);
    expect(Date.now() - before).toBeLessThan(20_000);
  });

  it("is refused when the redirect URI is not in the document", async () => {
    const client = clientAt(`${documents.origin}/client.json`);
    client.redirectUri = "https://evil.example/callback";
    expect((await client.browser.open(client.authorizeUrl(await makePkce()))).status).toBe(400);
  });

  it("is not looked for at a private address, neither by the page nor by the token endpoint", async () => {
    // The host is allowed by name only: this is the same server under another one.
    const elsewhere = `${documents.origin.replace("localhost", "127.0.0.1")}/client.json`;
    const asked = documents.requests.length;
    expect((await open(elsewhere)).status).toBe(400);
    const token = await clientAt(elsewhere).token({ grant_type: "authorization_code", code: "x" });
    expect([token.status, ((await token.json()) as { error: string }).error]).toEqual([
      401,
      "invalid_client",
    ]);
    expect(documents.requests.length).toBe(asked);
  });
});
