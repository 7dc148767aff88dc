/** What a client reads when its request ended with the server. */
import { describe, expect, it } from "vitest";
import type { RequestRecord } from "../../../src/terms/failure.ts";
import { answerLost } from "../../../src/cli/supervisor/lost.ts";
import { readMcpCall } from "../../../src/cli/supervisor/mcp-call.ts";
import { readText } from "../../setup/read-reply.ts";

const call = { id: 7, method: "tools/call", saysComplete: false };
const request = (operation: string, status?: number): RequestRecord => ({
  api: "demo",
  method: "POST",
  url: "",
  operation,
  outcome: status === undefined ? "unknown" : "answered",
  ...(status !== undefined && { status }),
  durationMs: 5,
  bytesUp: 0,
  bytesDown: 0,
});
const run = { runId: "r1", requests: [request("createZone", 201), request("deleteZone")] };
const cause = { role: "cause", why: "stuck", sure: true } as const;

interface Result {
  isError: boolean;
  resultType?: string;
  content: { text: string }[];
}

function resultOf(body: string): Result {
  return (JSON.parse(body) as { result: Result }).result;
}

const read = (result: Result) => readText(result.content[0]!.text);

describe("the answer to a request that was lost", () => {
  it("tells the run that was the cause so, with the requests that had landed", () => {
    const { status, body } = answerLost(call, run, cause);
    const result = resultOf(body);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ jsonrpc: "2.0", id: 7 });
    expect(result.isError).toBe(true);
    expect(read(result).error?.kind).toBe("stopped");
    expect(read(result).requests).toEqual([
      "createZone: 201 5 ms",
      expect.stringMatching(/^deleteZone: .*unknown 5 ms/),
    ]);
    expect(result.content[0]?.text).toMatch(
      /did not end and was stopped: its code kept the server busy.*nothing that was committed is lost/,
    );
  });

  it("says most likely where another run may have been it", () => {
    const { body } = answerLost(call, run, { ...cause, why: "gone", sure: false });
    expect(resultOf(body).content[0]?.text).toContain("most likely its code ended the server's process");
  });

  it("tells the runs beside it that they are not at fault, and when to repeat", () => {
    const result = resultOf(answerLost(call, run, { role: "beside" }).body);
    expect(read(result).error?.kind).toBe("interrupted");
    expect(result.content[0]?.text).toMatch(/not at fault.*\n\n.*only reads, send the same code again/s);
  });

  it("tells the runs that a stop in order has ended so, with what they had done", () => {
    const { error, requests } = read(resultOf(answerLost(call, run, { role: "at the end" }).body));
    expect(error?.message).toContain("the server was stopped in order. This one is not at fault");
    expect(error?.next).toMatch(/^Wait until the server runs again\./);
    expect(requests?.[0]).toBe("createZone: 201 5 ms");
    expect(answerLost(undefined, undefined, { role: "at the end" }).body).toContain("when it runs");
  });

  it("is complete in the words of the revision that wants it", () => {
    expect(resultOf(answerLost(call, run, cause).body)).not.toHaveProperty("resultType");
    expect(resultOf(answerLost({ ...call, saysComplete: true }, run, cause).body).resultType).toBe(
      "complete",
    );
  });

  it("is the last event of a stream that has begun", () => {
    const { body } = answerLost(call, run, cause, true);
    expect(body).toMatch(/^event: message\ndata: \{.*\}\n\n$/);
  });

  it("asks to try again where nothing else is known", () => {
    expect(answerLost({ ...call, method: "tools/list" }, undefined, { role: "beside" })).toMatchObject({
      status: 503,
      headers: { "retry-after": "1" },
    });
    expect(answerLost(undefined, undefined, { role: "beside" })).toMatchObject({ status: 503 });
  });
});

describe("the answer to a request that stopped the server before any code ran", () => {
  it.each([
    ["a call", call],
    ["a page", undefined],
  ])("does not ask to try again: %s", (_, of) => {
    const { status, headers, body } = answerLost(of, undefined, cause);
    expect(status).toBe(500);
    expect(headers).not.toHaveProperty("retry-after");
    expect(body).toContain("Change it before you try again");
  });
});

describe("what the supervisor reads of a request", () => {
  const body = (message: unknown) => Buffer.from(JSON.stringify(message));
  it.for([
    ["a call", "/mcp", { id: 1, method: "tools/call" }, { id: 1, method: "tools/call", saysComplete: false }],
    [
      "one of the revision of 2026",
      "/mcp/demo?x",
      {
        id: "a",
        method: "tools/list",
        params: { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } },
      },
      { id: "a", method: "tools/list", saysComplete: true },
    ],
    ["a notification", "/mcp", { method: "notifications/initialized" }, undefined],
    ["a batch", "/mcp", [{ id: 1, method: "tools/call" }], undefined],
    ["another path", "/token", { id: 1, method: "tools/call" }, undefined],
    ["nothing", "/mcp", null, undefined],
  ] as const)("is right for %s", ([, path, message, want]) => {
    expect(readMcpCall("POST", path, body(message))).toEqual(want);
  });
});
