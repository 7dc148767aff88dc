/** A request is one message: a list of calls would have one turn for all of them. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { serveMcp } from "../../src/mcp/server.ts";

const call = {
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: "search", arguments: { code: "return 1" } },
};

async function answerTo(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
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
  const caller = { userId: "lister", clientId: "c", access: {} };
  const response = await serveMcp({ request, env, ctx: createExecutionContext(), caller, apis: [] });
  return { status: response.status, text: await response.text() };
}

const lists: [string, string | Uint8Array<ArrayBuffer>][] = [
  ["a list of calls", JSON.stringify([call, { ...call, id: 2 }])],
  ["a list of one", JSON.stringify([call])],
  ["an empty list", "[]"],
  ["a list after white space", ` \t\r\n${JSON.stringify([call])}`],
  ["a list after a mark", `\uFEFF${JSON.stringify([call])}`],
  ["a list that does not end", "[".repeat(100_000)],
  ["a list of notifications", JSON.stringify([{ jsonrpc: "2.0", method: "notifications/initialized" }])],
];
const revisions = ["2024-11-05", "2025-03-26", "2025-11-25", "2026-07-28"];

it.each(lists)("is not %s, in any revision", async (_what, body) => {
  for (const revision of revisions) {
    const { status, text } = await answerTo(body, { "mcp-protocol-version": revision });
    expect([status, JSON.parse(text)]).toEqual([
      400,
      {
        jsonrpc: "2.0",
        id: null,
        error: { code: -32_600, message: "One message a request: send the members of this list one by one." },
      },
    ]);
  }
});

it("is a call, with white space and a mark before it too", async () => {
  for (const before of ["", " \r\n"]) {
    const { text } = await answerTo(before + JSON.stringify(call), { "mcp-protocol-version": "2025-11-25" });
    expect(text).toContain('"result"');
  }
});
