/**
 * An API on loopback where everybody has things of their own and a credential of their own. It refuses what a
 * credential does not own, names the caller, and repeats the credential, as careless APIs do.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { markOf } from "./marks.ts";

export interface SoakUpstream {
  origin: string;
  /** How many things were made, by their owner. */
  made: Map<number, number>;
  stop(): Promise<void>;
}

const pageSize = 25;
const thingsEach = 60;

export const document = {
  openapi: "3.1.0",
  info: { title: "Things of people", version: "1" },
  security: [{ token: [] }],
  components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  paths: {
    "/me": { get: { operationId: "getMe", responses: { 200: { description: "Who is calling." } } } },
    "/echo": { get: { operationId: "echo", responses: { 200: { description: "The request itself." } } } },
    "/slow": { get: { operationId: "slow", responses: { 200: { description: "After a while." } } } },
    "/users/{user}/things": {
      parameters: [{ name: "user", in: "path", required: true, schema: { type: "integer" } }],
      get: {
        operationId: "listThings",
        parameters: [{ name: "page", in: "query", schema: { type: "integer" } }],
        responses: {
          200: {
            description: "A page of things.",
            content: { "application/json": { schema: { type: "array", items: { type: "object" } } } },
          },
        },
      },
      post: {
        operationId: "makeThing",
        requestBody: { content: { "application/json": { schema: { type: "object" } } } },
        responses: { 201: { description: "It was made." } },
      },
    },
  },
} as const;

export async function startSoakUpstream(salt: string): Promise<SoakUpstream> {
  const made = new Map<number, number>();
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body, headers }) =>
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify(body)),
    );
  }).listen(0, "127.0.0.1");
  // As servers behind a proxy have it. Node's own 5 s close connections just when a busy client uses them again, and
  // then what became of a write is unknown.
  server.keepAliveTimeout = 120_000;
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  async function answer(
    request: IncomingMessage,
  ): Promise<{ status: number; body: unknown; headers?: Record<string, string> }> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const text = (await request.toArray()).join("");
    const [, owner] = /^Bearer mark_credential_(\d+)_/.exec(request.headers.authorization ?? "") ?? [];
    const user = Number(owner);
    if (owner === undefined || !request.headers.authorization?.endsWith(salt))
      return { status: 401, body: { error: "no" } };
    const mark = markOf("data", user, salt);
    if (url.pathname === "/me") return { status: 200, body: { user, mark } };
    if (url.pathname === "/echo") return { status: 200, body: { headers: request.headers, mark } };
    if (url.pathname === "/slow") {
      await sleep(400);
      return { status: 200, body: { mark } };
    }
    const [, asked] = /^\/users\/(\d+)\/things$/.exec(url.pathname) ?? [];
    if (Number(asked) !== user) return { status: 403, body: { error: "not yours" } };
    if (request.method === "POST") {
      made.set(user, (made.get(user) ?? 0) + 1);
      return { status: 201, body: { mark, got: JSON.parse(text || "{}") as unknown } };
    }
    const page = Number(url.searchParams.get("page") ?? 1);
    const first = (page - 1) * pageSize;
    const count = Math.max(0, Math.min(pageSize, thingsEach - first));
    const things = Array.from({ length: count }, (_, n) => ({ id: first + n, mark, text: "x".repeat(200) }));
    const next = first + count < thingsEach;
    return {
      status: 200,
      body: things,
      ...(next && { headers: { link: `</users/${user}/things?page=${page + 1}>; rel="next"` } }),
    };
  }

  return {
    origin: `http://127.0.0.1:${port}`,
    made,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
