/** Code that goes wrong, through a real client: one clear sentence with the next step, and the server goes on. */
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { connect, logIn } from "../setup/connect.ts";

let client: Client;
beforeAll(async () => {
  const url = new URL("/mcp/demo", inject("origin"));
  client = await connect(url, await logIn(url));
});
afterAll(() => client.close());

async function call(name: string, code: unknown): Promise<{ isError: boolean; text: string }> {
  const answer = await client.callTool({ name, arguments: { code } });
  const [content] = answer.content as { text: string }[];
  return { isError: answer.isError === true, text: content?.text ?? "" };
}

/** What the code is, and what the model reads of it. */
const failures: [what: string, code: string, says: RegExp][] = [
  ["does not parse", "const = 1", /syntax: .*line 1.*\n.*const = 1/s],
  ["is empty", "   ", /unusable-code/],
  ["imports", 'import fs from "node:fs"', /unusable-code|syntax/],
  ["throws an error", 'throw new Error("no such zone")', /thrown: .*no such zone.*\n/],
  ["throws a string", "throw 'x'", /thrown: .*x/],
  ["throws nothing", "throw undefined", /thrown/],
  ["rejects", "await Promise.reject(null)", /thrown/],
  ["names a global that is not there", "return apiz.get('/zones')", /thrown: .*apiz/],
  ["calls an operation that is not there", "return api.get('/zonez')", /unknown-operation: .*\/zones\b/s],
  ["leaves out what is needed", "return api.post('/zones', { body: {} })", /bad-arguments: .*name/],
  [
    "asks for what does not exist",
    "return api.get('/zones/{zone_id}', { path: { zone_id: 'none' } })",
    /404/,
  ],
  ["writes on a grant to read", "return api.post('/zones', { body: { name: 'a.example' } })", /demo:write/],
];

describe("code that goes wrong", () => {
  for (const [what, code, says] of failures) {
    it(`is answered as an error when it ${what}`, async () => {
      const { isError, text } = await call("execute", code);
      expect(text).toMatch(says);
      expect(isError).toBe(true);
    });
  }

  it("is refused by the protocol when it is no text", async () => {
    await expect(call("execute", 42).then(({ isError, text }) => `${isError} ${text}`)).resolves.toMatch(
      /true .*code/s,
    );
  });
});

/** Results that are no plain data: never an error, always valid JSON. */
const results: [what: string, code: string, says: RegExp][] = [
  ["nothing", "if (operations.length < 0) throw 1;", /The code returned nothing.*return.*\n\nnull$/],
  ["a cycle", "const a = { name: 'a' }; a.self = a; return a", /"name":"a"/],
  ["a function", "return [() => 1]", /function/i],
  ["a BigInt", "return 12345678901234567890n", /12345678901234567890/],
  [
    "200 MB of text",
    "return 'x'.repeat(200_000_000)",
    /^Run \S+ Shortened: this shows [\d,]+ of [\d,]+ characters/,
  ],
  [
    "a million objects",
    "return Array.from({ length: 1e6 }, (_, id) => ({ id }))",
    /^Run \S+ Shortened: this shows [\d,]+ of [\d,]+ items/,
  ],
];

describe("a result that is no plain data", () => {
  for (const [what, code, says] of results) {
    it(`is told in words or shortened when it is ${what}`, async () => {
      const { text } = await call("search", code);
      expect(text.length).toBeLessThan(60_000);
      expect(text).toMatch(says);
      const result = text.slice(text.indexOf("\n\n") + 2);
      if (!what.includes("of text")) expect(() => JSON.parse(result) as unknown).not.toThrow();
    });
  }
});

describe("the server", () => {
  it("goes on serving after all of it", async () => {
    const { text } = await call("execute", "return (await api.get('/zones')).data.items.length");
    expect(text).toMatch(/Requests: listZones: 200\.\n\n\d+$/);
  });
});
