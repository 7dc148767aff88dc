import { expect, it } from "vitest";
import { applyCredentials } from "../../../src/gateway/sign/sign.ts";

const url = "https://api.test/things";

it("sets a header in place of another spelling of it", () => {
  const headers = new Map([["x-api-key", "mine"]]);
  expect(applyCredentials(url, headers, [{ in: "header", name: "X-Api-Key", value: "key" }])).toBe(url);
  expect([...headers]).toEqual([["x-api-key", "key"]]);
});

it.each([
  [url, `${url}?key=a%26b`],
  [`${url}?page=2`, `${url}?page=2&key=a%26b`],
])("adds a credential to the query of %s", (href, want) => {
  expect(applyCredentials(href, new Map(), [{ in: "query", name: "key", value: "a&b" }])).toBe(want);
});

it("adds a cookie to those that the operation declares", () => {
  const headers = new Map([["cookie", "a=1"]]);
  applyCredentials(url, headers, [{ in: "cookie", name: "session", value: "s" }]);
  expect(headers.get("cookie")).toBe("a=1; session=s");
});

it("refuses a value that would end its header, and does not say it", () => {
  const set = () =>
    applyCredentials(url, new Map(), [{ in: "header", name: "x-api-key", value: "secret\r\nx-other: 1" }]);
  expect(set).toThrow("The credential for the header x-api-key contains a line break.");
});
