/** Null, where a client means that a member is not there. */
import { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { expect, it } from "vitest";
import { meantLines } from "../../src/cli/stdio/meant-lines.ts";
import { withoutNullMembers, withoutNulls } from "../../src/mcp/absent-members.ts";

const call = { jsonrpc: "2.0", id: 1, method: "tools/call" };

it.each<[string, object, object]>([
  ["no parameters", { ...call, params: null }, call],
  ["no cursor", { ...call, params: { cursor: null } }, { ...call, params: {} }],
  ["no meta", { ...call, params: { name: "a", _meta: null } }, { ...call, params: { name: "a" } }],
  [
    "an argument of a tool that is not given",
    { ...call, params: { arguments: { code: "null", plan: null } } },
    { ...call, params: { arguments: { code: "null" } } },
  ],
  [
    "a capability that the client has not",
    { ...call, params: { capabilities: { elicitation: null, roots: {} } } },
    { ...call, params: { capabilities: { roots: {} } } },
  ],
  ["an answer without an error", { id: 1, result: { a: 1 }, error: null }, { id: 1, result: { a: 1 } }],
  [
    "a notification with an id",
    { method: "notifications/initialized", id: null },
    { method: "notifications/initialized" },
  ],
  ["a request whose id is null", { ...call, id: null }, { ...call, id: null }],
  ["several messages", [{ ...call, params: null }, null], [call, null]],
  ["a list", { ...call, params: { list: [null, 1] } }, { ...call, params: { list: [null, 1] } }],
  [
    "the word in a text",
    { ...call, params: { code: 'x = {"a":null}' } },
    { ...call, params: { code: 'x = {"a":null}' } },
  ],
])("%s", (_, sent, meant) => {
  for (const indent of [0, 2])
    expect(JSON.parse(withoutNulls(JSON.stringify(sent, undefined, indent)))).toEqual(meant);
});

it.each([
  "",
  "{",
  '{"a":1e999}',
  '{"id":12345678901234567890}',
  `${"[".repeat(1e5)}null${"]".repeat(1e5)}`,
  '{"a":nullx}',
])("a text that says nothing of null, or is no message, stays as it is", (sent) => {
  expect(withoutNulls(sent)).toBe(sent);
});

it("a request keeps its headers and says its new length", async () => {
  const body = '{"method":"x","params":null,"ä":1}';
  const request = new Request("http://localhost/mcp", {
    method: "POST",
    body,
    headers: { "mcp-method": "x" },
  });
  const meant = withoutNullMembers(request, body);
  const text = await meant.text();
  expect(text).toBe('{"method":"x","ä":1}');
  expect(meant.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
  expect(meant.headers.get("mcp-method")).toBe("x");
});

it("lines come whole, however they were cut", async () => {
  const lines = '{"a":"é\u2028","params":null}\n{"b":null}\n{"c":1}';
  const bytes = Buffer.from(lines);
  for (const size of [1, 2, 7, bytes.length]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    expect(await textOf(Readable.from(pieces).pipe(meantLines()))).toBe('{"a":"é\u2028"}\n{}\n{"c":1}');
  }
});
