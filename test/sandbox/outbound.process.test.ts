/** Whatever way code takes to the network in `execute`, it is the one that was handed in. Nothing here is sent. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SandboxOutcome } from "../../src/terms/outcome.ts";
import { type Server, startRunner } from "./runner/server.ts";

let server: Server;
beforeAll(async () => {
  server = await startRunner();
});
afterAll(() => server.stop());

/** Every request of the run is answered with what was seen of it. */
async function execute(code: string): Promise<unknown> {
  const response = await fetch(new URL("execute", server.url), {
    method: "POST",
    body: code,
    signal: AbortSignal.timeout(10_000),
  });
  const outcome = (await response.json()) as SandboxOutcome;
  return outcome.ok ? (JSON.parse(outcome.result) as unknown) : outcome.failure;
}

const ways: { what: string; code: string; want: unknown }[] = [
  {
    what: "fetch",
    code: "(await fetch('http://127.0.0.1:9/a')).json()",
    want: ["GET", "http://127.0.0.1:9/a", null],
  },
  {
    what: "fetch of a request",
    code: "(await fetch(new Request('http://127.0.0.1:9/a', { method: 'POST' }))).json()",
    want: ["POST", "http://127.0.0.1:9/a", null],
  },
  {
    what: "fetch from the argument",
    code: "async ({ fetch }) => (await fetch('http://127.0.0.1:9/a')).json()",
    want: ["GET", "http://127.0.0.1:9/a", null],
  },
  {
    what: "self.fetch",
    code: "(await self.fetch('http://127.0.0.1:9/a')).json()",
    want: ["GET", "http://127.0.0.1:9/a", null],
  },
  {
    what: "an upgrade",
    code: "(await fetch('http://127.0.0.1:9/a', { headers: { Upgrade: 'websocket' } })).json()",
    want: ["GET", "http://127.0.0.1:9/a", "websocket"],
  },
  {
    what: "WebSocket",
    code: "await new Promise((done) => { const s = new WebSocket('ws://127.0.0.1:9/'); s.onopen = () => done('open'); s.onerror = () => done('refused') })",
    want: "refused",
  },
  {
    what: "EventSource",
    code: "await new Promise((done) => { const s = new EventSource('http://127.0.0.1:9/'); s.onopen = () => done('open'); s.onerror = () => { s.close(); done('refused') } })",
    want: "refused",
  },
];

describe("the network of a run", () => {
  it.for(ways)("is what it was given: $what", async ({ code, want }) => {
    expect(await execute(code)).toEqual(want);
  });

  it("rejects as the standard fetch does", async () => {
    expect(await execute("fetch('not a url')")).toMatchObject({ kind: "thrown", name: "TypeError" });
  });

  it("gives back a response as status, headers and data", async () => {
    expect(await execute("fetch('http://127.0.0.1:9/a')")).toMatchObject({
      status: 200,
      data: ["GET", "http://127.0.0.1:9/a", null],
    });
  });
});
