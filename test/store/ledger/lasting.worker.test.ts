/**
 * What the ledger lets a run in the background do, and when. Each test is one turn of the ledger, so that no alarm comes in
 * between; the alarms themselves are in test/journey/lasting.process.test.ts.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ledger } from "../../../src/store/ledger/ledger.ts";
import type { ApprovedRun, ExactRequest } from "../../../src/terms/approvals.ts";
import type { CapabilitySet } from "../../../src/terms/capabilities.ts";
import { lastingLimits, type LastingStart, type NewEntry } from "../../../src/terms/lasting.ts";

const begun = 1_800_000_000_000;
beforeEach(() => void vi.useFakeTimers({ now: begun, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

function startOf(runId: string): LastingStart {
  const client = { id: "c1", name: "Claude" };
  const access = { demo: ["read" as const, "write" as const] };
  return {
    start: { runId, startedAtMs: Date.now(), tool: "execute", code: "x", codeChars: 1, client, access },
    caller: { userId: "nobody", clientId: client.id, access },
    apis: ["demo"],
    origin: "https://isogate.example",
    insisted: false,
  };
}

async function inLedger<T>(work: (ledger: Ledger, sql: SqlStorage) => T): Promise<T> {
  const stub = env.LEDGER.getByName(`lasting ${Math.random()}`);
  return runInDurableObject(stub, (ledger, { storage }) => {
    const result = work(ledger, storage.sql);
    void storage.deleteAlarm();
    return result;
  });
}

const entry = (step: number, more: Partial<NewEntry> = {}): NewEntry => ({
  step,
  key: `k${step}`,
  kind: "read",
  answer: { status: 200, headers: [] },
  ...more,
});

const post = (content: string): ExactRequest => ({
  api: "demo",
  operation: "createThing",
  access: "write",
  method: "POST",
  url: "https://api.example.com/things",
  headers: [],
  body: { hash: content, bytes: content.length },
});

const asked = (slice: number, step: number): ApprovedRun => ({
  runId: "r1",
  client: { id: "c1" },
  code: "x",
  lasting: { runId: "r1", slice, step, key: `k${step}` },
});

/** A ticket, or what was decided instead. */
function ticketOf(ledger: Ledger, slice: number, step: number, request: ExactRequest, ask = false) {
  const decision = ledger.decideRequest(asked(slice, step), request, ask);
  return decision.do === "send" ? (decision.ticket ?? "") : decision;
}

const outcomeOf = (ledger: Ledger, runId = "r1") => {
  const run = ledger.run(runId);
  return run?.ended ? run.record.outcome : run?.outcome;
};

describe("a run in the background", () => {
  it("is one of twenty of its user", () =>
    inLedger((ledger) => {
      const said = Array.from({ length: 21 }, (_, n) => ledger.beginLasting(startOf(`r${n}`)));
      expect(said.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => null));
      expect(said[20]).toContain("20 runs of this user");
      ledger.cancelLasting("r3", "enough");
      expect(ledger.beginLasting(startOf("r21"))).toBeNull();
    }));

  it("has one slice at a time, and an older one may do nothing", () =>
    inLedger((ledger, sql) => {
      ledger.beginLasting(startOf("r1"));
      expect(ledger.takeSlice("r1")).toMatchObject({ slice: 1, entries: [] });
      expect(ledger.takeSlice("r1")).toBeNull();
      // As the alarm does it when nothing was heard for a while.
      sql.exec("UPDATE lasting SET state = 'due'");
      expect(ledger.takeSlice("r1")).toMatchObject({ slice: 2 });
      const old = { runId: "r1", slice: 1 };
      expect(ledger.journal(old, entry(1))).toBeNull();
      expect(ledger.sleep(old, { step: 1, key: "s" }, 0)).toBeNull();
      expect(ledger.decideRequest(asked(1, 1), post("a"), false)).toMatchObject({ do: "pause" });
      ledger.suspendSlice(old, true, 1);
      expect(ledger.endLasting(old, {} as never)).toBe(false);
      expect(ledger.lastingState("r1")).toMatchObject({ state: "running" });
    }));

  it("is answered from its journal, in its order, by a clock that never goes back", () =>
    inLedger((ledger) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      const name = { runId: "r1", slice: 1 };
      const long = new Uint8Array(5_000_000).fill(7);
      const small = new Uint8Array([1, 2, 3]);
      expect(ledger.journal(name, entry(2, { answer: { status: 200, headers: [], body: long } }))).toEqual({
        seq: 1,
        at: begun,
      });
      vi.setSystemTime(begun - 3_600_000);
      expect(
        ledger.journal(name, entry(1, { answer: { status: 201, headers: [["a", "b"]], body: small } })),
      ).toEqual({
        seq: 2,
        at: begun,
      });
      const entries = ledger.journalOf("r1");
      expect(entries).toMatchObject([
        { seq: 1, step: 2, bodyLeftOut: true },
        { seq: 2, step: 1, answer: { status: 201, headers: [["a", "b"]] } },
      ]);
      expect([...entries[1]!.answer!.body!]).toEqual([1, 2, 3]);
      expect(ledger.journaledBody("r1", 1)).toEqual(long);
      ledger.cancelLasting("r1", "enough");
      expect(ledger.journaledBody("r1", 1)).toBeNull();
    }));

  it("asks nobody in a slice that is held to its allowed program, and still asks in one that began before", () =>
    inLedger((ledger, sql) => {
      const capabilities: CapabilitySet = [
        {
          api: "demo",
          servers: ["https://api.example.com"],
          method: "POST",
          path: "/things",
          access: ["write"],
          operation: "createThing",
        },
      ];
      const routed = (content: string) => ({ ...post(content), route: "POST /things" });
      ledger.beginLasting({ ...startOf("r1"), capabilities });
      expect(ledger.takeSlice("r1")?.allowed).toBeUndefined();
      expect(ledger.decideRequest(asked(1, 1), routed("a"), true)).toMatchObject({ do: "pause" });
      const [{ id } = { id: "" }] = ledger.pausedRuns(1);
      const hash = ledger.pausedRun(id, 9)?.program?.hash ?? "";
      const review = ledger.review(id, { do: "allow-program", capabilities: hash });
      expect(review).toEqual({ ok: true, changed: 1, lasting: true });
      expect(ledger.decideRequest(asked(1, 2), routed("b"), true)).toMatchObject({ do: "pause" });
      sql.exec("UPDATE lasting SET state = 'due'");
      expect(ledger.takeSlice("r1")?.allowed).toEqual({ capabilities, hash });
      const held = { ...asked(2, 1), heldTo: hash };
      expect(ledger.decideRequest(held, routed("a"), true)).toMatchObject({ do: "send" });
      const next = { ...asked(2, 2), heldTo: hash };
      expect(ledger.decideRequest(next, routed("b"), true)).toMatchObject({ do: "send" });
      expect(ledger.decideRequest({ ...asked(2, 3), heldTo: "0" }, routed("c"), true)).toMatchObject({
        do: "pause",
      });
    }));

  it("sleeps until the earliest of its times, and leaves nothing of those that it gave up", () =>
    inLedger((ledger) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      const name = { runId: "r1", slice: 1 };
      ledger.journal(name, entry(1));
      expect(ledger.sleep(name, { step: 2, key: "s2" }, begun + 5_000)).toBeNull();
      expect(ledger.sleep(name, { step: 3, key: "s3" }, begun + 2_000)).toBeNull();
      ledger.suspendSlice(name, false, 1);
      expect(ledger.lastingState("r1")).toEqual({ state: "sleeping", untilMs: begun + 2_000, requests: 1 });
      expect(outcomeOf(ledger)).toBe("sleeping");
      expect(ledger.runs({ outcome: "sleeping" }, { limit: 9 }).runs).toHaveLength(1);
    }));

  it("that waits for nothing that can come is over", () =>
    inLedger((ledger) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      ledger.suspendSlice({ runId: "r1", slice: 1 }, true, 50_000);
      expect(outcomeOf(ledger)).toBe("timed-out");
    }));

  it("that dies three times without getting further is over; one that gets further is not", () =>
    inLedger((ledger, sql) => {
      const die = () => sql.exec("UPDATE lasting SET deaths = deaths + 1, state = 'due'");
      ledger.beginLasting(startOf("r1"));
      for (let slice = 1; slice <= 5; slice += 1) {
        expect(ledger.takeSlice("r1")).toMatchObject({ slice });
        ledger.journal({ runId: "r1", slice }, entry(slice));
        die();
      }
      expect(ledger.takeSlice("r1")).not.toBeNull();
      die();
      expect(ledger.takeSlice("r1")).not.toBeNull();
      die();
      expect(ledger.takeSlice("r1")).toBeNull();
      expect(outcomeOf(ledger)).toBe("stopped");
    }));

  it("tries again later when the deployment does not answer, and gives up after ten times", () =>
    inLedger((ledger, sql) => {
      const failure = { kind: "misconfigured", message: "no store", next: "wait" } as const;
      ledger.beginLasting(startOf("r1"));
      const waits: number[] = [];
      for (let slice = 1; slice <= 11; slice += 1) {
        sql.exec("UPDATE lasting SET state = 'due'");
        ledger.takeSlice("r1");
        ledger.retrySlice({ runId: "r1", slice }, failure);
        waits.push((ledger.lastingState("r1")?.untilMs ?? begun) - begun);
      }
      expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
      expect(waits.slice(-2)).toEqual([300_000, 0]);
      expect(outcomeOf(ledger)).toBe("misconfigured");
    }));

  it("ends after thirty days", () =>
    inLedger((ledger) => {
      ledger.beginLasting(startOf("r1"));
      vi.setSystemTime(begun + lastingLimits.maxMs);
      expect(ledger.takeSlice("r1")).toBeNull();
      expect(ledger.run("r1")).toMatchObject({
        record: { outcome: "canceled", failure: { sentence: "The run was ended after 30 days." } },
      });
    }));

  it("asks for nothing more when its journal is full", () =>
    inLedger((ledger, sql) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      const full = (column: string, value: number) => {
        sql.exec(`UPDATE lasting SET ${column} = ?`, value);
        return [
          ledger.decideRequest(asked(1, 1), post("a"), false),
          ledger.sleep({ runId: "r1", slice: 1 }, { step: 2, key: "s" }, begun + 9),
        ];
      };
      for (const said of full("entries", lastingLimits.maxEntries))
        expect(JSON.stringify(said)).toContain("steps of a background run");
      sql.exec("UPDATE lasting SET entries = 0");
      for (const said of full("bytes", lastingLimits.maxBytes))
        expect(JSON.stringify(said)).toContain("answers of a background run");
    }));
});

describe("a write of a run in the background", () => {
  it("leaves once; if its answer was lost, it waits for the person, who may send it again", () =>
    inLedger((ledger, sql) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      const ticket = ticketOf(ledger, 1, 1, post("a")) as string;
      expect([ledger.recordSent(ticket), ledger.recordSent(ticket)]).toEqual([true, false]);
      sql.exec("UPDATE lasting SET state = 'due'");
      ledger.takeSlice("r1");
      expect(ticketOf(ledger, 2, 1, post("a"))).toMatchObject({ do: "pause" });
      ledger.suspendSlice({ runId: "r1", slice: 2 }, false, 1);
      const { link = "" } = ledger.lastingState("r1") ?? {};
      expect(outcomeOf(ledger)).toBe("needs-approval");
      const id = link.split("/").at(-1) ?? "";
      const { requests = [] } = ledger.pausedRun(id, 9) ?? {};
      expect(requests).toMatchObject([{ state: "unknown" }]);
      expect(ledger.review(id, { do: "send-again", requests })).toMatchObject({ ok: true, lasting: true });
      expect(ledger.takeSlice("r1")).toMatchObject({ slice: 3 });
      const again = ticketOf(ledger, 3, 1, post("a")) as string;
      expect(ledger.recordSent(again)).toBe(true);
      expect(ledger.journal({ runId: "r1", slice: 3 }, entry(1, { kind: "write" }), again)).toMatchObject({
        seq: 1,
      });
    }));

  it("of which somebody decides is sent when they have, also while the code does something else", () =>
    inLedger((ledger) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      expect(ticketOf(ledger, 1, 1, post("a"), true)).toMatchObject({ do: "pause" });
      const { link = "" } = ledger.lastingState("r1") ?? {};
      const id = link.split("/").at(-1) ?? "";
      ledger.review(id, { do: "approve", requests: ledger.pausedRun(id, 9)!.requests });
      ledger.suspendSlice({ runId: "r1", slice: 1 }, false, 1);
      expect(ledger.takeSlice("r1")).toMatchObject({ slice: 2 });
      expect(typeof ticketOf(ledger, 2, 1, post("a"), true)).toBe("string");
    }));

  it("that is another one than before in its place is not sent", () =>
    inLedger((ledger, sql) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      ledger.recordSent(ticketOf(ledger, 1, 1, post("a")) as string);
      sql.exec("UPDATE lasting SET state = 'due'");
      ledger.takeSlice("r1");
      for (const step of [1, 2])
        expect(ticketOf(ledger, 2, step, post("b"))).toMatchObject({
          do: "refuse",
          failure: { kind: "denied", rule: "code that goes on must do what it did before" },
        });
    }));

  it("that was refused although it was allowed is in nobody's way", () =>
    inLedger((ledger, sql) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      ticketOf(ledger, 1, 1, post("a"));
      ledger.journal({ runId: "r1", slice: 1 }, entry(1));
      sql.exec("UPDATE lasting SET state = 'due'");
      ledger.takeSlice("r1");
      expect(typeof ticketOf(ledger, 2, 2, post("b"))).toBe("string");
    }));

  it("is listed as unknown in the record of a run that is ended while it is under way", () =>
    inLedger((ledger) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      ledger.recordSent(ticketOf(ledger, 1, 1, post("a")) as string);
      ticketOf(ledger, 1, 2, post("b"), true);
      expect(ledger.cancelLasting("r1", "enough")).toBe(true);
      expect(ledger.run("r1")).toMatchObject({
        record: { outcome: "canceled", requests: [{ outcome: "unknown" }, { outcome: "waiting" }] },
      });
      expect(ledger.cancelLasting("r1", "enough")).toBe(false);
      expect(ledger.pausedRuns(9)).toMatchObject([{ state: "dropped" }]);
    }));

  it("is not sent any more when its connection or its record is gone", () =>
    inLedger((ledger) => {
      for (const end of [
        () => ledger.disconnect("c1"),
        () => ledger.forgetRun("r1"),
        () => ledger.review(ledger.pausedRuns(1)[0]!.id, { do: "drop" }),
      ]) {
        ledger.beginLasting(startOf("r1"));
        ledger.takeSlice("r1");
        const ticket = ticketOf(ledger, 1, 1, post("a")) as string;
        ticketOf(ledger, 1, 2, post("b"), true);
        end();
        expect(ledger.recordSent(ticket)).toBe(false);
        expect(ledger.lastingState("r1")).toBeNull();
        ledger.forgetRun("r1");
      }
    }));

  it("goes on when all other runs are forgotten", () =>
    inLedger((ledger) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      ledger.journal({ runId: "r1", slice: 1 }, entry(1));
      ledger.forgetAllRuns();
      expect(ledger.run("r1")).toMatchObject({ ended: false, lasting: { state: "running" } });
      expect(ledger.journalOf("r1")).toHaveLength(1);
    }));
});
