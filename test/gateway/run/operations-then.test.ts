/** What a look back sends: only what reads, today and then. */
import { expect, it } from "vitest";
import { isSentLookingBack, operationsThen } from "../../../src/gateway/run/operations-then.ts";
import type { Access } from "../../../src/terms/api-file.ts";
import type { RequestRecord } from "../../../src/terms/failure.ts";

const record = (operation: string, method: string, access?: Access): RequestRecord => ({
  api: "shop",
  method,
  url: "https://shop.example/x",
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

it.each<[operation: string, method: string, today: Access, isSent: boolean]>([
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
])("%s, %s, a %s today: sent %s", (operation, method, access, isSent) => {
  expect(isSentLookingBack({ api: "shop", operation, method, access }, then)).toBe(isSent);
});

it("knows an operation by its API", () => {
  const request = { api: "other", operation: "searchCarts", method: "POST", access: "read" as const };
  expect(isSentLookingBack(request, then)).toBe(false);
});
