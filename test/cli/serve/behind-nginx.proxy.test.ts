/**
 * `isogate serve` behind nginx with TLS, with the very file of docs/own-server.md, and two people who sign in at an identity
 * provider: what each may do, and that a client behind the proxy is told apart.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "@modelcontextprotocol/client";
import { browserMissing, launchBrowser } from "../../../scripts/screenshots/browser.ts";
import { readReply, type Reply } from "../../setup/read-reply.ts";
import { signIn, startNginx } from "./nginx.ts";
import { metricsToken, openPage, startOrders, startServed, type Served } from "./served.ts";
import { freePort } from "../../../src/cli/server/local-server.ts";

let orders: Awaited<ReturnType<typeof startOrders>>;
let server: Served;
let nginx: Awaited<ReturnType<typeof startNginx>>;
let origin: string;
const people: Record<"ann" | "ben", Client | undefined> = { ann: undefined, ben: undefined };

const execute = async (name: "ann" | "ben", code: string): Promise<Reply> =>
  readReply(await people[name]!.callTool({ name: "execute", arguments: { code } }));

beforeAll(async () => {
  const port = await freePort();
  nginx = await startNginx(port);
  origin = nginx.origin;
  orders = await startOrders(0);
  server = await startServed({
    api: orders.url,
    publicUrl: origin,
    port,
    environment: { OIDC_ALLOWED: "ann@example.com ben@example.com", LOG_LEVEL: "debug" },
  });
  people.ann = await signIn(server, "ann", ["orders:read", "orders:write"]);
  people.ben = await signIn(server, "ben", ["orders:read"]);
});
afterAll(async () => {
  for (const client of Object.values(people)) await client?.close();
  await nginx?.stop();
  await server?.stop();
  await orders?.stop();
});

describe("behind nginx", () => {
  it("each of two people may do what they granted", async () => {
    const post = 'return (await api.post("/orders", { body: { name: "x" } })).status';
    expect((await execute("ann", post)).result).toBe(201);
    const refused = await execute("ben", post);
    expect(refused.error?.kind).toBe("needs-scope");
    expect(orders.orders).toEqual(["x"]);
    expect((await execute("ben", 'return (await api.get("/orders")).data')).result).toEqual(["x"]);
  });

  it("nobody sees what the other did", async () => {
    const { runId } = await execute("ann", 'return "of ann"');
    const read = await execute("ben", `return await recall("${runId}")`);
    expect(JSON.stringify(read)).not.toContain("of ann");
    expect(read.error).toBeDefined();
  });

  it.skipIf(browserMissing())(
    "a file is downloaded in a browser by its person, after login, and by nobody else; uploads likewise",
    async () => {
      const made = await execute("ann", 'return await file("of ann\\n", "notes.txt")');
      const { link } = made.result as { link: string };
      const browser = await launchBrowser();
      const pageOf = async (name: "ann" | "ben") => {
        server.identity.account = name;
        server.identity.claims = { email: `${name}@example.com`, email_verified: true, name };
        return (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
      };
      try {
        const ann = await pageOf("ann");
        // Going there ends in a download, which is no page.
        const [download] = await Promise.all([ann.waitForEvent("download"), ann.goto(link).catch(() => {})]);
        expect(download.suggestedFilename()).toBe("notes.txt");
        expect(await readFile(await download.path(), "utf8")).toBe("of ann\n");
        await ann.goto(`${origin}/files`);
        const buffer = Buffer.from("given by ann");
        await ann.setInputFiles("input[type=file]", { name: "given.txt", mimeType: "text/plain", buffer });
        await ann.getByRole("button", { name: /upload/i }).click();
        await ann.getByText("given.txt").first().waitFor();

        const ben = await pageOf("ben");
        const refused = await ben.goto(link);
        expect([refused?.status(), await ben.content()]).toEqual([
          404,
          expect.not.stringContaining("of ann"),
        ]);
        await ben.goto(`${origin}/files`);
        expect(await ben.content()).not.toContain("given.txt");
      } finally {
        await browser.close();
      }
      const read = 'return await files["given.txt"].text()';
      expect((await execute("ann", read)).result).toBe("given by ann");
      expect(JSON.stringify(await execute("ben", read))).not.toContain("given by ann");
    },
  );

  it("a person outside the list is not let in", async () => {
    server.identity.account = "eve";
    server.identity.claims = { email: "eve@example.com", email_verified: true, name: "Eve" };
    const page = await openPage(`${origin}/connections`);
    expect(page.status).toBe(403);
    expect(await page.text()).toContain("may not use this server");
  });

  it("the console is the signed-in person's, and the local sign-in is not there", async () => {
    server.identity.account = "ann";
    server.identity.claims = { email: "ann@example.com", email_verified: true, name: "Ann" };
    const text = await (await openPage(`${origin}/connections`)).text();
    expect(text).toContain("ann@example.com");
    expect(text).not.toContain("on this computer");
    const anonymous = await fetch(`${origin}/connections`, { redirect: "manual" });
    expect(new URL(anonymous.headers.get("location") ?? "").origin).toBe(server.identity.issuer);
  });

  it("metadata name the public origin, and no page elsewhere may call", async () => {
    const metadata = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`);
    expect(await metadata.json()).toMatchObject({
      resource: `${origin}/mcp`,
      authorization_servers: [origin],
    });
    for (const [from, status] of [
      ["https://evil.example", 403],
      [origin, 401],
    ] as const) {
      const answer = await fetch(`${origin}/mcp`, {
        method: "POST",
        headers: { Origin: from, "Content-Type": "application/json" },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      });
      expect([from, answer.status]).toEqual([from, status]);
    }
  });

  it("registrations are counted for each client address, and a forged one is not believed", async () => {
    const register = async (forwarded: string) => {
      const sent = request(`${origin}/oauth/register`, {
        method: "POST",
        // Not that of the proxy, which may name others.
        localAddress: "127.0.0.2",
        family: 4,
        headers: { "Content-Type": "application/json", "X-Forwarded-For": forwarded },
      }).end(
        JSON.stringify({
          redirect_uris: ["http://localhost:1/callback"],
          token_endpoint_auth_method: "none",
        }),
      );
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    };
    // nginx adds the address that it sees behind whatever the client wrote: they all count as one.
    const statuses = await Promise.all(Array.from({ length: 70 }, (_, n) => register(`203.0.113.${n}`)));
    expect(statuses).toContain(201);
    expect(statuses).toContain(429);
  });

  it("the figures are not for the world", async () => {
    const asked = await fetch(`${origin}/metrics`, { headers: { Authorization: `Bearer ${metricsToken}` } });
    expect(asked.status).toBe(403);
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  });
});
