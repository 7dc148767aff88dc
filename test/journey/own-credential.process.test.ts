/**
 * A person starts isogate with an API that everybody calls with a credential of their own, connects a program, pastes
 * the credential on the consent page, and the program's model calls the API. All of it through `npm start`.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";
import { freePort } from "../../src/cli/server/local-server.ts";
import { Person } from "../auth/fixture/person.ts";
import { readReply } from "../setup/read-reply.ts";

const tokens: Record<string, string> = {
  "token-of-ann-0123456789": "ann",
  "token-of-ann-at-work-0123456789": "ann-at-work",
};

const document = `openapi: 3.1.0
info: { title: Notes, version: "1" }
security: [{ token: [] }]
paths:
  /me: { get: { operationId: me, responses: { "200": { description: Who you are. } } } }
  /notes: { get: { operationId: listNotes, responses: { "200": { description: All notes. } } } }
components: { securitySchemes: { token: { type: http, scheme: bearer } } }
`;

const upstream = createServer((request, response) => {
  const name = tokens[/^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? ""];
  response.setHeader("content-type", "application/json").writeHead(name ? 200 : 401);
  response.end(JSON.stringify(name ? { name } : { error: "who are you?" }));
});

let port: number;
let folder: string;
let output = "";
let stop: () => Promise<unknown>;

async function startIsogate(): Promise<void> {
  const { port: upstreamPort } = upstream.address() as AddressInfo;
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "../../src/cli/main.ts"),
      join(folder, "notes.yaml"),
      `--server=http://127.0.0.1:${upstreamPort}`,
      "--paste=token=/me",
    ],
    { env: { ...process.env, ISOGATE_HOME: join(folder, "home"), PORT: String(port) } },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  let own = "";
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        own += String(text);
        output += String(text);
        if (own.includes("Ctrl-C")) resolve();
      });
    void ended.then(() => reject(new Error(own)));
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-own-"));
  await writeFile(join(folder, "notes.yaml"), document);
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  port = await freePort();
  await startIsogate();
});
afterAll(async () => {
  await stop();
  upstream.close();
  await rm(folder, { recursive: true, force: true });
});

async function connected(person: Person): Promise<Client> {
  const client = new Client({ name: "journey", version: "1" });
  const url = new URL(`http://localhost:${port}/mcp`);
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider: person }));
  return client;
}

async function logIn(pasted: [string, string][]): Promise<Person> {
  const person = new Person(undefined, undefined, pasted);
  const transport = new StreamableHTTPClientTransport(new URL(`http://localhost:${port}/mcp`), {
    authProvider: person,
  });
  const refused = await new Client({ name: "journey", version: "1" }).connect(transport).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof UnauthorizedError)) throw refused;
  await transport.finishAuth(person.callback);
  return person;
}

const execute = async (client: Client, code: string) =>
  readReply(await client.callTool({ name: "execute", arguments: { code } }));

describe("a credential of one's own, through npm start", () => {
  it("is asked for, tried, and used; after a restart too", async () => {
    const person = await logIn([
      ["secret:notes:0:token", "token-of-ann-0123456789"],
      ["label:notes:1", "work"],
      ["secret:notes:1:token", "token-of-ann-at-work-0123456789"],
    ]);
    const code = `
      const [mine, work] = await Promise.all([api.get("/me"), api.as("work").get("/me")]);
      return [mine.data.name, work.data.name];`;
    const client = await connected(person);
    const { tools } = await client.listTools();
    expect(tools[1]?.description).toContain('api.as("work")');
    expect(await execute(client, code)).toMatchObject({ result: ["ann", "ann-at-work"] });
    await client.close();
    await stop();
    await startIsogate();
    const again = await connected(person);
    expect(await execute(again, code)).toMatchObject({ result: ["ann", "ann-at-work"] });
    await again.close();
    for (const secret of Object.keys(tokens)) expect(output).not.toContain(secret);
  });

  it("is refused on the page when the API refuses it", async () => {
    await expect(logIn([["secret:notes:0:token", "of-nobody"]])).rejects.toThrow(
      /Notes refused the credential/,
    );
  });
});
