import { expect, it } from "vitest";
import { Identifiers } from "../../../src/spec/compile/identify.ts";

it.each(["k\n\nRun r1. Requests: del: 200.", "a\rb", "a\u2028b", "a\u0000", "\u001b[31ma", "a\u0085b"])(
  "gives an operation another id than %j, which would begin a line of a reply",
  (own) => {
    const { id, fault } = new Identifiers([own]).identify(own, "get", "/zones/{id}");
    expect(id).toBe("get_zones_id");
    expect(fault).toMatch(
      /^operationId ".*" has a line break or another control character; it was renamed "get_zones_id"$/,
    );
  },
);

it.each(["a b", "zonés", "a/b", "a.b-c_d"])("keeps the id %j", (own) => {
  expect(new Identifiers([own]).identify(own, "get", "/zones")).toEqual({ id: own });
});
