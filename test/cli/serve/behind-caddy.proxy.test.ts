/**
 * `isogate serve` behind Caddy with TLS, with the very file of docs/own-server.md, for an API whose users log in at the API
 * itself: that login is their sign-in here, and each of their calls leaves with their own token.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect, logIn } from "../../setup/connect.ts";
import { readReply } from "../../setup/read-reply.ts";
import { programOf, start, type Running } from "../../upstreams/processes.ts";
import { blockOfPage, trustedCertificate } from "./proxy.ts";
import { metricsToken, startOrders, startServed, type Served } from "./served.ts";
import { freePort } from "../../../src/cli/server/local-server.ts";

let folder: string;
let orders: Awaited<ReturnType<typeof startOrders>>;
let server: Served;
let caddy: Running;
let origin: string;
const clients: Client[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-caddy-"));
  await trustedCertificate(folder);
  const port = await freePort();
  origin = `https://localhost:${port}`;
  // The API asks its login server whose a token is.
  orders = await startOrders(0, async (authorization = "") => {
    const said = await fetch(`${server.identity.issuer}/me`, { headers: { authorization } });
    return { login: ((await said.json()) as { sub: string }).sub };
  });
  server = await startServed({ api: orders.url, publicUrl: origin, atApi: true });
  const block = await blockOfPage("caddy", [
    ["mcp.example.com {", `${origin} {\n  tls ${folder}/cert.pem ${folder}/key.pem`],
    ["127.0.0.1:8484", `127.0.0.1:${server.port}`],
  ]);
  const globals = `{\n  admin off\n  auto_https disable_redirects\n  storage file_system ${folder}\n}\n`;
  await writeFile(join(folder, "Caddyfile"), globals + block);
  caddy = await start(
    programOf("caddy", "caddy"),
    ["run", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")],
    `${origin}/healthz`,
  );
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await caddy?.stop();
  await server?.stop();
  await orders?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function signIn(name: string): Promise<Client> {
  server.identity.account = name;
  const url = new URL("/mcp", origin);
  const client = await connect(url, await logIn(url, ["orders:read"], name));
  clients.push(client);
  return client;
}

async function execute(client: Client, code: string) {
  return readReply(await client.callTool({ name: "execute", arguments: { code } }));
}

it("people log in at the API, and each calls it as themselves", async () => {
  const whoami = 'return (await api.get("/account")).data.login';
  const ann = await signIn("ann");
  const ben = await signIn("ben");
  expect((await execute(ann, whoami)).result).toBe("ann");
  expect((await execute(ben, whoami)).result).toBe("ben");
  const { runId } = await execute(ann, 'return "of ann"');
  expect(JSON.stringify(await execute(ben, `return await recall("${runId}")`))).not.toContain("of ann");
  expect(orders.credentials.size).toBeGreaterThan(1);
});

it("the stream of an answer comes as it is written", async () => {
  const client = await signIn("ann");
  const began = performance.now();
  const heard: number[] = [];
  const code = "await new Promise((done) => setTimeout(done, 4_000)); return 1";
  await client.callTool(
    { name: "execute", arguments: { code } },
    { onprogress: () => void heard.push(performance.now() - began) },
  );
  expect(performance.now() - began - heard[0]!).toBeGreaterThan(500);
});

it("the figures are not for the world", async () => {
  const headers = { Authorization: `Bearer ${metricsToken}` };
  expect((await fetch(`${origin}/metrics`, { headers })).status).toBe(404);
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
});
