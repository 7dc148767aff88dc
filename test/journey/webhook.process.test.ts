/**
 * A deployment that is told when something waits for a person: a real receiver, which checks the signature as Standard
 * Webhooks has it, a server that is killed in between, and a receiver that is away.
 */
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connect, logIn } from "../setup/connect.ts";
import { readReply } from "../setup/read-reply.ts";
import { AtTheConsole } from "./fixture/at-the-console.ts";
import { startCareful, type CarefulServer } from "./fixture/careful-server.ts";

interface Delivery {
  headers: IncomingHttpHeaders;
  body: string;
  atMs: number;
}

const key = Buffer.alloc(32, 7);
const deliveries: Delivery[] = [];
/** What the receiver answers; `undefined`: nothing yet. */
let status: number | undefined = 204;
let held = () => {};
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    deliveries.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), atMs: Date.now() });
    const answer = () => response.writeHead(status ?? 204, { location: "/elsewhere" }).end("thank you");
    if (status === undefined) held = answer;
    else answer();
  });
});

let server: CarefulServer;
let person: AtTheConsole;
let execute: (code: string) => Promise<ReturnType<typeof readReply>>;

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  server = await startCareful(undefined, {
    WAITING_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
    WAITING_WEBHOOK_SECRET: `whsec_${key.toString("base64")}`,
  });
  person = new AtTheConsole(server.origin);
  const login = await logIn(server.mcp, ["demo:read", "demo:write", "demo:delete"]);
  execute = async (code) => {
    const client = await connect(server.mcp, login);
    const reply = readReply(await client.callTool({ name: "execute", arguments: { code } }));
    await client.close();
    return reply;
  };
});
beforeEach(() => {
  status = 204;
  deliveries.splice(0);
});
afterAll(async () => {
  await server?.stop();
  receiver.closeAllConnections();
  receiver.close();
});

/** As a receiver is told to (standardwebhooks.com): of the id, the time and the bytes, not older than five minutes. */
function verified({ headers, body }: Delivery): {
  data: { waiting: { what: string; url: string }[]; user: string };
} {
  const [id, timestamp, signature] = ["id", "timestamp", "signature"].map((one) =>
    String(headers[`webhook-${one}`]),
  );
  const wanted = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  expect(signature).toBe(`v1,${wanted}`);
  expect(Math.abs(Date.now() / 1_000 - Number(timestamp))).toBeLessThan(300);
  expect(headers["content-type"]).toBe("application/json");
  for (const name of ["authorization", "cookie"]) expect(headers[name]).toBeUndefined();
  return JSON.parse(body) as ReturnType<typeof verified>;
}

const remove = (id: string) =>
  `const zone = (await api.get("/zones")).data.items[0];
await api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { zone_id: zone.id, record_id: "${id}" } });`;

const hasArrived = (count: number, withinMs: number) =>
  expect.poll(() => deliveries.length, { timeout: withinMs, interval: 100 }).toBe(count);

describe("a webhook of what waits", () => {
  it(
    "is told once, signed, with a link to decide at, and the run does not wait for the receiver",
    { timeout: 120_000 },
    async () => {
      status = undefined;
      const began = Date.now();
      const paused = await execute(remove("one"));
      expect(paused.error?.kind).toBe("needs-approval");
      expect(Date.now() - began).toBeLessThan(15_000);
      await hasArrived(1, 15_000);
      const message = verified(deliveries[0]!);
      expect(message).toMatchObject({ type: "isogate.waiting", data: { user: "local", more: 0 } });
      const [waiting, ...more] = message.data.waiting;
      expect(more).toEqual([]);
      expect(waiting).toMatchObject({ what: "requests", count: 1 });
      expect(deliveries[0]!.body).not.toMatch(/dns-records|demo-secret|\bone\b/);
      expect(paused.text).toContain(new URL(waiting!.url).pathname);
      // A receiver that does not answer is asked by nobody else: pages and calls go on.
      const { text } = await person.open(new URL(waiting!.url).pathname);
      expect(text).toContain("dns-records");
      expect((await execute("return 1")).result).toBe(1);
      held();
    },
  );

  it(
    "is told again what it did not take, with the same id, also by the next server; never elsewhere",
    { timeout: 180_000 },
    async () => {
      status = 302;
      await execute(remove("two"));
      // A minute after the one before.
      await hasArrived(1, 90_000);
      verified(deliveries[0]!);
      await server.crash();
      status = 204;
      await hasArrived(2, 60_000);
      const [first, second] = deliveries.map(({ headers }) => headers["webhook-id"]);
      expect(second).toBe(first);
      expect(deliveries[1]!.body).toBe(deliveries[0]!.body);
      verified(deliveries[1]!);
      // Taken: nothing more of it comes, though it waits still.
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      expect(deliveries).toHaveLength(2);
    },
  );
});
