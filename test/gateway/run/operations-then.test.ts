/** What a look back sends: only what reads, today and then. */
import { expect, it } from "vitest";
import { isSentLookingBack, operationsThen } from "../../../src/gateway/run/operations-then.ts";
import type { Access } from "../../../src/terms/api-file.ts";
import type { RequestRecord } from "../../../src/terms/failure.ts";

const paths: Record<string, string> = {
  listCarts: "/carts",
  searchCarts: "/carts/search",
  addCart: "/carts",
  restart: "/machines/{id}/restart",
  oldAdd: "/old",
  oldList: "/old/{id}",
  neverCalled: "/never/{id}",
};
const pathOf = (operation: string) => paths[operation] ?? "/unknown";

const record = (operation: string, method: string, access?: Access): RequestRecord => ({
  api: "shop",
  method,
  // The base path, and the host, may be another today.
  url: `https://shop.example/v1${pathOf(operation).replaceAll("{id}", "a%20b")}?q=1`,
  operation,
  ...(access && { access }),
  outcome: "answered",
  durationMs: 1,
  bytesUp: 0,
  bytesDown: 0,
});

const then = operationsThen([
  record("listCarts", "GET", "read"),
  record("searchCarts", "POST", "read"),
  record("addCart", "POST", "write"),
  record("restart", "GET", "write"),
  // As earlier versions kept it.
  record("oldAdd", "POST"),
  record("oldList", "GET"),
]);

type Row = [operation: string, method: string, today: Access, isSent: boolean, path?: string];
it.each<Row>([
  ["listCarts", "GET", "read", true],
  ["searchCarts", "POST", "read", true],
  ["oldList", "GET", "read", true],
  ["neverCalled", "GET", "read", true],
  ["listCarts", "GET", "write", false],
  ["addCart", "POST", "write", false],
  // Loosened since.
  ["addCart", "POST", "read", false],
  ["restart", "GET", "read", false],
  ["oldAdd", "POST", "read", false],
  ["neverCalled", "POST", "read", false],
  ["neverCalled", "DELETE", "delete", false],
  // The id is another operation's today.
  ["listCarts", "GET", "read", false, "/machines/{id}/restart"],
  ["listCarts", "GET", "read", false, "/machines/{name}/{action}"],
  ["renamed", "GET", "read", false, "/machines/{id}/restart"],
  ["searchCarts", "POST", "read", false, "/carts"],
  ["searchCarts", "POST", "read", false, "/carts/apply"],
  ["renamed", "POST", "read", false, "/carts/search"],
  // Its path has moved.
  ["restart", "GET", "read", false, "/v2/restart/{id}"],
  ["listCarts", "GET", "read", true, "/v2/carts"],
  // Another server may take it for the one or the other.
  ["listCarts", "GET", "read", false, "/carts or GET /machines/{id}/restart"],
  ["searchCarts", "POST", "read", false, "/carts/search or POST /carts/apply"],
])("%s, %s, a %s today: sent %s, at %s", (operation, method, access, isSent, path = pathOf(operation)) => {
  const request = { api: "shop", operation, method, access, route: `${method} ${path}` };
  expect(isSentLookingBack(request, then)).toBe(isSent);
});

it("knows an operation by its API", () => {
  const request = { api: "other", operation: "searchCarts", method: "POST", access: "read" as const };
  expect(isSentLookingBack({ ...request, route: "POST /carts/search" }, then)).toBe(false);
});
