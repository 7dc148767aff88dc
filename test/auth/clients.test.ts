import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificatePath, startClientDocuments, type ClientDocuments } from "./fixture/client-document.ts";
import { Person } from "./fixture/person.ts";
import { startFixture, type RunningServer } from "./fixture/wrangler-dev.ts";

let server: RunningServer;
let documents: ClientDocuments;
beforeAll(async () => {
  documents = await startClientDocuments("http://localhost:51234/callback");
  server = await startFixture(
    { PRIVATE_CLIENT_HOSTS: "localhost" },
    { NODE_EXTRA_CA_CERTS: certificatePath },
  );
});
afterAll(async () => {
  await server.stop();
  await documents.stop();
});

const info = { name: "isogate-test", version: "1.0.0" };

/** Connects twice: the first time ends in a login, the second has the token. */
async function connectV2(person: Person, path: string, mode: "legacy" | "2026-07-28"): Promise<Client> {
  const url = new URL(path, server.origin);
  const negotiation = mode === "legacy" ? mode : { pin: mode };
  const attempt = async () => {
    const transport = new StreamableHTTPClientTransport(url, { authProvider: person });
    const client = new Client(info, { versionNegotiation: { mode: negotiation } });
    return {
      transport,
      client,
      connected: await client.connect(transport).then(
        () => true,
        () => false,
      ),
    };
  };
  const first = await attempt();
  expect(first.connected).toBe(false);
  await first.transport.finishAuth(person.callback);
  const second = await attempt();
  expect(second.connected).toBe(true);
  return second.client;
}

async function connectV1(person: Person, path: string): Promise<ClientV1> {
  const url = new URL(path, server.origin);
  const attempt = async () => {
    const transport = new TransportV1(url, { authProvider: person as never });
    const client = new ClientV1(info);
    return {
      transport,
      client,
      connected: await client.connect(transport as never).then(
        () => true,
        () => false,
      ),
    };
  };
  const first = await attempt();
  expect(first.connected).toBe(false);
  await first.transport.finishAuth(person.callback.get("code")!);
  const second = await attempt();
  expect(second.connected).toBe(true);
  return second.client;
}

async function whoami(client: Client | ClientV1): Promise<unknown> {
  const { content } = await client.callTool({ name: "whoami", arguments: {} });
  return JSON.parse((content as { text: string }[])[0]!.text);
}

describe("a real client logs in by dynamic registration and calls a tool", () => {
  it("SDK v2, modern revision", async () => {
    const client = await connectV2(new Person(["edge:read", "edge:write"]), "/mcp", "2026-07-28");
    expect(await whoami(client)).toMatchObject({
      caller: { userId: "local", clientName: "SDK test", access: { edge: ["read", "write"] } },
    });
    await client.close();
  });

  it("SDK v2, earlier revision, with the scopes of the challenge", async () => {
    const client = await connectV2(new Person(), "/mcp", "legacy");
    expect(await whoami(client)).toMatchObject({ caller: { access: { edge: ["read"], notes: ["read"] } } });
    await client.close();
  });

  it("SDK v1, at the path of one API", async () => {
    const client = await connectV1(new Person(), "/mcp/notes");
    expect(await whoami(client)).toMatchObject({
      caller: { access: { notes: ["read"] } },
      path: { api: "notes" },
    });
    await client.close();
  });
});

describe("a real client logs in by its metadata document and calls a tool", () => {
  it("SDK v2", async () => {
    const person = new Person(["edge:delete"], `${documents.origin}/v2.json`);
    const client = await connectV2(person, "/mcp", "2026-07-28");
    expect(await whoami(client)).toMatchObject({
      caller: { clientId: `${documents.origin}/v2.json`, access: { edge: ["delete"] } },
    });
    await client.close();
  });

  it("SDK v1", async () => {
    const client = await connectV1(new Person(undefined, `${documents.origin}/v1.json`), "/mcp");
    expect(await whoami(client)).toMatchObject({ caller: { clientId: `${documents.origin}/v1.json` } });
    await client.close();
  });
});
