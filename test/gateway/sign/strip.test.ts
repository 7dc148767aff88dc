import { describe, expect, it } from "vitest";
import { headerValues } from "../../../src/gateway/read/incoming.ts";
import { bearerInQuery, credentialNamesInBody, reservedPlaces } from "../../../src/request/security.ts";
import { ApiFile } from "../../../src/terms/api-file.ts";
import { plainCatalog } from "../../setup/plain-catalog.ts";
import {
  headersNotSent,
  hiddenCredential,
  requestHeadersFor,
  withoutCredentials,
} from "../../../src/gateway/sign/strip.ts";

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

describe("a credential in the query", () => {
  const places = [{ in: "query" as const, name: "api_key" }];

  it.each(
    (
      "api_key=x API_KEY=x %61pi_key=x api%5fkey=x api%255fkey=x api%25255fkey=x api%u005fkey=x api_key%00z=x api_key%2500z=x " +
      "api_key[]=x api_key%5B0%5D=x api_key[a]=x api_key[a=x api[key=x [[api_key=x [+]api_key=x api.key=x api+key=x api%20key=x +api_key=x api-key=x %EF%BD%81pi_key=x " +
      "a=1;api_key=x a=1;api%255fkey=x api_key"
    ).split(" "),
  )("is removed, however a server may spell it: ?%s", (pair) => {
    expect(withoutCredentials(`?b=2&${pair}&c=x;y`, places)).toBe("?b=2&c=x;y");
    expect(withoutCredentials(`?${pair}`, places)).toBe("");
  });

  it.each(
    "x=1%26api_key=y x=1%2526api_key=y x=1%3Bapi_key=y x=1%253bapi_key%253dy x=%26api%5Fkey=y".split(" "),
  )("is found in the value of another parameter: ?%s", (pair) => {
    const search = withoutCredentials(`?b=2&${pair}`, places);
    expect(search).toBe(`?b=2&${pair}`);
    expect(hiddenCredential(search, places)).toMatch(/api_key/);
  });

  it.each("x=api_key x=1%26other_api_key=y x=%2Fapi_key=1 apikeys=1 my_api_key=1 x=a%26b".split(" "))(
    "is not ?%s",
    (pair) => {
      expect(withoutCredentials(`?${pair}`, places)).toBe(`?${pair}`);
      expect(hiddenCredential(`?${pair}`, places)).toBeUndefined();
    },
  );
});

describe("a bearer token", () => {
  const placesOf = (scheme: object, object = {}) => {
    const catalog = plainCatalog({ components: { securitySchemes: { one: scheme } }, paths: {} });
    return reservedPlaces(catalog, { source: "x" } as ApiFile, object);
  };

  it.each([
    { type: "http", scheme: "bearer" },
    { type: "http", scheme: "Bearer" },
    { type: "oauth2", flows: {} },
    { type: "openIdConnect", openIdConnectUrl: "https://a.example/.well-known/openid-configuration" },
    { type: "apiKey", in: "header", name: "Authorization", prefix: "Bearer " },
  ])("is the gateway's in the query too, however it is spelled: %j", (scheme) => {
    const places = placesOf(scheme);
    for (const pair of [
      "access_token=x",
      "Access-Token=x",
      "access%5Ftoken=x",
      "access_token[]=x",
      "a=1;access.token=x",
    ])
      expect(withoutCredentials(`?b=2&${pair}`, places)).toBe("?b=2");
    expect(withoutCredentials("?token=1&access=2&my_access_token=3", places)).toBe(
      "?token=1&access=2&my_access_token=3",
    );
  });

  it.each([
    { type: "http", scheme: "basic" },
    { type: "apiKey", in: "header", name: "x-api-key" },
    { type: "apiKey", in: "header", name: "Authorization", prefix: "Token " },
  ])("is not %j", (scheme) => expect(placesOf(scheme)).not.toContain(bearerInQuery));

  it("leaves a parameter alone that the operation declares", () => {
    const declared = { parameters: [{ in: "query", name: "access_token", schema: {} }] };
    expect(placesOf({ type: "http", scheme: "bearer" }, declared)).not.toContain(bearerInQuery);
  });
});

describe("a credential in a body", () => {
  const key = { in: "query" as const, name: "api_key" };
  const form = "application/x-www-form-urlencoded";
  const body = (schema: object) => ({ requestBody: { content: { "application/json": { schema } } } });

  it.each([
    ["a key, in a form", [key], {}, form, ["api_key"]],
    ["a key, in JSON", [key], {}, "application/json", ["api_key"]],
    ["a bearer token, in a form", [bearerInQuery], {}, form, ["access_token"]],
    ["a bearer token, in what has no type", [bearerInQuery], {}, undefined, ["access_token"]],
    [
      "both, in parts",
      [key, bearerInQuery],
      {},
      "multipart/form-data; boundary=b",
      ["api_key", "access_token"],
    ],
    ["in an open body", [key], body({ type: "object" }), form, ["api_key"]],
    ["beside another member", [key], body({ properties: { key: {} } }), form, ["api_key"]],
  ])("has the names of the query: %s", (_, places, object, contentType, names) => {
    expect(credentialNamesInBody(places, object as never, contentType)).toEqual(names);
  });

  it.each([
    ["a member that the document declares", [key], body({ properties: { api_key: {} } }), form],
    ["a member of a part of the schema", [key], body({ allOf: [{ properties: { api_key: {} } }] }), form],
    ["a token in JSON, which RFC 6750 does not have", [bearerInQuery], {}, "application/json"],
    [
      "a header or a cookie",
      [
        { in: "header" as const, name: "a" },
        { in: "cookie" as const, name: "b" },
      ],
      {},
      form,
    ],
  ])("is not %s", (_, places, object, contentType) => {
    expect(credentialNamesInBody(places, object as never, contentType)).toEqual([]);
  });
});

it.each([
  ['a="1"', 'a="1"'],
  ['a="1"; b=2', 'a="1"; b=2'],
  ['a="1', undefined],
  ['a=1"', undefined],
  ['a="1; sid=evil"; b=2', "b=2"],
  ['a="1; b=2"', undefined],
  ['a="1\\"; sid=evil; b=2"', undefined],
  ['a="1\\""; b=2', "b=2"],
  ['a="1""2"', undefined],
  ['a="', undefined],
  ['b=2; a=x"y', "b=2"],
])("sends of the cookies %s only those that no server reads on beyond their end", (cookie, want) => {
  const object = { parameters: ["a", "b", "sid"].map((name) => ({ in: "cookie", name, schema: {} })) };
  const given = headerValues(new Headers({ cookie }));
  expect(requestHeadersFor(given, [{ in: "cookie", name: "sid" }], object).get("cookie")).toBe(want);
});

it("removes a credential's cookie also behind a comma", () => {
  const object = { parameters: ["a", "sid"].map((name) => ({ in: "cookie", name, schema: {} })) };
  const cookies = (cookie: string) =>
    requestHeadersFor(
      headerValues(new Headers({ cookie })),
      [{ in: "cookie", name: "sid" }],
      object as never,
    ).get("cookie");
  expect(cookies("a=1, sid=evil")).toBeUndefined();
  expect(cookies("a=1,sid=evil; a=2")).toBe("a=2");
  expect(cookies("a=1,2; sid=evil")).toBe("a=1,2");
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

it("sends what the API file names, in any case, and still no credential", () => {
  const given = headerValues(new Headers({ "STRIPE-ACCOUNT": "a", "x-tenant": "t", "x-api-key": "mine" }));
  const places = [{ in: "header" as const, name: "X-Api-Key" }];
  const kept = requestHeadersFor(given, places, {}, ["Stripe-Account", "X-Api-Key"]);
  expect([...kept]).toEqual([["stripe-account", "a"]]);
  expect(headersNotSent(given, kept)).toEqual(["x-api-key", "x-tenant"]);
});

it.each(
  "Host Cookie Authorization X-Forwarded-For x_forwarded_for CF-Ray isogate-api Proxy-X Origin".split(" "),
)("an API file cannot name %s", (name) =>
  expect(ApiFile.safeParse({ source: "x", headers: [name] }).success).toBe(false),
);

it.each("Stripe-Account Dropbox-API-Arg X-Tenant Referer".split(" "))("an API file can name %s", (name) =>
  expect(ApiFile.safeParse({ source: "x", headers: [name] }).success).toBe(true),
);

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

it.each(["content-type", "content-encoding", "accept", "close, Content-Type"])(
  "keeps what the body was judged by, whatever Connection names: %s",
  (connection) => {
    const given = { "content-type": "text/plain", "content-encoding": "gzip", accept: "a/b" };
    expect(Object.fromEntries(sent({ ...given, connection }, declaring("Content-Encoding")))).toEqual(given);
  },
);
