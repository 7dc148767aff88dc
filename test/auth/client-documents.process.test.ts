import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { certificatePath, startClientDocuments, type ClientDocuments } from "./fixture/client-document.ts";
import { jwts } from "../setup/jwts.ts";
import { makePkce, OAuthClient } from "./fixture/oauth-client.ts";
import { startFixture, type RunningServer } from "./fixture/wrangler-dev.ts";

const redirectUri = "http://localhost:51234/callback";
let server: RunningServer;
let documents: ClientDocuments;
/** Something else on this machine, which nobody may be made to knock at. */
let trap: { port: number; sockets(): number; close(): void };

beforeAll(async () => {
  trap = await setTrap();
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
  trap.close();
});

async function setTrap() {
  let count = 0;
  const listener = createServer((socket) => {
    count += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  return { port, sockets: () => count, close: () => void listener.close() };
}

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
    // Behind each of these stands a document that names the first URL as its own.
    ...[301, 302, 303, 307, 308].map(
      (status) => [`redirects: ${status}`, `/away?status=${status}&to=/behind`] as const,
    ),
    ["redirects twice", "/away?status=302&to=/chain"],
    ["answers 300 with a place to go", "/away?status=300&to=/behind"],
    ["answers 201 with a place to go", "/away?status=201&to=/behind"],
    ["is a page that leads on", "/meta"],
    ["is called HTML", "/typed?type=text/html"],
    ["is called text", "/typed?type=text/plain"],
    ["is called no JSON but nearly", "/typed?type=application/jsonp"],
    ["is called nothing", "/typed"],
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
      expect(documents.requests).not.toContain("/behind");
    });

  it.each(["application/json", "Application/JSON; charset=utf-8", "application/cimd+json"])(
    "is taken when the document is called %s",
    async (type) => {
      const response = await open(`${documents.origin}/typed?type=${encodeURIComponent(type)}`);
      expect([response.status, await response.text()]).toEqual([
        200,
        expect.stringContaining("Documented client"),
      ]);
    },
  );

  it("is refused at http, to which its document redirects", async () => {
    const { sockets, port } = trap;
    expect(
      (await open(`${documents.origin}/away?status=302&to=http://127.0.0.1:${port}/private`)).status,
    ).toBe(400);
    expect(sockets()).toBe(0);
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

const keyed = (keys: string) => `${documents.origin}/keyed?keys=${encodeURIComponent(keys)}`;

/** Of a client that proves itself with a key, which is found where its document says. */
function assertedClaims(clientId: string): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1_000);
  const jti = crypto.randomUUID();
  return { iss: clientId, sub: clientId, aud: server.origin, exp: now + 60, iat: now, jti };
}

async function present(clientId: string, assertion: string) {
  const response = await clientAt(clientId).token({
    grant_type: "authorization_code",
    code: "x",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  });
  return { status: response.status, ...((await response.json()) as { error: string }) };
}

async function prove(keys: string): Promise<number> {
  const clientId = keyed(keys);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${part({ alg: "ES256", typ: "JWT" })}.${part(assertedClaims(clientId))}`;
  return (await present(clientId, `${head}.${Buffer.alloc(64, 1).toString("base64url")}`)).status;
}

describe("a client's proof of its key", () => {
  it("counts only if nothing is wrong with it", async () => {
    const clientId = keyed(`${documents.origin}/own-keys`);
    const proofs = jwts({
      claims: () => assertedClaims(clientId),
      bound: ["iss", "sub", "aud"],
      listed: ["aud"],
      secret: "a-secret-for-tests-only-0123456789abcdef",
    });
    const judged = fc.asyncProperty(proofs, async ({ token, wrong }) => {
      const { error } = await present(clientId, token);
      // A good one gets as far as its code, which nobody gave out.
      expect([wrong, error]).toEqual([
        wrong,
        wrong === undefined ? "invalid_grant" : expect.stringMatching(/^invalid_(?:client|request)$/),
      ]);
    });
    await fc.assert(judged, { seed: 20_261_201, numRuns: 150, endOnFailure: true });
  });
});

describe("the keys that a client document names", () => {
  it("are fetched from the place of the document", async () => {
    documents.requests.length = 0;
    expect(await prove(`${documents.origin}/keys`)).toBe(401);
    expect(documents.requests).toEqual(["/keyed", "/keys"]);
  });

  it("are not looked for behind a redirect", async () => {
    documents.requests.length = 0;
    expect(await prove(`${documents.origin}/keys-away`)).toBe(401);
    expect(documents.requests).toEqual(["/keyed", "/keys-away"]);
  });

  it("are not looked for anywhere else on this machine or in its network", async () => {
    const { sockets, port } = trap;
    const own = new URL(documents.origin).port;
    documents.requests.length = 0;
    for (const keys of [
      `https://localhost:${port}/keys`,
      `https://localhost.:${port}/keys`,
      `https://LOCALHOST:${port}/keys`,
      `https://127.0.0.1:${port}/keys`,
      `https://127.1:${port}/keys`,
      `https://2130706433:${port}/keys`,
      `https://0x7f000001:${port}/keys`,
      `https://[::1]:${port}/keys`,
      `https://[::ffff:127.0.0.1]:${port}/keys`,
      `https://[64:ff9b::7f00:1]:${port}/keys`,
      `https://0.0.0.0:${port}/keys`,
      `https://x.localhost:${port}/keys`,
      `https://localtest.me:${port}/keys`,
      `https://127.0.0.1.nip.io:${port}/keys`,
      `https://user@localhost:${own}/keys`,
      `https://user:pass@localhost:${own}/keys`,
      `http://localhost:${port}/keys`,
      `https://169.254.169.254/latest/meta-data`,
      "https://10.0.0.1/keys",
      "https://router/keys",
    ])
      expect([keys, await prove(keys)]).toEqual([
        keys,
        expect.toSatisfy((status) => status === 401 || status === 400),
      ]);
    expect(sockets()).toBe(0);
    expect(documents.requests).not.toContain("/keys");
  });
});
