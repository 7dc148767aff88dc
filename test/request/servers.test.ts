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
  [
    "a value that looks like a variable: a text, and so no URL",
    [{ url: "https://{a}.example", variables: { a: { default: "x{b}" }, b: { default: "1" } } }],
    [],
  ],
  [
    "one variable in two places: the same value in both",
    [{ url: "https://{a}.example/{a}/{b}", variables: { a: { enum: ["1", "2"] }, b: { default: "3" } } }],
    ["https://1.example/1/3", "https://2.example/2/3"],
  ],
  ["a brace that is no variable", [{ url: "https://a.example/{" }], []],
  [
    "a URL that begins with a variable",
    [{ url: "{u}/v1", variables: { u: { default: "https://a.example" } } }],
    ["https://a.example/v1"],
  ],
])("%s", (_name, servers, want) => {
  expect(baseUrls(servers)).toEqual(want);
});

it("takes no longer for values that name each other", () => {
  const names = Array.from({ length: 12 }, (_, level) => `v${level}`);
  const variables = Object.fromEntries(
    names.map((name, level) => [name, { default: `{${names[level + 1] ?? "end"}}`.repeat(10) }]),
  );
  expect(
    baseUrls([{ url: `https://a.example/${names.map((name) => `{${name}}`).join("")}`, variables }]),
  ).toEqual([]);
});

it("takes no place from a URL with more variables, or longer values, than any has", () => {
  const variables = { a: { default: "1" }, long: { default: "x".repeat(3_000) } };
  expect(baseUrls([{ url: `https://a.example/${"{a}".repeat(33)}`, variables }])).toEqual([]);
  expect(baseUrls([{ url: "https://a.example/{long}", variables }])).toEqual([]);
  expect(baseUrls([{ url: `https://a.example/${"{a}".repeat(32)}`, variables }])).toHaveLength(1);
});

it("stops at 64 combinations of variables", () => {
  const choices = Array.from({ length: 100 }, (_, index) => String(index));
  const variables = { a: { default: "0", enum: choices }, b: { default: "0", enum: choices } };
  expect(baseUrls([{ url: "https://{a}.{b}.example", variables }])).toHaveLength(64);
});
