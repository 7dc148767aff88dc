/** What a person may allow as a whole is what the gateway then lets through: the two ask the same question. */
import { expect, it } from "vitest";
import { program } from "../../src/gateway/decide/policy/program.ts";
import { coversRecord } from "../../src/request/capabilities.ts";
import { accountHeader } from "../../src/request/refusal.ts";
import type { ExactRequest } from "../../src/terms/approvals.ts";
import type { Capability } from "../../src/terms/capabilities.ts";
import { subjectWith } from "../setup/subject.ts";

const server = "https://api.test";
const held: Capability = { api: "test", servers: [server], method: "GET", path: "/a/{id}", access: ["read"] };
const capabilities: [what: string, Capability][] = [
  ["the first account", held],
  ["a nameless account", { ...held, account: "" }],
  ["the account work", { ...held, account: "work" }],
  ["any account", { ...held, anyAccount: true }],
  ["another method", { ...held, method: "POST" }],
  ["another path", { ...held, path: "/b" }],
  ["a write", { ...held, access: ["write"] }],
];

/** `signed` is the account that signs it: the first one where the code chose none. */
const accounts: [chosen: string | undefined, signed: string | undefined][] = [
  [undefined, undefined],
  [undefined, ""],
  [undefined, "work"],
  ["", ""],
  ["work", "work"],
  ["other", "other"],
];

it.each(
  capabilities.flatMap(([what, one]) => accounts.map(([chosen, signed]) => ({ what, one, chosen, signed }))),
)("offers $what for a run that chose $chosen only if the gateway lets it", ({ one, chosen, signed }) => {
  const url = `${server}/a/1`;
  const request: ExactRequest = {
    api: "test",
    operation: "getA",
    route: "GET /a/{id}",
    access: "read",
    ...(signed !== undefined && { account: signed }),
    ...(chosen !== undefined && { chosenAccount: chosen }),
    method: "GET",
    url,
    headers: [],
  };
  const verdict = program.decide(
    subjectWith({
      heldTo: { capabilities: [one], href: url, readIn: "path" },
      api: "test",
      operation: { id: "getA", path: "/a/{id}" },
      path: "/a/1",
      headers: new Map(chosen === undefined ? [] : [[accountHeader, chosen]]),
    }),
  );
  expect(coversRecord([one], request)).toBe(verdict === undefined);
});
