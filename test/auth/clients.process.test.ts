/**
 * The official clients with their own OAuth code, against the real server: each logs in by registering itself and by
 * a metadata document that the test publishes, and calls both tools.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { prepareApi, readApiFile, specsFolder } from "../../src/cli/apis.ts";
import { freePort, startLocalServer, type LocalServer } from "../../src/cli/server/local-server.ts";
import { useBothTools } from "./fixture/both-tools.ts";
import { certificatePath, startClientDocuments, type ClientDocuments } from "./fixture/client-document.ts";
import { Person } from "./fixture/person.ts";

let server: LocalServer;
let documents: ClientDocuments;
let stateFolder: string;
beforeAll(async () => {
  documents = await startClientDocuments("http://localhost:51234/callback");
  stateFolder = await mkdtemp(join(tmpdir(), "isogate-clients-"));
  const demo = await readApiFile(join(specsFolder, "demo.jsonc"));
  server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [await prepareApi({ ...demo, file: { ...demo.file, server: inject("demoUrl") } })],
    secrets: {
      DEMO_TOKEN: inject("demoToken"),
      // These and the certificate let the server read the documents of this test, on this machine.
      CLIENT_DOCUMENTS: "offer",
      PRIVATE_CLIENT_HOSTS: "localhost",
    },
    certificates: certificatePath,
    stateFolder,
    config: inject("worker"),
  });
});
afterAll(async () => {
  await server.stop();
  await documents.stop();
  await rm(stateFolder, { recursive: true, force: true });
});

const info = { name: "isogate-test", version: "1.0.0" };

interface Attempt {
  client: Client | ClientV1;
  connect(): Promise<void>;
  finish(callback: URLSearchParams): Promise<void>;
}

type Attempted = (url: URL, person: Person) => Attempt;

const v2 =
  (mode: "legacy" | { pin: "2026-07-28" }): Attempted =>
  (url, authProvider) => {
    const transport = new StreamableHTTPClientTransport(url, { authProvider });
    const client = new Client(info, { versionNegotiation: { mode } });
    return {
      client,
      connect: () => client.connect(transport),
      finish: (callback) => transport.finishAuth(callback),
    };
  };

const v1: Attempted = (url, person) => {
  const transport = new TransportV1(url, { authProvider: person as never });
  const client = new ClientV1(info);
  return {
    client,
    connect: () => client.connect(transport as never),
    finish: (callback) => transport.finishAuth(callback.get("code")!),
  };
};

const clients: [name: string, attempt: Attempted][] = [
  ["SDK v2, revision 2026-07-28", v2({ pin: "2026-07-28" })],
  ["SDK v2, earlier revision", v2("legacy")],
  ["SDK v1", v1],
];

/** Connects twice: the first time ends in a login, the second has the token. */
async function logIn(attempt: Attempted, person: Person, path: string): Promise<Client | ClientV1> {
  const url = new URL(path, server.origin);
  const first = attempt(url, person);
  await expect(first.connect()).rejects.toThrow(/unauthorized/i);
  await first.finish(person.callback);
  const second = attempt(url, person);
  await second.connect();
  return second.client;
}

const tokensOf = (person: Person) => person.memory.tokens as { scope: string };
const clientIdOf = (person: Person) => (person.memory.client as { client_id: string }).client_id;

describe.each(clients)("%s", (name, attempt) => {
  it("logs in by dynamic registration, with the scopes of the challenge, and calls both tools", async () => {
    const person = new Person();
    const client = await logIn(attempt, person, "/mcp");
    await useBothTools(client);
    expect(tokensOf(person).scope).toBe("demo:read");
    expect(clientIdOf(person)).not.toContain("://");
    const { tools } = await client.listTools();
    expect(tools[1]?.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    await client.close();
  });

  it("logs in by its metadata document, at the path of one API, and calls both tools", async () => {
    const id = `${documents.origin}/${encodeURIComponent(name)}.json`;
    const person = new Person(["demo:read", "demo:delete"], id);
    const client = await logIn(attempt, person, "/mcp/demo");
    await useBothTools(client);
    expect(tokensOf(person).scope).toBe("demo:read demo:delete");
    expect(clientIdOf(person)).toBe(id);
    const { tools } = await client.listTools();
    expect(tools[1]?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    await client.close();
  });

  it("is sent to log in again when its token is no good any more, and gets on by refreshing it", async () => {
    const person = new Person();
    const client = await logIn(attempt, person, "/mcp");
    await client.close();
    const tokens = person.memory.tokens as { access_token: string };
    person.memory.tokens = { ...tokens, access_token: `${tokens.access_token}x` };
    const again = attempt(new URL("/mcp", server.origin), person);
    await again.connect();
    await useBothTools(again.client);
    expect(tokensOf(person)).not.toMatchObject({ access_token: tokens.access_token });
    await again.client.close();
  });
});
