/** Entries of an API file that could fit nothing, or everything, by their form alone. */
import { describe, expect, it } from "vitest";
import { ApiFile } from "../../src/terms/api-file.ts";

const problems = (more: object) => {
  const { error } = ApiFile.safeParse({ source: "openapi.json", ...more });
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
};
const noHost = "this is a host name or an address, without scheme, port and path, such as 127.0.0.1";
const noOrigin = "this is an origin, scheme and host without a path, such as https://files.example.com";

describe("a host", () => {
  it.each(["127.0.0.1", "localhost", "::1", "[::1]", "fe80::1", "host.internal", "10.0.0.1"])(
    "is %s",
    (host) => expect(problems({ allowPrivate: [host] })).toEqual([]),
  );
  it.each(["", "http://127.0.0.1:80", "127.0.0.1:80", "[::1]:80", "localhost:8080", "a/b", "a b", "me@a"])(
    "is not %j",
    (host) => expect(problems({ allowPrivate: [host] })).toEqual([`allowPrivate.0: ${noHost}`]),
  );
});

describe("an origin", () => {
  it.each(["https://a.com", "https://a.com/", "http://a.com:81", "HTTPS://A.com", "https://[::1]"])(
    "is %s",
    (origin) => expect(problems({ redirectTo: [origin], references: [origin] })).toEqual([]),
  );
  it.each([
    "",
    "a.com",
    "https://a.com/x",
    "https://me@a.com",
    "https://a.com?x",
    "ftp://a.com",
    "https://",
    "//a.com",
  ])("is not %j", (origin) =>
    expect(problems({ redirectTo: [origin], references: [origin] })).toEqual([
      `references.0: ${noOrigin}`,
      `redirectTo.0: ${noOrigin}`,
    ]),
  );
});

it.each<[string, object, string]>([
  ["policy.0.method", { policy: [{ effect: "deny", method: [] }] }, "an empty list fits nothing"],
  ["policy.0.access", { policy: [{ effect: "deny", access: [] }] }, "an empty list fits nothing"],
  ["policy.0.path", { policy: [{ effect: "deny", path: [] }] }, "an empty list fits nothing"],
  ["policy.0.tag", { policy: [{ effect: "ask", tag: [] }] }, "an empty list fits nothing"],
  ["slashes.0.path", { slashes: [{ path: [], as: "raw" }] }, "an empty list fits nothing"],
  ["outside.0.prefix", { outside: [{ prefix: "", access: "read" }] }, "a prefix begins with a slash"],
  ["outside.0.prefix", { outside: [{ prefix: "v1/int", access: "read" }] }, "a prefix begins with a slash"],
])("%s says what is wrong with it", (place, file, says) => {
  expect(problems(file)).toEqual([expect.stringContaining(`${place}: ${says}`)]);
});
