import { expect, it } from "vitest";
import { baseUrls } from "../../src/request/servers.ts";

it.each([
  ["a server", [{ url: "https://a.example/v1/" }], ["https://a.example/v1"]],
  [
    "several",
    [{ url: "https://a.example" }, { url: "https://b.example" }],
    ["https://a.example", "https://b.example"],
  ],
  ["no query and no fragment", [{ url: "https://a.example/x/?y=1#z" }], ["https://a.example/x"]],
  [
    "a variable with a default",
    [{ url: "https://{h}.example", variables: { h: { default: "eu" } } }],
    ["https://eu.example"],
  ],
  [
    "a variable with choices: the default first",
    [
      {
        url: "https://{h}.example/{v}",
        variables: { h: { default: "b", enum: ["a", "b"] }, v: { default: "1" } },
      },
    ],
    ["https://b.example/1", "https://a.example/1"],
  ],
  ["a variable without a default", [{ url: "https://{tenant}.example" }], []],
  ["a path alone", [{ url: "/v1" }], []],
  ["schemes that are not the web's", [{ url: "ftp://a.example" }, { url: "wss://a.example" }], []],
  ["what is no server", [null, {}, "x"], []],
  ["nothing", undefined, []],
])("%s", (_name, servers, want) => {
  expect(baseUrls(servers)).toEqual(want);
});

it("stops at 64 combinations of variables", () => {
  const choices = Array.from({ length: 100 }, (_, index) => String(index));
  const variables = { a: { default: "0", enum: choices }, b: { default: "0", enum: choices } };
  expect(baseUrls([{ url: "https://{a}.{b}.example", variables }])).toHaveLength(64);
});
