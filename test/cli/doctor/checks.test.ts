/** What the doctor says of servers that answer as others than they should, and of a machine that is not as it should be. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apis,
  certificates,
  identityProvider,
  isServing,
  look,
  memory,
  node,
  port,
  publicUrl,
  runtime,
  type Finding,
} from "../../../src/cli/doctor/checks.ts";
import { given } from "../../../src/cli/start.ts";

let server: Server;
let origin: string;
/** What the server answers next. */
let answer: { status?: number; body: string; date?: string };

beforeAll(async () => {
  server = createServer((_, response) => {
    const { status = 200, body, date } = answer;
    if (date !== undefined) response.setHeader("date", date);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const issuing = (issuer: string) => ({ body: JSON.stringify({ issuer }) });
const misdirected = {
  status: 421,
  body: JSON.stringify({
    jsonrpc: "2.0",
    id: null,
    error: {
      code: -32_000,
      message: "Unknown host name localhost. The address of this server is https://x.example.",
    },
  }),
};
const ofProvider = () => look("identity provider", () => identityProvider(origin));
const ofPublicUrl = () => look("PUBLIC_URL", () => publicUrl(origin, true));

const rows: {
  what: string;
  given(): typeof answer;
  asked(): Promise<Finding[]>;
  status: string;
  says: RegExp;
}[] = [
  {
    what: "a provider",
    given: () => issuing(origin),
    asked: ofProvider,
    status: "ok",
    says: /is who it should be/,
  },
  {
    what: "a provider of another name",
    given: () => issuing(`${origin}/`),
    asked: ofProvider,
    status: "fault",
    says: /calls itself http:\/\/127\.0\.0\.1:\d+\/, and OIDC_ISSUER is .*Set OIDC_ISSUER to exactly that/,
  },
  {
    what: "a page",
    given: () => ({ body: "<html>" }),
    asked: ofProvider,
    status: "fault",
    says: /answered 200 and no configuration/,
  },
  {
    what: "a provider that has no configuration",
    given: () => ({ status: 404, body: "" }),
    asked: ofProvider,
    status: "fault",
    says: /answered 404 and no configuration/,
  },
  {
    what: "a clock that is behind",
    given: () => ({ ...issuing(origin), date: new Date(Date.now() + 600_000).toUTCString() }),
    asked: ofProvider,
    status: "fault",
    says: /clock is (?:599|600|601) s behind the provider's/,
  },
  {
    what: "the public address",
    given: () => issuing(origin),
    asked: ofPublicUrl,
    status: "ok",
    says: /calls itself that/,
  },
  {
    what: "a proxy that does not pass the host on",
    given: () => issuing("http://127.0.0.1:8484"),
    asked: ofPublicUrl,
    status: "fault",
    says: /calls itself http:\/\/127\.0\.0\.1:8484\. Set PUBLIC_URL .*Host header/,
  },
  {
    what: "a proxy that leads nowhere",
    given: () => ({ status: 502, body: "bad gateway" }),
    asked: ofPublicUrl,
    status: "fault",
    says: /answered 502, and not as isogate does/,
  },
  {
    what: "a proxy that names another host",
    given: () => misdirected,
    asked: ofPublicUrl,
    status: "fault",
    says: /leads to isogate, under another name: Unknown host name localhost\. .* Let the proxy pass the Host header on/,
  },
];

it.each(rows)("$what: $status", async (row) => {
  answer = row.given();
  const found = await row.asked();
  expect(found.at(-1)).toEqual({
    check: expect.any(String),
    status: row.status,
    says: expect.stringMatching(row.says),
  });
});

it("a server that is not there is a fault with the reason", async () => {
  expect(await look("identity provider", () => identityProvider("https://localhost:9"))).toMatchObject([
    { status: "fault", says: expect.stringMatching(/cannot be reached: /) },
  ]);
  expect(await look("PUBLIC_URL", () => publicUrl(origin, false))).toMatchObject([{ status: "skipped" }]);
});

describe("a port", () => {
  it("that is taken by something else is a fault, one that answers is not", async () => {
    const taken = Number(new URL(origin).port);
    answer = { status: 404, body: "" };
    expect(await isServing("127.0.0.1", taken)).toBe(false);
    expect(await look("port", () => port("127.0.0.1", taken, false))).toMatchObject([
      { status: "fault", says: expect.stringMatching(/is in use/) },
    ]);
    answer = { body: "ok" };
    expect(await isServing("127.0.0.1", taken)).toBe(true);
    expect(await look("port", () => port("127.0.0.1", taken, true))).toMatchObject([{ status: "ok" }]);
  });
});

it("what a start reads from the environment is looked at, and not what it would be without", () => {
  expect(memory({ SUPERVISOR_MAX_MEMORY_BYTES: String(512 * 2 ** 20) })).toMatchObject({
    status: "ok",
    says: "the runtime may have 512 MB",
  });
  expect(() => memory({ SUPERVISOR_MAX_MEMORY_BYTES: "1000" })).toThrow(
    "SUPERVISOR_MAX_MEMORY_BYTES must be",
  );
  const authority = join(import.meta.dirname, "../server/certificate/authority.pem");
  expect(certificates({ NODE_EXTRA_CA_CERTS: authority })).toMatchObject({
    status: "ok",
    says: `${authority} has 1 certificate`,
  });
  expect(certificates({})).toEqual([]);
  expect(() => certificates({ NODE_EXTRA_CA_CERTS: "/nowhere" })).toThrow(
    "/nowhere (NODE_EXTRA_CA_CERTS) cannot",
  );
});

it("this machine runs the program and its runtime", async () => {
  expect(await look("Node", node)).toMatchObject([{ status: "ok" }]);
  expect(await look("runtime", runtime)).toMatchObject([
    { status: "ok", says: expect.stringMatching(/^workerd /) },
  ]);
});

it("an API is looked at as the start looks at it: what would make calls fail is named", async () => {
  const document = join(mkdtempSync(join(tmpdir(), "isogate-doctor-")), "orders.json");
  const paths = { "/orders": { get: { operationId: "list", responses: { 200: { description: "All." } } } } };
  const components = { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } };
  const info = { title: "Orders", version: "1" };
  writeFileSync(
    document,
    JSON.stringify({ openapi: "3.1.0", info, components, security: [{ bearer: [] }], paths }),
  );
  const options = { server: origin, credential: ["bearer=ORDERS_TOKEN"], paste: [] };
  const told: Finding[][] = [];
  await apis([given(document, options), given(`${document}x`, options)], {}, (found) => told.push(found));
  expect(told).toHaveLength(2);
  const found = told.flat();
  expect(found).toMatchObject([
    {
      check: "API orders",
      status: "ok",
      says: "1 operation, 0 faults in the document; it was not held against the schema of OpenAPI yet, which a start does",
    },
    { check: "API orders", status: "warning", says: expect.stringMatching(/^ORDERS_TOKEN is not set/) },
    { check: "API orders_jsonx", status: "fault", says: expect.stringMatching(/no file/i) },
  ]);
  const set: Finding[] = [];
  await apis([given(document, options)], { ORDERS_TOKEN: "x" }, (each) => set.push(...each));
  expect(set).toHaveLength(1);
});
