/** A request that differs in anything from what was shown is another one. */
import { expect, it } from "vitest";
import { identityOf, requestHash } from "../../../../src/store/ledger/approvals/identity.ts";
import type { ExactRequest } from "../../../../src/terms/approvals.ts";

const body = (hash: string) => ({ hash, bytes: 2, content: new Uint8Array([123, 125]) });
const shown: ExactRequest = {
  api: "sandbox",
  operation: "pay",
  route: "POST /pay",
  access: "write",
  account: "work",
  method: "POST",
  url: "https://api.test/pay?a=1&b=2",
  headers: [
    ["accept", "*/*"],
    ["if-match", "e1"],
  ],
  body: body("00"),
};
const { account: _account, ...noAccount } = shown;
const { body: _body, ...noBody } = shown;

it.each<[what: string, other: ExactRequest]>([
  ["the API", { ...shown, api: "production" }],
  ["the API, in capitals", { ...shown, api: "Sandbox" }],
  ["the operation", { ...shown, operation: "payAll" }],
  ["the account", { ...shown, account: "home" }],
  ["no account", noAccount],
  ["an account without a name", { ...shown, account: "" }],
  ["an account that is called null", { ...shown, account: "null" }],
  ["the method", { ...shown, method: "PUT" }],
  ["the URL", { ...shown, url: "https://api.test/pay?b=2&a=1" }],
  ["the host", { ...shown, url: "https://api.test.evil.example/pay?a=1&b=2" }],
  ["a header more", { ...shown, headers: [...shown.headers, ["x", "1"]] }],
  ["a header less", { ...shown, headers: shown.headers.slice(1) }],
  [
    "the value of a header",
    {
      ...shown,
      headers: [
        ["accept", "*/*"],
        ["if-match", "e2"],
      ],
    },
  ],
  ["two headers in one", { ...shown, headers: [["accept", '*/*"],["if-match","e1']] }],
  ["the body", { ...shown, body: body("01") }],
  ["no body", noBody],
  ["an empty body", { ...shown, body: body("") }],
])("%s is compared", (_, other) => {
  expect(requestHash(other)).not.toBe(requestHash(shown));
});

it("parts do not run into each other", () => {
  expect(identityOf({ ...shown, method: "POST https", url: "" })).not.toBe(
    identityOf({ ...shown, method: "POST", url: " https" }),
  );
});
