import { expect, it } from "vitest";
import { headerValues } from "../../../src/gateway/read/incoming.ts";
import { requestHeadersFor, withoutCredentials } from "../../../src/gateway/sign/strip.ts";

it("removes a credential's header however a server may spell it", () => {
  const given = new Headers({
    x_api_key: "mine",
    "X-Api_Key": "mine",
    x_forwarded_for: "1.2.3.4",
    "x-fine": "1",
  });
  const kept = requestHeadersFor(headerValues(given), [{ in: "header", name: "x-api-key" }], new Set());
  expect([...kept]).toEqual([["x-fine", "1"]]);
});

it("removes a credential from the query also behind a semicolon", () => {
  const places = [{ in: "query" as const, name: "key" }];
  expect(withoutCredentials("?a=1;key=mine&b=2&%6bey=mine&c=x;y", places)).toBe("?b=2&c=x;y");
});
