/** Lists of people in the settings name exactly those whom the identity provider vouches for. */
import { describe, expect, it } from "vitest";
import { isNamed, isOperator } from "../../src/auth/people.ts";

describe("a list of people", () => {
  const list = ["ann@example.com", "@Partner.example"];
  it.each([
    ["ann@example.com", true],
    ["ANN@Example.com", true],
    ["bob@partner.example", true],
    ["bob@example.com", false],
    ["bob@sub.partner.example", false],
    ["bob@notpartner.example", false],
    ["eve@evil.example@partner.example", false],
    ["partner.example", false],
    ["", false],
    [undefined, false],
  ])("names %s: %s", (address, want) => expect(isNamed(address, list)).toBe(want));

  it("names nobody if it is empty", () => expect(isNamed("ann@example.com", [])).toBe(false));
});

describe("an operator", () => {
  const boss = { id: "oidc-boss", label: "Boss", address: "boss@example.com" };
  it.each([
    ["named by address", boss, "oidc", ["boss@example.com"], true],
    ["named by id", { id: "github-1", label: "boss" }, "upstream", ["github-1"], true],
    ["named by a domain", boss, "oidc", ["@example.com"], true],
    [
      "whose label only is named",
      { id: "github-2", label: "boss@example.com" },
      "upstream",
      ["boss@example.com"],
      false,
    ],
    ["of an empty list", boss, "oidc", [], false],
    ["at this machine", { id: "local", label: "you" }, "local", [], true],
  ] as const)("%s", (_who, user, signIn, operators, want) => {
    expect(isOperator(user, { SIGN_IN: signIn, OPERATORS: [...operators] })).toBe(want);
  });
});
