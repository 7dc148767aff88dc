/** `Accept` as RFC 9110 reads it, and an answer in what the client takes. */
import { describe, expect, it } from "vitest";
import { accepting, accepts } from "../../src/mcp/accept.ts";

const json = "application/json";
const stream = "text/event-stream";

it.each<[string | null, boolean, boolean]>([
  [null, true, true],
  ["", true, true],
  ["*/*", true, true],
  ["application/json, text/event-stream", true, true],
  ["text/event-stream,application/json;q=0.1", true, true],
  ["application/*, text/*", true, true],
  ["Application/JSON", true, false],
  ["application/json; charset=utf-8", true, false],
  ["text/event-stream", false, true],
  ["*/*;q=0.5, application/json;q=0", false, true],
  ["application/*;q=0, application/json", true, false],
  ["text/html, */*;q=0", false, false],
  ["text/html", false, false],
  ["application/json-seq", false, false],
])("%s takes JSON: %s, a stream: %s", (header, takesJson, takesStream) => {
  expect([accepts(header, json), accepts(header, stream)]).toEqual([takesJson, takesStream]);
});

describe("a call", () => {
  const progress = { jsonrpc: "2.0", method: "notifications/progress", params: { progress: 1 } };
  const outcome = { jsonrpc: "2.0", id: 7, result: { text: "two\nlines" } };
  const events = `event: message\ndata: ${JSON.stringify(progress)}\n\nevent: message\r\ndata: ${JSON.stringify(outcome)}\r\n\r\n`;
  const ask = (accept: string | undefined) =>
    accepting(
      new Request("http://localhost/mcp", {
        method: "POST",
        body: "{}",
        headers: accept === undefined ? {} : { accept },
      }),
      async (request) => {
        expect(request.headers.get("accept")).toBe(`${json}, ${stream}`);
        expect(await request.text()).toBe("{}");
        return new Response(events, { headers: { "content-type": stream, "mcp-session-id": "s" } });
      },
    );

  it.each([undefined, "*/*", stream])("of a client that takes a stream (%s) gets it", async (accept) => {
    const response = await ask(accept);
    expect(response.headers.get("content-type")).toBe(stream);
    expect(await response.text()).toBe(events);
  });

  it("of a client that takes only JSON gets the outcome", async () => {
    const response = await ask(json);
    expect(response.headers.get("content-type")).toBe(json);
    expect(response.headers.get("access-control-expose-headers")).toContain("mcp-session-id");
    expect(await response.json()).toEqual(outcome);
  });

  it("of a client that takes neither is told what there is", async () => {
    const response = await accepting(
      new Request("http://localhost/mcp", { method: "POST", headers: { accept: "text/html" } }),
      () => Promise.reject(new Error("not asked")),
    );
    expect(response.status).toBe(406);
    expect(await response.text()).toContain("application/json or text/event-stream");
  });
});
