/** Rules of an operator's project, as the gateway decides by them. */
import { afterEach, expect, it, vi } from "vitest";
import { decide } from "../../../src/gateway/decide/decide.ts";
import type { Subject } from "../../../src/gateway/decide/policy/rule.ts";
import { defineRule, type Rule } from "../../../src/terms/public.ts";
import { register } from "../../setup/own.ts";
import { subjectWith } from "../../setup/subject.ts";

const subject = subjectWith({
  api: "shop",
  file: { source: "x", policy: [{ effect: "deny", operation: "deleteCart" }] },
  operation: {
    id: "addCart",
    method: "post",
    path: "/carts",
    tags: ["carts"],
    access: "write",
  },
  access: "write",
  caller: { access: { shop: ["read", "write"] } },
  method: "POST",
  path: "/carts",
  query: new URLSearchParams("a=1&a=2"),
  headers: new Map([["x-shop", "1"]]),
});

const log = vi.spyOn(console, "error").mockImplementation(() => {});
afterEach(() => {
  register({});
  log.mockClear();
});

const by = (decideOn: Rule["decide"], other: Partial<Subject> = {}) => {
  register({ mine: defineRule({ name: "mine", decide: decideOn }) });
  return decide([{ ...subject, ...other }]).verdict;
};

it("allow, ask and deny, and a deny tells the model the reason", () => {
  expect(by(() => ({ effect: "allow" }))).toMatchObject({ effect: "allow", rule: "mine" });
  expect(by(() => ({ effect: "ask" }))).toMatchObject({ effect: "ask", rule: "mine" });
  expect(by(() => undefined)).toMatchObject({ effect: "allow", rule: "granted: write" });
  expect(by(() => ({ effect: "deny", reason: "Not on Fridays." }))).toMatchObject({
    effect: "deny",
    failure: {
      kind: "denied",
      rule: "mine",
      message:
        "addCart (POST /carts) is denied at shop: Not on Fridays. Tell the user, and do not try to achieve the same another way.",
    },
  });
});

it("allow nothing that the grant or the API file does not", () => {
  const allow = () => ({ effect: "allow" as const });
  expect(by(allow, { caller: { access: { shop: ["read"] } } }).effect).toBe("deny");
  const operation = { ...subject.operation, id: "deleteCart" };
  expect(by(allow, { operation }).effect).toBe("deny");
});

it("see a copy of what is public of a request, and nothing else", () => {
  let seen: Record<string, unknown> = {};
  by((request) => {
    seen = { ...request };
    request.operation.tags.push("mine");
    request.caller.access["other"] = ["delete"];
    return undefined;
  });
  expect(Object.keys(seen).toSorted()).toEqual(
    ["access", "api", "caller", "headers", "method", "operation", "path", "plan", "query"].toSorted(),
  );
  expect(seen["query"]).toEqual([
    ["a", "1"],
    ["a", "2"],
  ]);
  expect(subject.operation.tags).toEqual(["carts"]);
  expect(subject.caller.access).toEqual({ shop: ["read", "write"] });
});

it.each<[what: string, decide: () => unknown, says: string]>([
  ["throws", () => missing(), "no such thing"],
  ["throws no error", () => raise("text"), "text"],
  ["returns a promise", async () => ({ effect: "allow" }), "a promise"],
  ["returns a text", () => "allow", "no verdict"],
  ["returns another effect", () => ({ effect: "Allow" }), "no verdict"],
  ["returns a reason that is none", () => ({ effect: "deny", reason: 7 }), "no verdict"],
  ["returns a cycle", () => cycle(), ""],
])("that %s deny, and tell the operator why", (_, wrong, says) => {
  expect(by(wrong as Rule["decide"])).toMatchObject({
    effect: "deny",
    rule: "mine",
    failure: { kind: "misconfigured", message: expect.stringContaining('The rule "mine"') as string },
  });
  expect(log).toHaveBeenCalledOnce();
  const line = String(log.mock.calls[0]?.[0]);
  expect(line).toContain('"isogate.own.name":"mine"');
  expect(line).toContain(says);
});

function missing(): never {
  throw new Error("no such thing");
}

function raise(value: unknown): never {
  throw value;
}

function cycle(): unknown {
  const one: Record<string, unknown> = {};
  return (one["self"] = one);
}
