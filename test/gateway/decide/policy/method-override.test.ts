import { expect, it } from "vitest";
import { methodInBody, methodOverride } from "../../../../src/gateway/decide/policy/method-override.ts";
import type { Subject } from "../../../../src/gateway/decide/policy/rule.ts";
import { headerValues } from "../../../../src/gateway/read/incoming.ts";

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
