import { expect, it } from "vitest";
import { requestAttributes, runAttributes } from "../../../../src/gateway/record/sinks/console-line.ts";
import { record, request } from "../../../store/ledger/sample.ts";

it("names what operators query as OpenTelemetry does, in its units", () => {
  const one = record(
    { runId: "r1", code: "return 1" },
    { ok: true, result: '"private"', logs: [], notes: [] },
  );
  expect(runAttributes(one, "u1")).toEqual({
    "mcp.method.name": "tools/call",
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "execute",
    "user.id": "u1",
    "isogate.client.id": "c1",
    "isogate.run.id": "r1",
    "isogate.run.duration": 0.025,
    "isogate.run.requests": 1,
    "isogate.run.code.length": 8,
  });
  expect(requestAttributes(one, request({ url: "http://127.0.0.1:99/a?b=c", status: 404 }))).toEqual({
    "isogate.run.id": "r1",
    "isogate.api": "demo",
    "isogate.operation": "listZones",
    "http.request.method": "GET",
    "url.full": "http://127.0.0.1:99/a",
    "server.address": "127.0.0.1",
    "server.port": 99,
    "http.response.status_code": 404,
    "http.client.request.duration": 0.012,
    "http.request.body.size": 0,
    "http.response.body.size": 345,
    "isogate.outcome": "answered",
    "error.type": "404",
  });
});

it("says the kind of a failure", () => {
  const failed = record({}, { ok: false, failure: { kind: "timed-out", limitMs: 5 }, logs: [] }, []);
  expect(runAttributes(failed, "u")).toMatchObject({ "error.type": "timed-out" });
  expect(requestAttributes(failed, request({ outcome: "denied", rule: "r" }))).toMatchObject({
    "error.type": "denied",
    "isogate.rule": "r",
  });
});
