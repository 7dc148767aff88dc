/** Records as runs make them, for tests. */
import { recordOf, startOf, type RunRecord, type RunStart } from "../../../src/terms/record.ts";
import type { RequestRecord } from "../../../src/terms/failure.ts";
import type { SandboxOutcome } from "../../../src/terms/outcome.ts";

export function start(over: Partial<RunStart> = {}): RunStart {
  return startOf({
    runId: "r1",
    startedAtMs: Date.now(),
    tool: "execute",
    code: 'return (await api.get("/zones")).data',
    client: { id: "c1", name: "Claude" },
    access: { demo: ["read"] },
    ...over,
  });
}

export function request(over: Partial<RequestRecord> = {}): RequestRecord {
  return {
    api: "demo",
    method: "GET",
    url: "https://api.example.com/zones",
    operation: "listZones",
    outcome: "answered",
    status: 200,
    startedAtMs: Date.now(),
    durationMs: 12,
    bytesUp: 0,
    bytesDown: 345,
    ...over,
  };
}

export function record(
  over: Partial<RunStart> = {},
  outcome: SandboxOutcome = { ok: true, result: "[1]", logs: [], notes: [] },
  requests: RequestRecord[] = [request()],
): RunRecord {
  return recordOf(start(over), 25, outcome, requests);
}
