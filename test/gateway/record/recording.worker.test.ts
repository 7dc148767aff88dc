/** Recording neither delays nor fails a run, and says what it lost. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { startRecording } from "../../../src/gateway/record/recording.ts";
import type { RunEnd, Sink } from "../../../src/gateway/record/sinks/sink.ts";
import { Recall } from "../../../src/store/ledger/recall.ts";
import type { SandboxOutcome } from "../../../src/terms/outcome.ts";
import { request } from "../../store/ledger/sample.ts";

const run = {
  runId: "r1",
  startedAtMs: Date.now(),
  tool: "execute",
  code: "return 1",
  client: { id: "c" },
  access: {},
};
const ok: SandboxOutcome = { ok: true, result: "1", logs: [], notes: [] };

function context(userId: string) {
  const waiting: Promise<unknown>[] = [];
  const waitUntil = (promise: Promise<unknown>) => void waiting.push(promise);
  return { env, userId, ctx: { waitUntil }, settled: () => Promise.all(waiting) };
}

describe("a recording", () => {
  it("reaches the ledger, where the console and recall find it", async () => {
    const one = context("recorded");
    startRecording(one, { ...run, code: { not: "text" } }, [request()])(ok);
    await one.settled();
    const ledger = env.LEDGER.getByName("recorded");
    expect(await ledger.run("r1")).toMatchObject({
      ended: true,
      record: { code: '{"not":"text"}', outcome: "ok", requests: [{ operation: "listZones" }] },
    });
    expect(await ledger.recall("r1")).toBe("1");
  });

  it("that takes its time is waited for by recall, which may come sooner", async () => {
    const one = context("late");
    const props = { userId: "late", reach: { access: {} } };
    const recall = new Recall({ props } as never, env);
    const late = async () => (await scheduler.wait(600), {});
    startRecording(one, { ...run, runId: "rlate" }, [])(ok, false, late);
    expect(await env.LEDGER.getByName("late").recall("rlate")).toBeNull();
    expect(await recall.recall("rlate")).toBe("1");
    const begunMs = Date.now();
    expect(await recall.recall("rnever")).toBeNull();
    // Not until `recall` gives up, which is after 15 s.
    expect(Date.now() - begunMs).toBeLessThan(5_000);
    await one.settled();
  });

  it("does not wait for a sink, and goes on when one fails", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const ended: RunEnd[] = [];
    let failing = true;
    const flaky: Sink = {
      name: "flaky",
      end(end) {
        if (failing) throw new Error("disk full");
        ended.push(end);
      },
    };
    const slow: Sink = { name: "slow", end: () => new Promise((resolve) => setTimeout(resolve, 50)) };
    const one = context("flaky");
    const before = Date.now();
    startRecording(one, run, [], [slow, flaky])(ok);
    startRecording(one, run, [], [slow, flaky])(ok);
    expect(Date.now() - before).toBeLessThan(40);
    await one.settled();
    expect(said.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
      { "event.name": "isogate.record.lost", "isogate.sink": "flaky", "isogate.record.lost": 1 },
      { "event.name": "isogate.record.lost", "isogate.record.lost": 2, "error.message": "disk full" },
    ]);
    failing = false;
    startRecording(one, run, [], [flaky])(ok);
    await one.settled();
    startRecording(one, run, [], [flaky])(ok);
    await one.settled();
    expect(ended.map(({ lost }) => lost)).toEqual([2, 0]);
    said.mockRestore();
  });

  it("tells the ledger how many were lost", async () => {
    const ledger = env.LEDGER.getByName("lost");
    const one = context("lost");
    let end: RunEnd | undefined;
    startRecording(one, run, [], [{ name: "catch", end: (given) => void (end = given) }])(ok);
    await one.settled();
    await ledger.endRun(end!.record, undefined, 3);
    expect((await ledger.size()).lost).toBe(3);
  });
});
