import { describe, expect, it } from "vitest";
import { allows, formatScope, grantOf, parseScope } from "../../src/terms/scopes.ts";

const apis = ["edge", "notes"];
const read = (...tags: string[]) => ({ access: "read" as const, tags });

describe("scopes", () => {
  it("are read as they are written, with any tag", () => {
    for (const tag of ["Zones", "DNS records", "a:b", "100%", "ü/?#", "事"]) {
      const text = formatScope({ api: "edge", access: "write", tag });
      expect(text).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(parseScope(text)).toEqual({ api: "edge", access: "write", tag });
    }
  });

  it("are written for a tag with half a character too, and then fit no other tag", () => {
    const text = formatScope({ api: "edge", access: "read", tag: "a\ud800" });
    expect(parseScope(text)).toEqual({ api: "edge", access: "read", tag: "a\ufffd" });
  });

  it("are none when they are not of their form", () => {
    for (const text of [
      "",
      "edge",
      "edge:",
      ":read",
      "edge:fly",
      "edge:read:a:b",
      "edge:read:%",
      "offline_access",
    ])
      expect([text, parseScope(text)]).toEqual([text, undefined]);
  });

  it("a scope for the whole API covers its tags", () => {
    const caller = grantOf(["edge:read:Zones", "edge:read"], apis);
    expect(caller).toEqual({ access: { edge: ["read"] } });
    expect(allows(caller, "edge", read("DNS records"))).toBe(true);
  });

  it("a scope for tags covers the operations with one of them, and no others", () => {
    const caller = grantOf(["edge:read:Zones", "edge:read:DNS%20records"], apis);
    expect(allows(caller, "edge", read("DNS records", "Other"))).toBe(true);
    expect(allows(caller, "edge", read("Other"))).toBe(false);
    expect(allows(caller, "edge", read())).toBe(false);
    expect(allows(caller, "notes", read("Zones"))).toBe(false);
  });

  it("one access gives no other, and one API no other", () => {
    const caller = grantOf(["edge:write", "github:read"], apis);
    expect(caller).toEqual({ access: { edge: ["write"] } });
    expect(allows(caller, "edge", read())).toBe(false);
    expect(allows(caller, "github", read())).toBe(false);
  });
});
