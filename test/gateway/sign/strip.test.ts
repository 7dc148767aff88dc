import { describe, expect, it } from "vitest";
import { headerValues } from "../../../src/gateway/read/incoming.ts";
import { headersNotSent, requestHeadersFor, withoutCredentials } from "../../../src/gateway/sign/strip.ts";

const declaring = (...names: string[]) => ({
  parameters: names.map((name) => ({ in: "header", name, schema: { type: "string" } })),
});

function sent(given: Record<string, string>, object = {}) {
  return requestHeadersFor(headerValues(new Headers(given)), [{ in: "header", name: "x-api-key" }], object);
}

it("removes a credential's header however a server may spell it", () => {
  const given = { x_api_key: "mine", "X-Api_Key": "mine", x_forwarded_for: "1.2.3.4", "x-fine": "1" };
  expect([...sent(given, declaring("x_api_key", "X-Fine"))]).toEqual([["x-fine", "1"]]);
});

it("removes a credential from the query also behind a semicolon", () => {
  const places = [{ in: "query" as const, name: "key" }];
  expect(withoutCredentials("?a=1;key=mine&b=2&%6bey=mine&c=x;y", places)).toBe("?b=2&c=x;y");
});

describe("a header that the operation does not declare", () => {
  it.each(
    (
      "client-ip x-remote-addr x-originating-ip x-remote-user x-auth-user x-client-cert x-original-uri " +
      "impersonate-user x-forwarded-for x_forwarded_for x-real-ip x-envoy-original-path x-ms-client-principal " +
      "x-amzn-oidc-identity x-goog-iap-jwt-assertion x-wap-profile referer origin destination x-user-id x-anything " +
      "x-http-method x-http-host-override host authorization cookie connection"
    ).split(" "),
  )("is not sent, and named: %s", (name) => {
    const given = headerValues(new Headers({ [name]: "1", accept: "text/html" }));
    const kept = requestHeadersFor(given, [], declaring("X-Other"));
    expect([...kept.keys()]).toEqual(["accept"]);
    expect(headersNotSent(given, kept)).toEqual(/^(?:host|connection)$/.test(name) ? [] : [name]);
  });

  it.each(
    (
      "accept accept-language content-type if-match if-none-match range prefer idempotency-key traceparent user-agent " +
      "x-request-id x-github-api-version stripe-version"
    ).split(" "),
  )("is sent if it harms nobody: %s", (name) => {
    expect([...sent({ [name]: "1" }).keys()]).toEqual([name]);
  });
});

it.each(["X-Tenant", "x-tenant"])("a header is sent that the operation declares as %s", (name) => {
  expect([...sent({ "X-TENANT": "1" }, declaring(name))]).toEqual([["x-tenant", "1"]]);
});

it.each(["X-Forwarded-For", "Host", "Cookie", "Authorization", "X-Api-Key", "isogate-api", "Connection"])(
  "%s is not sent, even if the operation declares it",
  (name) => {
    expect([...sent({ [name]: "1" }, declaring(name))]).toEqual([]);
  },
);

it("names twenty headers that are not sent, and no more", () => {
  const given = headerValues(
    new Headers(Array.from({ length: 50 }, (_, index): [string, string] => [`x-${index}`, "1"])),
  );
  expect(headersNotSent(given, new Map())).toHaveLength(20);
});
