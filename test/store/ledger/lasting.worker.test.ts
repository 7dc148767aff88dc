/**
 * What the ledger lets a run in the background do, and when. Each test is one turn of the ledger, so that no alarm comes in
 * between; the alarms themselves are in test/journey/lasting.process.test.ts.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ledger } from "../../../src/store/ledger/ledger.ts";
import type { ApprovedRun, ExactRequest, KeptAnswer } from "../../../src/terms/approvals.ts";
import type { CapabilitySet } from "../../../src/terms/capabilities.ts";
import { died, readLasting } from "../../../src/store/ledger/lasting/rows.ts";
import { maxWaiting } from "../../../src/store/ledger/limits.ts";
import { recordOf } from "../../../src/terms/record.ts";
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

const bytesOf = (count: number) => new Uint8Array(count).fill(7);

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
      const long = bytesOf(5_000_000);
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
        { seq: 1, step: 2, answerLeftOut: true },
        { seq: 2, step: 1, answer: { status: 201, headers: [["a", "b"]] } },
      ]);
      expect([...entries[1]!.answer!.body!]).toEqual([1, 2, 3]);
      expect(ledger.journaledAnswer("r1", 1)).toEqual({ status: 200, headers: [], body: long });
      ledger.cancelLasting("r1", "enough");
      expect(ledger.journaledAnswer("r1", 1)).toBeNull();
    }));

  it.each<[what: string, answer: (n: number) => KeptAnswer]>([
    ["headers", (n) => ({ status: 204, headers: [["a", "h".repeat(14_000 + n)]] })],
    [
      "headers and bodies",
      (n) => ({ status: 200, headers: [["a", "h".repeat(9_000)]], body: bytesOf(9_000 + n) }),
    ],
    ["bodies", (n) => ({ status: 200, headers: [], body: bytesOf(20_000 + n) })],
    ["long ones", (n) => ({ status: 200, headers: [["a", "h".repeat(9_000)]], body: bytesOf(60_000 + n) })],
  ])(
    "gives a slice at its beginning no more than fits into one call, and the rest when it is wanted: %s",
    (_, answer) =>
      inLedger((ledger, sql) => {
        ledger.beginLasting(startOf("r1"));
        ledger.takeSlice("r1");
        const name = { runId: "r1", slice: 1 };
        for (let n = 1; n <= 1_200; n += 1) ledger.journal(name, entry(n, { answer: answer(n) }));
        const entries = ledger.journalOf("r1");
        const given = entries.flatMap((one) => one.answer ?? []);
        const sizeOf = ({ headers, body }: KeptAnswer) =>
          JSON.stringify(headers).length + (body?.byteLength ?? 0);
        expect(given.reduce((sum, one) => sum + sizeOf(one), 0)).toBeLessThan(12_000_000);
        for (const n of [1, 600, 1_200])
          expect(entries[n - 1]!.answer ?? ledger.journaledAnswer("r1", n)).toEqual(answer(n));
        const { bytes } = sql.exec<{ bytes: number }>("SELECT bytes FROM lasting").one();
        expect(bytes).toBeGreaterThanOrEqual(
          entries.reduce((sum, _one, at) => sum + sizeOf(answer(at + 1)), 0),
        );
      }),
  );

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

  it("that dies with each step is over after five times in an hour, and waits longer each time; an hour later they do not count", () =>
    inLedger((ledger, sql) => {
      const waits: number[] = [];
      const step = () => {
        const slice = ledger.takeSlice("r1")?.slice ?? 0;
        ledger.journal({ runId: "r1", slice }, entry(slice));
        died(sql, readLasting(sql, "r1")!, Date.now());
        waits.push(readLasting(sql, "r1")!.due_at - Date.now());
      };
      ledger.beginLasting(startOf("r1"));
      for (let death = 1; death <= 4; death += 1) step();
      expect(waits).toEqual([0, 10_000, 20_000, 40_000]);
      vi.setSystemTime(begun + lastingLimits.deathsMs + 1);
      for (let death = 1; death <= 5; death += 1) step();
      expect(waits.slice(4)).toEqual([0, 10_000, 20_000, 40_000, 0]);
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

  it("that a person found done is not sent again, and the code is told", () =>
    inLedger((ledger, sql) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      expect(ledger.recordSent(ticketOf(ledger, 1, 1, post("a")) as string)).toBe(true);
      sql.exec("UPDATE lasting SET state = 'due'");
      ledger.takeSlice("r1");
      expect(ticketOf(ledger, 2, 1, post("a"))).toMatchObject({ do: "pause" });
      const { link = "" } = ledger.lastingState("r1") ?? {};
      ledger.suspendSlice({ runId: "r1", slice: 2 }, false, 1);
      const id = link.split("/").at(-1) ?? "";
      const { requests = [] } = ledger.pausedRun(id, 9) ?? {};
      expect(ledger.review(id, { do: "took-effect", requests })).toMatchObject({ ok: true, lasting: true });
      expect(ledger.takeSlice("r1")).toMatchObject({ slice: 3 });
      expect(ticketOf(ledger, 3, 1, post("a"))).toMatchObject({
        do: "refuse",
        failure: {
          kind: "denied",
          rule: "a person decided",
          message: expect.stringContaining("it took effect"),
        },
      });
      expect(ticketOf(ledger, 3, 2, post("b"))).toEqual(expect.any(String));
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

describe("a thousand requests that wait for approval", () => {
  it("wait together; one more is refused; approved, all are sent, each once", () =>
    inLedger((ledger) => {
      ledger.beginLasting(startOf("r1"));
      ledger.takeSlice("r1");
      const name = { runId: "r1", slice: 1 };
      for (let step = 1; step <= maxWaiting; step += 1)
        expect(ticketOf(ledger, 1, step, post(`n${step}`), true)).toMatchObject({ do: "pause" });
      const refused = ticketOf(ledger, 1, maxWaiting + 1, post("one more"), true);
      expect(refused).toMatchObject({ do: "refuse", failure: { kind: "limit-reached" } });
      ledger.journal(name, entry(maxWaiting + 1));
      ledger.suspendSlice(name, false, 1);
      expect(ledger.lastingState("r1")).toMatchObject({ state: "waiting" });
      const id = ledger.pausedRuns(1)[0]!.id;
      for (let page = 0; page < maxWaiting / 100; page += 1) {
        const waiting = ledger.pausedRun(id, maxWaiting)!.requests.filter(({ state }) => state === "pending");
        const review = { do: "approve" as const, requests: waiting.slice(0, 100) };
        expect(ledger.review(id, review)).toMatchObject({ ok: true, changed: 100 });
      }
      expect(ledger.takeSlice("r1")).toMatchObject({ slice: 2 });
      const tickets = new Set<string>();
      for (let step = 1; step <= maxWaiting; step += 1) {
        const ticket = ticketOf(ledger, 2, step, post(`n${step}`), true) as string;
        expect([ledger.recordSent(ticket), ledger.recordSent(ticket)]).toEqual([true, false]);
        tickets.add(ticket);
      }
      expect(tickets.size).toBe(maxWaiting);
    }));
});

describe("a run whose server is killed", () => {
  type Asked = "read" | "write" | "asked write" | "sleep";
  /** Where the server dies: after the ledger has done this for a step, or after the API has. */
  const kills = ["began", "decided", "noted", "arrived", "journaled", "suspended"] as const;
  type Kill = (typeof kills)[number];
  const killed = Symbol("killed");

  /** The part of the gateway and of the code: one slice, up to where it is killed. */
  function slice(
    ledger: Ledger,
    program: readonly Asked[],
    arrived: string[],
    kill?: { at: number; when: Kill },
  ) {
    const dies = (step: number, when: Kill) => {
      if (kill?.at === step && kill.when === when) throw killed;
    };
    const taken = ledger.takeSlice("r1");
    if (!taken) return;
    const name = { runId: "r1", slice: taken.slice };
    for (const [at, what] of program.entries()) {
      const step = at + 1;
      dies(step, "began");
      if (taken.entries.some((one) => one.step === step)) continue;
      if (what === "sleep") {
        if (ledger.sleep(name, { step, key: `k${step}` }, begun + step * 60_000)) continue;
        dies(step, "noted");
        ledger.suspendSlice(name, false, 1);
        dies(step, "suspended");
        return;
      }
      const isRead = what === "read";
      const request = isRead
        ? { ...post(`${step}`), access: "read" as const, method: "GET" }
        : post(`${step}`);
      const decided = ledger.decideRequest(asked(taken.slice, step), request, what === "asked write");
      dies(step, "decided");
      if (decided.do === "pause") {
        ledger.suspendSlice(name, false, 1);
        dies(step, "suspended");
        return;
      }
      if (decided.do !== "send") throw new Error(JSON.stringify(decided));
      if (decided.ticket !== undefined) expect(ledger.recordSent(decided.ticket)).toBe(true);
      dies(step, "noted");
      if (!isRead) arrived.push(`${step}`);
      dies(step, "arrived");
      ledger.journal(name, entry(step, { kind: isRead ? "read" : "write" }), decided.ticket);
      dies(step, "journaled");
    }
    const outcome = { ok: true as const, result: '"done"', logs: [], notes: [] };
    ledger.endLasting(name, recordOf(startOf("r1").start, 1, outcome, []), outcome.result);
  }

  /** A person who looks into the API where it is not known what became of a write, and approves what waits. */
  function decide(ledger: Ledger, arrived: readonly string[]): "dropped" | undefined {
    const [paused] = ledger.pausedRuns(1);
    for (const request of (paused && ledger.pausedRun(paused.id, 99)?.requests) ?? []) {
      if (request.state === "pending") ledger.review(paused!.id, { do: "approve", requests: [request] });
      if (request.state !== "unknown") continue;
      if (arrived.includes(request.request.body?.hash ?? "")) {
        ledger.review(paused!.id, { do: "drop" });
        return "dropped";
      }
      ledger.review(paused!.id, { do: "send-again", requests: [request] });
    }
    return undefined;
  }

  const rounds = 20;
  const all: Asked[] = ["read", "write", "asked write", "sleep"];

  it.each(kills)(`sends each write once and loses none: it %s (${rounds} rounds at every step)`, (when) =>
    inLedger((ledger, sql) => {
      for (let round = 0; round < rounds; round += 1) {
        const program = Array.from({ length: 6 }, () => all[Math.floor(Math.random() * all.length)]!);
        for (let at = 1; at <= program.length; at += 1) live(ledger, sql, program, { at, when });
      }
    }),
  );

  function live(
    ledger: Ledger,
    sql: SqlStorage,
    program: readonly Asked[],
    kill: { at: number; when: Kill },
  ) {
    vi.setSystemTime(begun);
    const shown = `${program.join(", ")}; ${kill.when} at ${kill.at}`;
    const arrived: string[] = [];
    let left: typeof kill | undefined = kill;
    ledger.beginLasting(startOf("r1"));
    for (let turn = 0; ledger.lastingState("r1"); turn += 1) {
      expect(turn, shown).toBeLessThan(30);
      try {
        slice(ledger, program, arrived, left);
      } catch (error) {
        if (error !== killed) throw error;
        left = undefined;
      }
      // As the alarm has it: a slice that is not heard of is followed by the next one, and sleeps end.
      sql.exec("UPDATE lasting SET deaths = deaths + 1, state = 'due' WHERE state = 'running'");
      if (decide(ledger, arrived) === "dropped") break;
      vi.setSystemTime(Date.now() + 60_000);
      sql.exec("UPDATE lasting SET state = 'due' WHERE state = 'sleeping' AND due_at <= ?", Date.now());
    }
    const writes = program.flatMap((what, at) => (what.endsWith("write") ? [`${at + 1}`] : []));
    const isDone = outcomeOf(ledger) === "ok";
    // What had arrived without an answer is the person's to judge; all that came before it was sent once.
    expect(arrived, shown).toEqual(isDone ? writes : writes.slice(0, arrived.length));
    if (kill.when !== "arrived") expect(isDone, shown).toBe(true);
    ledger.forgetRun("r1");
  }
});
