/** A request is one message, so that what is counted is what costs. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { openCaller } from "../../src/auth/caller.ts";
import { serveMcp } from "../../src/mcp/server.ts";
import { sessionHeader } from "../../src/terms/session-header.ts";

const call = (id: number, name = "search") => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: { code: "return 1" } },
});
const list = (count: number) => JSON.stringify(Array.from({ length: count }, (_, id) => call(id)));

async function ask(body: BodyInit, headers: Record<string, string> = {}) {
  const request = new Request("http://localhost:8484/mcp", {
    method: "POST",
    headers: {
      host: "localhost:8484",
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body,
  });
  const caller = openCaller([], "");
  const response = await serveMcp({ request, env, ctx: createExecutionContext(), caller, apis: [] });
  return { status: response.status, text: await response.text() };
}

/** In pieces of one byte. */
const trickled = (text: string) =>
  new ReadableStream({
    start(controller) {
      for (const byte of new TextEncoder().encode(text)) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });

it.each<[what: string, body: () => BodyInit, headers?: Record<string, string>]>([
  ["of a hundred calls", () => list(100)],
  ["of two", () => list(2)],
  ["of one", () => list(1)],
  ["of none", () => "[]"],
  ["of lists", () => `[${list(2)}]`],
  ["of notifications", () => '[{"jsonrpc":"2.0","method":"notifications/initialized"}]'],
  ["behind blanks", () => ` \t\r\n${list(2)}`],
  ["behind many blanks", () => `${" ".repeat(200_000)}${list(2)}`],
  ["behind a mark of its encoding", () => `\ufeff${list(2)}`],
  ["behind a mark and a blank", () => `\ufeff\n${list(2)}`],
  ["that comes in pieces", () => trickled(`\ufeff ${list(2)}`)],
  ["that is cut off", () => list(2).slice(0, -1)],
  ["in a session", () => list(2), { [sessionHeader]: "00000000-0000-4000-8000-000000000000" }],
  ["of a program that has a name", () => list(2), { [sessionHeader]: "program-1" }],
  [
    "of the newest revision",
    () => list(2),
    { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call" },
  ],
])("a list is refused: %s", async (_, body, headers) => {
  const { status, text } = await ask(body(), headers);
  expect(status).toBe(400);
  expect(text).toContain("one message in each request");
});

it.each<[what: string, body: () => BodyInit]>([
  ["as it is", () => JSON.stringify(call(7))],
  ["behind blanks and a mark", () => `\ufeff \n${JSON.stringify(call(7))}`],
  ["in pieces", () => trickled(JSON.stringify(call(7)))],
])("one message is answered, %s", async (_, body) => {
  expect((await ask(body())).text).toContain('"id":7');
});
