/** Where a redirect leads a run that only lists some of its requests. */
import { expect, it } from "vitest";
import { isListed, type Approving } from "../../../src/gateway/approve/approving.ts";
import { locate } from "../../../src/gateway/decide/locate.ts";
import type { IncomingRequest } from "../../../src/gateway/read/incoming.ts";
import { operationsThen } from "../../../src/gateway/run/operations-then.ts";
import type { RunContext, Usage } from "../../../src/gateway/run/run-state.ts";
import { nextHop } from "../../../src/gateway/send/redirect.ts";
import type { Access } from "../../../src/terms/api-file.ts";
import type { RequestRecord } from "../../../src/terms/failure.ts";
import { plainCatalog } from "../../setup/plain-catalog.ts";

const origin = "https://api.test";
const operation = (operationId: string) => ({ operationId });
const catalog = plainCatalog({
  servers: [{ url: origin }],
  paths: {
    "/list": { get: operation("list") },
    "/rotate": { get: operation("rotate") },
    "/search": { post: operation("search") },
    "/find": { post: operation("find") },
    "/apply": { post: operation("apply") },
  },
});

const record = (id: string, method: string, access: Access) =>
  ({ api: "test", operation: id, method, access, url: `${origin}/${id}` }) as RequestRecord;
const lookBack = operationsThen([
  record("list", "GET", "read"),
  record("search", "POST", "read"),
  record("find", "POST", "read"),
  record("rotate", "GET", "write"),
  record("apply", "POST", "write"),
]);

// Today's document or API file calls each of them a read.
const access = { search: "read", find: "read", apply: "read" };
const context = {
  apis: [{ name: "test", title: "", hash: "", file: { source: "x", access } }],
  caller: { access: { test: ["read"] } },
  open: async () => catalog,
} as unknown as RunContext;

it.each<[method: string, from: string, status: number, to: string, isFollowed: boolean]>([
  ["GET", "/list", 302, "/list?page=2", true],
  ["GET", "/list", 302, "/rotate", false],
  ["POST", "/search", 307, "/find", true],
  ["POST", "/search", 307, "/apply", false],
  ["POST", "/search", 308, "/apply", false],
  ["POST", "/search", 303, "/list", true],
  ["POST", "/search", 303, "/rotate", false],
])("a look back, %s %s, %i to %s: followed %s", async (method, from, status, to, isFollowed) => {
  const incoming = { method, url: origin + from, headers: new Map() } as unknown as IncomingRequest;
  const located = await locate(incoming, context);
  if (!located.ok) throw new Error("not located");
  const { target } = located;
  const approving = { approved: { plan: true }, lookBack } as unknown as Approving;
  const next = await nextHop(
    { method, href: target.href, body: undefined, target },
    new Response(null, { status, headers: { location: to } }),
    0,
    {
      context,
      usage: { budgets: { redirects: 5 } } as unknown as Usage,
      headers: new Map(),
      clean: (text) => text,
      mayFollow: (hop, as) =>
        !isListed(
          {
            api: hop.api.name,
            operation: hop.operation.id,
            route: hop.route,
            access: hop.access,
            method: as,
          },
          hop.ask,
          approving,
        ),
    },
  );
  expect(next.ok).toBe(isFollowed);
  if (!next.ok) expect(next.failure).toMatchObject({ message: expect.stringContaining("would only list") });
});

const users = plainCatalog({
  servers: [{ url: origin }, { url: "https://other.example" }],
  paths: {
    "/u/{id}": {
      put: { operationId: "putUser" },
      delete: { operationId: "deleteUser" },
      get: { operationId: "getUser" },
    },
  },
});

it.each<[method: string, to: string, isFollowed: boolean]>([
  ["PUT", "/u/8", false],
  ["DELETE", "/u/8", false],
  ["GET", "/u/8", false],
  ["PUT", "/u/7?force=true", false],
  ["PUT", "/u/7/", false],
  ["PUT", "https://other.example/u/7", true],
  ["DELETE", "https://other.example/u/8", false],
])("what was approved, %s /u/7, by 307 to %s: followed %s", async (method, to, isFollowed) => {
  const approved = {
    apis: [{ name: "test", title: "", hash: "", file: { source: "x" } }],
    caller: { access: { test: ["read", "write", "delete"] } },
    open: async () => users,
  } as unknown as RunContext;
  const incoming = { method, url: `${origin}/u/7`, headers: new Map() } as unknown as IncomingRequest;
  const located = await locate(incoming, approved);
  if (!located.ok) throw new Error("not located");
  const next = await nextHop(
    { method, href: located.target.href, body: undefined, target: { ...located.target, ask: true } },
    new Response(null, { status: 307, headers: { location: to } }),
    0,
    {
      context: approved,
      usage: { budgets: { redirects: 5 } } as unknown as Usage,
      headers: new Map(),
      clean: (text) => text,
    },
  );
  expect([next.ok, next.ok ? "" : (next.failure as { message: string }).message]).toEqual([
    isFollowed,
    isFollowed ? "" : expect.stringMatching(/not what was approved|is not an operation/),
  ]);
});
