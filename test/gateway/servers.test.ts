import { expect, it } from "vitest";
import { baseUrls } from "../../src/gateway/servers.ts";

const source = "https://docs.example.com/specs/v2/openapi.json";

it.each([
  ["an absolute server", [{ url: "https://a.example/v1/" }], {}, ["https://a.example/v1"]],
  [
    "several servers",
    [{ url: "https://a.example" }, { url: "https://b.example" }],
    {},
    ["https://a.example", "https://b.example"],
  ],
  ["no servers, document from a URL", undefined, { source }, ["https://docs.example.com"]],
  ["an empty list", [], { source }, ["https://docs.example.com"]],
  ["a slash", [{ url: "/" }], { source }, ["https://docs.example.com"]],
  ["an empty string", [{ url: "" }], { source }, ["https://docs.example.com"]],
  ["a relative path", [{ url: "../api" }], { source }, ["https://docs.example.com/specs/api"]],
  ["another host", [{ url: "//other.example/x" }], { source }, ["https://other.example/x"]],
  ["relative, document from a file", [{ url: "/api" }], { source: "./x.yaml" }, []],
  [
    "the file's server replaces all",
    [{ url: "https://a.example" }],
    { server: "https://b.example/x/" },
    ["https://b.example/x"],
  ],
  [
    "a variable with a default",
    [{ url: "https://{h}.example", variables: { h: { default: "eu" } } }],
    {},
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
    {},
    ["https://b.example/1", "https://a.example/1"],
  ],
  ["a variable without a default", [{ url: "https://{tenant}.example" }], {}, []],
  ["a scheme that is not the web's", [{ url: "ftp://a.example" }, { url: "wss://a.example" }], {}, []],
  ["what is no server", [null, {}, "x"], { source }, ["https://docs.example.com"]],
])("%s", (_name, servers, options, want) => {
  expect(baseUrls(servers, options)).toEqual(want);
});
