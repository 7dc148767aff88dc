/** Ways around a decision that an attacker's review of the gateway found. */
import { expect, it } from "vitest";
import { match } from "../../src/request/match.ts";
import { methodInBody, methodOverride } from "../../src/gateway/decide/policy/method-override.ts";
import type { Subject } from "../../src/gateway/decide/policy/rule.ts";
import { headerValues } from "../../src/gateway/read/incoming.ts";
import { requestHeadersFor, withoutCredentials } from "../../src/gateway/sign/strip.ts";
import { plainCatalog } from "../setup/plain-catalog.ts";

const base = "https://api.test";
const catalog = plainCatalog({
  servers: [{ url: base }],
  paths: {
    "/users/{id}": { delete: { operationId: "any" } },
    "/users/me": { delete: { operationId: "me" } },
    "/files/{name}.json": { get: { operationId: "json" } },
    "/files/{name}": { get: { operationId: "file" } },
    "/raw/{path}": {
      get: { operationId: "raw", parameters: [{ in: "path", name: "path", allowReserved: true }] },
    },
    "/raw/{path}/log": {
      get: { operationId: "log", parameters: [{ in: "path", name: "path", allowReserved: true }] },
    },
  },
});

function operations(method: string, path: string): string[] {
  const found = match(catalog, {}, method, base + path);
  return found.kind === "matched" ? found.matched.fits.map(({ operation }) => operation.id) : [found.kind];
}

it.each([
  ["DELETE", "/users/me", ["me"]],
  ["DELETE", "/users/7", ["any"]],
  ["DELETE", "/users/ME", ["any", "me"]],
  ["DELETE", "/users/me;x=1", ["any", "me"]],
  ["DELETE", "/users/me%20", ["any", "me"]],
  ["DELETE", "/users/me.", ["any", "me"]],
  ["GET", "/files/a.JSON", ["file", "json"]],
  ["GET", "/raw/a/b/log", ["log", "raw"]],
])("decides %s %s on every operation that some server may take it for", (method, path, want) => {
  expect(operations(method, path)).toEqual(want);
});

it.each(["..%20", "%20..", ".%20", "..%09;x"])("refuses dots with blanks around them: %s", (segment) => {
  expect(operations("DELETE", `/users/${segment}`)).toEqual(["refused"]);
});

it("takes no character apart between two parameters", () => {
  const pairs = plainCatalog({
    servers: [{ url: base }],
    paths: { "/{a}{b}": { get: { operationId: "pair" } } },
  });
  const values = (text: string) => {
    const found = match(pairs, {}, "get", `${base}/${encodeURIComponent(text)}`);
    return found.kind === "matched" ? found.matched.fits[0]?.values : found.kind;
  };
  expect(values("😀x")).toEqual({ a: "😀", b: "x" });
  expect(values("😀")).toBe("outside");
});

const subject = (headers: object, query = "") =>
  ({
    method: "POST",
    headers: headerValues(new Headers({ ...headers })),
    query: new URLSearchParams(query),
  }) as unknown as Subject;

it.each([
  ["X-HTTP-Method-Override", subject({ "X-HTTP-Method-Override": "DELETE" })],
  ["X_HTTP_METHOD_OVERRIDE", subject({ X_HTTP_METHOD_OVERRIDE: "DELETE" })],
  ["x-http_method-override", subject({ "x-http_method-override": "DELETE" })],
  ["?_METHOD", subject({}, "_METHOD=delete")],
  ["?a=1;_method", subject({}, "a=1;_method=delete")],
  ["?x-http-method-override", subject({}, "x-http-method-override=PUT")],
])("refuses another method by %s", (_name, given) => {
  expect(methodOverride.decide(given)?.effect).toBe("deny");
});

const form = "application/x-www-form-urlencoded; charset=utf-8";
const multipart = "multipart/form-data; boundary=b";

it.each([
  ["a form", form, "a=1&_method=DELETE"],
  ["a form with an encoded name", form, "%5Fm%65thod=DELETE"],
  ["a form with a semicolon", form, "a=1;_method=DELETE"],
  [
    "a multipart form",
    multipart,
    '--b\r\nContent-Disposition: form-data; name="_method"\r\n\r\nDELETE\r\n--b--',
  ],
  [
    "a multipart form without quotes",
    multipart,
    "--b\r\nContent-Disposition: form-data; name=_method\r\n\r\nDELETE",
  ],
  [
    "a multipart form that says the charset of the name",
    multipart,
    "--b\r\nContent-Disposition: form-data; name*=UTF-8''%5fmethod\r\n\r\nDELETE",
  ],
  ["a form without a content type, as Rack takes it", "", "a=1&_method=DELETE"],
  ["JSON", "application/json", '{"a":1,"_method":"DELETE"}'],
  ["JSON with an escape", "application/json", '{"_\\u006dethod":"DELETE"}'],
])("refuses another method in the body: %s", (_name, contentType, body) => {
  expect(methodInBody("POST", contentType, Buffer.from(body))).toMatchObject({ kind: "denied" });
});

it.each([
  ["a form", form, "method=DELETE&payment_method=card"],
  ["JSON with it inside", "application/json", '{"payment":{"_method":"card"},"method":"x"}'],
  ["a list", "application/json", '["_method"]'],
  ["text", "text/plain", "_method=DELETE"],
])("lets pass what is no other method: %s", (_name, contentType, body) => {
  expect(methodInBody("POST", contentType, Buffer.from(body))).toBeUndefined();
});

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
