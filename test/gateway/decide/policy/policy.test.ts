import { expect, it } from "vitest";
import type { ApiFile, PolicyRule } from "../../../../src/terms/api-file.ts";
import { decide } from "../../../../src/gateway/decide/decide.ts";
import type { Subject } from "../../../../src/gateway/decide/policy/rule.ts";
import { subjectWith } from "../../../setup/subject.ts";

function subject(
  policy: PolicyRule[],
  { otherwise, ...more }: Partial<Subject> & { otherwise?: ApiFile["otherwise"] } = {},
): Subject {
  return subjectWith({
    api: "edge",
    file: { source: "x", policy, ...(otherwise ? { otherwise } : {}) },
    operation: {
      id: "zones-delete",
      method: "delete",
      path: "/zones/{id}",
      tags: ["zones", "dns"],
      access: "delete",
    },
    access: "delete",
    caller: { access: { edge: ["read", "write", "delete"] } },
    method: "DELETE",
    path: "/zones/prod-1",
    ...more,
  });
}

const effect = (policy: PolicyRule[], more: Parameters<typeof subject>[1] = {}) =>
  decide([subject(policy, more)]).verdict.effect;

it.each<[string, PolicyRule]>([
  ["its method", { effect: "deny", method: "delete" }],
  ["one of several methods", { effect: "deny", method: ["POST", "DELETE"] }],
  ["any method", { effect: "deny", method: "*" }],
  ["its template", { effect: "deny", path: "/zones/{id}" }],
  ["a pattern of its template", { effect: "deny", path: "/zones/*" }],
  ["the path that is sent", { effect: "deny", path: "/zones/prod-*" }],
  ["its id", { effect: "deny", operation: "zones-delete" }],
  ["a pattern of its id", { effect: "deny", operation: ["x", "*-delete"] }],
  ["one of its tags", { effect: "deny", tag: "dns" }],
  ["its access", { effect: "deny", access: "delete" }],
  ["everything", { effect: "deny" }],
  ["several members together", { effect: "deny", method: "DELETE", tag: "zones", path: "*" }],
])("a rule fits an operation by %s", (_name, rule) => {
  expect(effect([rule])).toBe("deny");
});

it.each<[string, PolicyRule]>([
  ["another method", { effect: "deny", method: "GET" }],
  ["another path", { effect: "deny", path: "/zones" }],
  ["a path that is sent elsewhere", { effect: "deny", path: "/zones/test-*" }],
  ["another id", { effect: "deny", operation: "zones" }],
  ["another tag", { effect: "deny", tag: ["accounts"] }],
  ["another access", { effect: "deny", access: ["read", "write"] }],
  ["one member of several", { effect: "deny", method: "DELETE", tag: "accounts" }],
])("a rule does not fit an operation by %s", (_name, rule) => {
  expect(effect([rule])).toBe("allow");
});

it("deny wins over ask, and ask over allow, in any order", () => {
  const [deny, ask, allow]: PolicyRule[] = [{ effect: "deny" }, { effect: "ask" }, { effect: "allow" }];
  expect(effect([allow!, ask!, deny!])).toBe("deny");
  expect(effect([deny!, ask!, allow!])).toBe("deny");
  expect(effect([allow!, ask!])).toBe("ask");
  expect(effect([allow!])).toBe("allow");
});

it("otherwise holds only where no rule fits", () => {
  expect(effect([{ effect: "allow", tag: "accounts" }], { otherwise: "deny" })).toBe("deny");
  expect(effect([{ effect: "allow", tag: "dns" }], { otherwise: "deny" })).toBe("allow");
  expect(effect([], { otherwise: "ask" })).toBe("ask");
});

it("no rule of the file allows what the connection was not granted", () => {
  const { verdict } = decide([subject([{ effect: "allow" }], { caller: { access: { edge: ["read"] } } })]);
  expect(verdict).toMatchObject({ effect: "deny", failure: { kind: "needs-scope", scope: "edge:delete" } });
});

it.each<[string, Partial<Subject>, "allow" | "ask" | "deny", PolicyRule[]?]>([
  ["what deletes, with reading granted", { caller: { access: { edge: ["read"] } } }, "allow"],
  [
    "what writes, with reading of some tags granted",
    { access: "write", caller: { access: { edge: ["read"] }, tags: { edge: { read: ["mail"] } } } },
    "allow",
  ],
  ["what an API does that was not granted", { caller: { access: { other: ["read"] } } }, "deny"],
  ["what only writing of was granted", { caller: { access: { edge: ["write"] } } }, "deny"],
  [
    "what reads another tag, because it is sent",
    { access: "read", caller: { access: { edge: ["read"] }, tags: { edge: { read: ["mail"] } } } },
    "deny",
  ],
  ["what a rule denies", { caller: { access: { edge: ["read"] } } }, "deny", [{ effect: "deny" }]],
])("a plan lists or refuses %s", (_, more, want, rules = []) => {
  expect(effect(rules, { ...more, plan: true })).toBe(want);
});

it("an API that was not granted at all may not be read", () => {
  expect(effect([], { caller: { access: {} }, access: "read" })).toBe("deny");
});

it("of several operations that a request may be, the strictest decision counts", () => {
  const free = subject([]);
  const asked = subject([{ effect: "ask" }]);
  const denied = subject([{ effect: "deny" }]);
  expect(decide([free, denied, asked]).verdict.effect).toBe("deny");
  expect(decide([free, asked]).verdict.effect).toBe("ask");
  expect(decide([asked, free]).subject).toBe(asked);
});

it.each(["_method", "$method"])("refuses ?%s=, which some frameworks read as another method", (name) => {
  expect(effect([], { query: new URLSearchParams({ [name]: "DELETE" }) })).toBe("deny");
});

it("an access that was granted for some tags covers the operations with one of them", () => {
  const access = { edge: ["read" as const, "delete" as const] };
  const decided = (tags: string[]) =>
    decide([subject([], { caller: { access, tags: { edge: { delete: tags } } } })]).verdict;
  expect(decided(["dns"]).effect).toBe("allow");
  expect(decided(["mail"])).toMatchObject({
    effect: "deny",
    failure: { kind: "needs-scope", scope: "edge:delete:zones" },
  });
  expect(decided([]).effect).toBe("deny");
});
