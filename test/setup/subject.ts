import type { Subject } from "../../src/gateway/decide/policy/rule.ts";

/**
 * What a rule decides on: a read that is granted, of a document without rules, but for what is given.
 *
 * @param more an `operation` in part, too
 */
export function subjectWith({
  operation,
  ...more
}: Partial<Omit<Subject, "operation">> & { operation?: Partial<Subject["operation"]> } = {}): Subject {
  return {
    api: "example",
    file: { source: "x" },
    access: "read",
    caller: { access: { example: ["read", "write", "delete"] } },
    plan: false,
    method: "GET",
    path: "/things",
    isWritten: true,
    query: new URLSearchParams(),
    headers: new Map(),
    ...more,
    operation: {
      id: "listThings",
      method: "get",
      path: "/things",
      summary: "",
      tags: [],
      access: "read",
      deprecated: false,
      ...operation,
    },
  };
}
