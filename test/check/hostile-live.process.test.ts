/** Code made to keep the type checker busy, sent to a server that was started by the command of the README. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../src/cli/server/local-server.ts";
import { connect } from "../setup/connect.ts";
import { inferenceBombs, typeBombs } from "./fixture/bombs.ts";

/** The run's own limit is 60 s of wall time; the check has its two seconds after it. */
const deadlineMs = 75_000;

const schema = { type: "object", properties: { name: { type: "string" } } };
const document = {
  openapi: "3.1.0",
  info: { title: "Pets", version: "1" },
  paths: {
    "/pets": {
      get: {
        operationId: "listPets",
        responses: {
          200: {
            description: "All pets.",
            content: { "application/json": { schema: { type: "array", items: schema } } },
          },
        },
      },
    },
  },
};

let folder: string;
let upstream: Server;
let server: ChildProcess;
let client: Client;

beforeAll(async () => {
  upstream = createServer((_, response) => {
    response.setHeader("content-type", "application/json").end('[{"name":"Rex"}]');
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(join(tmpdir(), "isogate-hostile-"));
  const file = join(folder, "pets.json");
  await writeFile(file, JSON.stringify(document));
  const port = await freePort();
  const { port: upstreamPort } = upstream.address() as AddressInfo;
  const script = join(import.meta.dirname, "../../src/cli/start.ts");
  server = spawn(process.execPath, [script, file, `--server=http://127.0.0.1:${upstreamPort}`, "--open"], {
    env: { ...process.env, PORT: String(port) },
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    server.stdout?.on("data", (text) => {
      output += String(text);
      if (output.includes("Ctrl-C")) resolve();
    });
    server.once("exit", () => reject(new Error(output)));
  });
  client = await connect(new URL(`http://localhost:${port}/mcp`), undefined);
});

afterAll(async () => {
  await client?.close();
  const ended = new Promise((resolve) => server.once("exit", resolve));
  if (server.kill("SIGTERM")) await ended;
  await new Promise((resolve) => upstream.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

interface Reply {
  result?: unknown;
  warnings?: string[];
  error?: { kind: string };
}

/** What the check has to say is only worked out for a run that fails, so every program does. */
async function execute(code: string): Promise<Reply> {
  const call = { name: "execute", arguments: { code } };
  const answer = await client.callTool(call, { timeout: deadlineMs });
  return answer.structuredContent as Reply;
}

const bombs = [...Object.entries(typeBombs), ...Object.entries(inferenceBombs)];

for (const [name, bomb] of bombs)
  test(`${name}: the call ends, and the server goes on`, { timeout: 2 * deadlineMs }, async () => {
    const hostile = await execute(`const { data } = await api.get("/pets");
if (data.length < 9) throw new Error("enough");
function never() {
${bomb}
}
never();`);
    expect(hostile.error?.kind).toMatch(/^(?:thrown|syntax)$/);
    const next = await execute(`return (await api.get("/pets")).data[0].names.length`);
    expect(next.warnings?.join()).toContain(
      "names is not in the document, which has name; did you mean name?",
    );
  });
