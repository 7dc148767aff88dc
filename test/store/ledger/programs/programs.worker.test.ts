/**
 * What the ledger keeps of programs, and when it begins them. Each test is one turn of the ledger, so that no alarm comes in
 * between; whole runs are in test/mcp/programs/kept.worker.test.ts.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { codeHash } from "../../../../src/store/ledger/approvals/identity.ts";
import type { Ledger } from "../../../../src/store/ledger/ledger.ts";
import type { Capability } from "../../../../src/terms/capabilities.ts";
import type { Caller } from "../../../../src/terms/caller.ts";
import { ledgerLines } from "../../../../src/store/ledger/moving.ts";
import { programLimits, type Proposal } from "../../../../src/terms/kept-programs.ts";
import type { LastingStart } from "../../../../src/terms/lasting.ts";
import type { UserLine } from "../../../../src/terms/moving.ts";
import { recordOf, type RunRecord } from "../../../../src/terms/record.ts";

const begun = Date.parse("2027-03-27T12:00:00Z");
const minute = 60_000;
beforeEach(() => void vi.useFakeTimers({ now: begun, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const block: Capability = {
  api: "demo",
  servers: ["https://api.example.com"],
  method: "POST",
  path: "/blocks",
  access: ["write"],
  operation: "createBlock",
};

function proposal(more: Partial<Proposal> = {}): Proposal {
  return {
    name: "block attackers",
    code: "x",
    every: "15 minutes",
    capabilities: [block],
    caller: { userId: "u", clientId: "c1", clientName: "Claude", access: { demo: ["read", "write"] } },
    apis: ["demo"],
    origin: "https://isogate.example",
    insisted: false,
    ...more,
  };
}

async function inLedger<T>(
  work: (ledger: Ledger, sql: SqlStorage, kv: SyncKvStorage) => T | Promise<T>,
): Promise<T> {
  const stub = env.LEDGER.getByName(`programs ${Math.random()}`);
  return runInDurableObject(stub, async (ledger, { storage }) => {
    const result = await work(ledger, storage.sql, storage.kv);
    await storage.deleteAlarm();
    return result;
  });
}

const idOf = (ledger: Ledger) => ledger.programs()[0]?.id ?? "";

const acting = { runId: "rcaller", clientId: "c9", codeHash: "h" };
const grant = { access: { demo: ["read" as const, "write" as const] } };

function pauseIn(ledger: Ledger, id: string): void {
  expect(ledger.chooseProgram(id, { do: "pause" })).toEqual({ ok: true });
}

function allow(ledger: Ledger, more: Partial<Proposal> = {}, zone = "UTC"): string {
  const proposed = ledger.proposeProgram(proposal(more));
  if ("refused" in proposed) throw new Error(proposed.refused);
  const { id } = proposed;
  const waiting = ledger.program(id)!.versions[0]!;
  const { version, hash } = waiting;
  expect(ledger.chooseProgram(id, { do: "allow", version, hash, zone })).toEqual({ ok: true });
  return id;
}

/** What an alarm does, without what it begins. */
function alarm(ledger: Ledger): void {
  (ledger as unknown as { writeDue(work: () => void): void; beginDue(): void }).writeDue(() =>
    (ledger as unknown as { beginDue(): void }).beginDue(),
  );
}

const runsOf = (sql: SqlStorage) =>
  sql
    .exec<{ begun: string }>("SELECT begun FROM lasting ORDER BY rowid")
    .toArray()
    .map(({ begun: text }) => JSON.parse(text) as LastingStart);

/** Ends the run that goes on, as its last slice does. */
function end(ledger: Ledger, sql: SqlStorage, outcome: RunRecord["outcome"] = "ok"): string {
  const [{ start }] = runsOf(sql) as [LastingStart];
  sql.exec("UPDATE lasting SET state = 'due'");
  const slice = ledger.takeSlice(start.runId)!;
  const ended =
    outcome === "ok"
      ? { ok: true as const, result: "1", notes: [], logs: [], attachments: [] }
      : { ok: false as const, failure: { kind: "thrown" as const, name: "Error", message: "no" }, logs: [] };
  const record = recordOf(start, 1, ended as never, []);
  expect(ledger.endLasting(slice, record)).toBe(true);
  return start.runId;
}

describe("a proposal", () => {
  it("waits, and runs nothing, neither by its name nor at a time", () =>
    inLedger((ledger, sql) => {
      ledger.proposeProgram(proposal());
      expect(ledger.waiting()).toBe(1);
      expect(ledger.programs()).toMatchObject([
        { state: "proposed", waiting: { version: 1 }, every: "15 minutes" },
      ]);
      vi.setSystemTime(begun + 60 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toEqual([]);
      expect(ledger.chooseProgram(idOf(ledger), { do: "run" })).toMatchObject({ ok: false });
      expect(ledger.foundPrograms({ access: { demo: ["read", "write", "delete"] } })).toEqual([]);
    }));

  it("is decided on as it was shown: another version or another hash decides nothing", () =>
    inLedger((ledger) => {
      ledger.proposeProgram(proposal());
      const id = idOf(ledger);
      const shown = ledger.program(id)!.versions[0]!;
      ledger.proposeProgram(proposal({ code: "y" }));
      for (const [version, hash] of [
        [1, shown.hash],
        [2, shown.hash],
        [3, shown.hash],
        [2, ""],
      ] as const)
        expect(ledger.chooseProgram(id, { do: "allow", version, hash, zone: "UTC" })).toEqual({
          ok: false,
          problem: expect.stringContaining("not what was shown"),
        });
      expect(ledger.programs()).toMatchObject([{ state: "proposed", waiting: { version: 2 } }]);
      expect(ledger.program(id)?.versions.map(({ state }) => state)).toEqual(["proposed", "replaced"]);
    }));

  it.each<[what: string, other: Partial<Proposal>]>([
    ["other code", { code: "y" }],
    ["other capabilities", { capabilities: [block, { ...block, path: "/zones" }] }],
    ["less", { capabilities: [] }],
    ["another time", { every: "1 minute" }],
    ["another input", { input: "1" }],
    ["another connection", { caller: { ...proposal().caller, clientId: "c2" } }],
    ["a new login", { caller: { ...proposal().caller, connectionKey: "grant:u:2" } }],
    ["a grant of more", { caller: { ...proposal().caller, access: { demo: ["read", "write", "delete"] } } }],
    ["a grant of tags", { caller: { ...proposal().caller, tags: { demo: { write: ["blocks"] } } } }],
  ])("of %s is another version; until it is allowed the old one runs", (_what, other) =>
    inLedger((ledger, sql) => {
      const id = allow(ledger);
      expect(ledger.proposeProgram(proposal(other))).toEqual({ id, is: "changed" });
      const { capabilities, every } = proposal(other);
      const waiting = { version: 2, capabilities, every };
      expect(ledger.programs()).toMatchObject([{ state: "active", capabilities: [block], waiting }]);
      alarm(ledger);
      expect(runsOf(sql)).toMatchObject([
        { start: { code: "x", program: { version: 1 } }, capabilities: [block] },
      ]);
    }),
  );

  it.each([
    ["in other case", "block attackers", "Block Attackers"],
    ["with other spaces", "block attackers", "  block \u2003 attackers"],
    ["composed", "r\u00e9gles", "re\u0301gles"],
    ["in full width", "abc", "\uff41\uff42\uff43"],
    ["in another script", "cace", "\u0441\u0430\u0441\u0435"],
  ])(
    "of a name that reads the same, %s, is another version of one program, which is run by either",
    (_what, name, other) =>
      inLedger((ledger) => {
        const id = allow(ledger, { name, every: undefined as never });
        expect(ledger.proposeProgram(proposal({ name: other }))).toEqual({ id, is: "changed" });
        expect(ledger.programs()).toMatchObject([{ name }]);
        expect(ledger.runProgram({ name: other, time: 1, acting, reach: grant })).toEqual({
          runId: expect.any(String),
        });
      }),
  );

  it("is reported as allowed already if another tab has allowed it", () =>
    inLedger((ledger) => {
      const id = allow(ledger);
      const { version, hash } = ledger.program(id)!.versions[0]!;
      expect(ledger.chooseProgram(id, { do: "allow", version, hash, zone: "UTC" })).toMatchObject({
        problem: expect.stringContaining("allowed already"),
      });
    }));

  it.each<[what: string, work: (ledger: Ledger, id: string) => void, name: string, says: string]>([
    [
      "waits",
      () => {},
      "block attackers",
      "waits for the user to allow it: https://isogate.example/programs/",
    ],
    [
      "is paused",
      (ledger, id) => pauseIn(ledger, id),
      "block attackers",
      "Its page: https://isogate.example/programs/",
    ],
    ["is not there", () => {}, "other", "find, in search, lists those that it may"],
    ["has an endless name", () => {}, "x".repeat(1_000_000), `"${"x".repeat(60)}…"`],
  ])("of what %s, code that runs it is told what to do next", (what, work, name, says) =>
    inLedger((ledger) => {
      const id = what === "waits" ? "" : allow(ledger);
      if (what === "waits") ledger.proposeProgram(proposal());
      work(ledger, id);
      const { refused = "" } = ledger.runProgram({ name, time: 1, acting, reach: grant });
      expect(refused).toContain(says);
      expect(refused.length).toBeLessThan(400);
      const less = { access: { demo: ["read" as const] } };
      expect(ledger.runProgram({ name, time: 1, acting, reach: less }).refused).toContain(
        "There is no program",
      );
    }),
  );

  it("of what is kept already asks nobody", () =>
    inLedger((ledger) => {
      const id = allow(ledger);
      expect(ledger.proposeProgram(proposal({ code: "x\r\n" }))).toEqual({ id, is: "kept" });
      expect(ledger.waiting()).toBe(0);
    }));

  it("that is refused leaves nothing, or the version before", () =>
    inLedger((ledger) => {
      ledger.proposeProgram(proposal());
      const id = idOf(ledger);
      expect(ledger.chooseProgram(id, { do: "refuse", version: 1 })).toEqual({ ok: true });
      expect(ledger.program(id)).toBeNull();
      const kept = allow(ledger);
      ledger.proposeProgram(proposal({ code: "y" }));
      ledger.chooseProgram(kept, { do: "refuse", version: 2 });
      expect(ledger.program(kept)).toMatchObject({ state: "active", version: 1 });
      expect(ledger.waiting()).toBe(0);
    }));

  it("is one of fifty", () =>
    inLedger((ledger) => {
      for (let n = 0; n < programLimits.ofUser; n += 1) allow(ledger, { name: `p${n}` });
      expect(ledger.proposeProgram(proposal())).toEqual({ refused: expect.stringContaining("50 programs") });
      expect(ledger.proposeProgram(proposal({ name: "p7", code: "y" }))).toMatchObject({ is: "changed" });
    }));

  it("waits with nine others of its connection at most, which take no room from those of another one", () =>
    inLedger((ledger) => {
      const full = { refused: expect.stringContaining("10 programs that this connection proposed wait") };
      const kept = allow(ledger, { name: "kept" });
      for (let n = 0; n < programLimits.waitingOfClient; n += 1)
        expect(ledger.proposeProgram(proposal({ name: `p${n}` }))).toMatchObject({ is: "proposed" });
      expect(ledger.proposeProgram(proposal())).toEqual(full);
      // Another version of a program that is kept waits too.
      expect(ledger.proposeProgram(proposal({ name: "kept", code: "y" }))).toEqual(full);
      expect(ledger.proposeProgram(proposal({ name: "p7", code: "y" }))).toMatchObject({ is: "proposed" });
      const { caller } = proposal();
      const other = { caller: { ...caller, clientId: "c2" } };
      expect(ledger.proposeProgram(proposal(other))).toMatchObject({ is: "proposed" });
      const one = ledger.programs().find(({ name }) => name === "p3")!;
      expect(ledger.chooseProgram(one.id, { do: "refuse", version: 1 })).toEqual({ ok: true });
      expect(ledger.proposeProgram(proposal({ name: "kept", code: "y" }))).toMatchObject({ is: "changed" });
      expect(kept).toBe(ledger.programs().find(({ name }) => name === "kept")?.id);
    }));

  it("needs a time zone that there is, if its times are in one", () =>
    inLedger((ledger) => {
      ledger.proposeProgram(proposal({ every: "0 9 * * *" }));
      const id = idOf(ledger);
      const { version, hash } = ledger.program(id)!.versions[0]!;
      expect(ledger.chooseProgram(id, { do: "allow", version, hash, zone: "Nowhere/X" })).toMatchObject({
        ok: false,
        problem: expect.stringContaining("time zone"),
      });
      expect(ledger.chooseProgram(id, { do: "allow", version, hash, zone: "Europe/Berlin" })).toEqual({
        ok: true,
      });
      // The clocks change in that night: nine in Berlin is seven in UTC by then.
      expect(ledger.program(id)?.nextMs).toBe(Date.parse("2027-03-28T07:00:00Z"));
    }));
});

describe("a schedule", () => {
  it("begins one run for each time, however often the alarm comes", () =>
    inLedger((ledger, sql) => {
      allow(ledger);
      alarm(ledger);
      alarm(ledger);
      expect(runsOf(sql)).toMatchObject([{ start: { program: { timeMs: begun, version: 1 } } }]);
      end(ledger, sql);
      alarm(ledger);
      expect(runsOf(sql)).toEqual([]);
      vi.setSystemTime(begun + 15 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toMatchObject([{ start: { program: { timeMs: begun + 15 * minute } } }]);
    }));

  it("runs once for the times that passed meanwhile, and says how many it missed", () =>
    inLedger((ledger, sql) => {
      const id = allow(ledger);
      alarm(ledger);
      end(ledger, sql);
      vi.setSystemTime(begun + 64 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toMatchObject([{ start: { program: { timeMs: begun + 60 * minute } } }]);
      expect(ledger.program(id)?.nextMs).toBe(begun + 75 * minute);
      expect(ledger.program(id)?.events[0]).toMatchObject({
        what: "missed",
        detail: expect.stringContaining("3 times from 2027-03-27 12:15 UTC on"),
      });
    }));

  it("waits for no run that goes on, and says so", () =>
    inLedger((ledger, sql) => {
      const id = allow(ledger);
      alarm(ledger);
      vi.setSystemTime(begun + 15 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toHaveLength(1);
      expect(ledger.program(id)?.events[0]).toMatchObject({
        what: "missed",
        detail: "It did not run at 2027-03-27 12:15 UTC. Its run before goes on, and it has one at a time.",
      });
    }));

  it("runs no time twice when the clock is set back, and goes on soon", () =>
    inLedger((ledger, sql) => {
      const id = allow(ledger, { every: "*/15 * * * *" });
      alarm(ledger);
      end(ledger, sql);
      vi.setSystemTime(begun - 31 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toEqual([]);
      expect(ledger.program(id)?.nextMs).toBe(begun + 15 * minute);
      // Once the clock had been a year ahead without a run, its next time is near again.
      sql.exec("UPDATE programs SET next_at = ?", begun + 365 * 86_400_000);
      alarm(ledger);
      expect(ledger.program(id)?.nextMs).toBe(begun + 15 * minute);
    }));

  it.each(["15 minutes", "*/15 * * * *"])("%s goes on soon where the clock was years ahead", (every) =>
    inLedger((ledger, sql) => {
      vi.setSystemTime(begun + 1_500 * 86_400_000);
      allow(ledger, { every });
      alarm(ledger);
      end(ledger, sql);
      vi.setSystemTime(begun);
      alarm(ledger);
      expect(ledger.programs()[0]?.nextMs).toBe(begun + 15 * minute);
      vi.setSystemTime(begun + 15 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toMatchObject([{ start: { program: { timeMs: begun + 15 * minute } } }]);
    }),
  );

  it("runs once where an hour comes twice", () =>
    inLedger((ledger, sql) => {
      vi.setSystemTime(Date.parse("2027-10-30T12:00:00Z"));
      allow(ledger, { every: "30 2 * * *" }, "Europe/Berlin");
      const ran: string[] = [];
      for (let ms = Date.now(); ms < Date.parse("2027-11-01T12:00:00Z"); ms += 10 * minute) {
        vi.setSystemTime(ms);
        alarm(ledger);
        for (const { start } of runsOf(sql)) {
          ran.push(new Date(start.program!.timeMs!).toISOString());
          end(ledger, sql);
        }
      }
      expect(ran).toEqual(["2027-10-31T00:30:00.000Z", "2027-11-01T01:30:00.000Z"]);
    }));

  it("runs once where an hour is left out", () =>
    inLedger((ledger, sql) => {
      allow(ledger, { every: "30 2 * * *" }, "Europe/Berlin");
      const ran: string[] = [];
      for (let ms = Date.now(); ms < Date.parse("2027-03-29T12:00:00Z"); ms += 10 * minute) {
        vi.setSystemTime(ms);
        alarm(ledger);
        for (const { start } of runsOf(sql)) {
          ran.push(new Date(start.program!.timeMs!).toISOString());
          end(ledger, sql);
        }
      }
      expect(ran).toEqual(["2027-03-28T01:00:00.000Z", "2027-03-29T00:30:00.000Z"]);
    }));

  it("stops after three scheduled runs in a row that failed, and says so; resuming begins anew", () =>
    inLedger((ledger, sql) => {
      const id = allow(ledger);
      const outcomes = ["thrown", "thrown", "ok", "thrown", "thrown", "thrown"] as const;
      for (const [n, outcome] of outcomes.entries()) {
        vi.setSystemTime(begun + n * 15 * minute);
        alarm(ledger);
        expect(ledger.program(id)?.state, String(n)).toBe("active");
        end(ledger, sql, outcome);
      }
      expect(ledger.program(id)).toMatchObject({
        state: "paused",
        why: "3 scheduled runs in a row failed, the last one with: thrown.",
      });
      expect(ledger.program(id)).not.toHaveProperty("nextMs");
      vi.setSystemTime(begun + 100 * 15 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toEqual([]);
      ledger.chooseProgram(id, { do: "resume" });
      expect(ledger.program(id)).toMatchObject({ state: "active", nextMs: begun + 100 * 15 * minute });
    }));

  it("does not stop for what code that called it by its name made of it, nor for a run that its user ended", () =>
    inLedger((ledger, sql) => {
      const id = allow(ledger, { every: undefined as never });
      for (let n = 0; n < 4; n += 1) {
        expect(ledger.chooseProgram(id, { do: "run" })).toMatchObject({ ok: true });
        end(ledger, sql, "thrown");
      }
      const other = allow(ledger, { name: "other" });
      for (let n = 0; n < 4; n += 1) {
        vi.setSystemTime(begun + n * 15 * minute);
        alarm(ledger);
        ledger.cancelLasting(runsOf(sql)[0]!.start.runId, "The user ended this run.");
      }
      expect([id, other].map((one) => ledger.program(one)?.state)).toEqual(["active", "active"]);
    }));

  it("says why it could not begin: too many runs go on", () =>
    inLedger((ledger, sql) => {
      for (let n = 0; n < 21; n += 1) allow(ledger, { name: `p${n}` });
      alarm(ledger);
      expect(runsOf(sql)).toHaveLength(20);
      const missed = ledger.programs().filter(({ id }) => ledger.program(id)?.events[0]?.what === "missed");
      expect(missed).toHaveLength(1);
    }));
});

describe("a program", () => {
  it("is paused, resumed and deleted; a run that goes on ends with it", () =>
    inLedger((ledger, sql) => {
      const id = allow(ledger);
      alarm(ledger);
      const runId = runsOf(sql)[0]!.start.runId;
      ledger.chooseProgram(id, { do: "pause" });
      // What began goes on.
      expect(runsOf(sql)).toHaveLength(1);
      expect(ledger.chooseProgram(id, { do: "pause" })).toMatchObject({ ok: false });
      vi.setSystemTime(begun + 15 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toHaveLength(1);
      ledger.chooseProgram(id, { do: "delete" });
      expect(runsOf(sql)).toEqual([]);
      expect(ledger.run(runId)).toMatchObject({ ended: true, record: { outcome: "canceled" } });
      expect(ledger.programs()).toEqual([]);
      for (const table of ["programs", "program_versions", "program_events"])
        expect(sql.exec(`SELECT * FROM ${table}`).toArray()).toEqual([]);
      expect(ledger.runs({ program: id }, { limit: 9 }).runs).toMatchObject([{ runId }]);
    }));

  it("ends with its connection, and so do its proposals; those of others stay", () =>
    inLedger((ledger, sql) => {
      const caller = { ...proposal().caller, clientId: "c2" };
      const mine = allow(ledger);
      const others = allow(ledger, { name: "other", caller });
      ledger.proposeProgram(proposal({ name: "third" }));
      alarm(ledger);
      ledger.disconnect("c1");
      expect(ledger.programs().map(({ name, state }) => [name, state])).toEqual([
        ["block attackers", "ended"],
        ["other", "active"],
      ]);
      expect(runsOf(sql)).toMatchObject([{ start: { program: { id: others } } }]);
      expect(ledger.chooseProgram(mine, { do: "resume" })).toMatchObject({ ok: false });
      expect(ledger.chooseProgram(mine, { do: "run" })).toMatchObject({ ok: false });
      // Once it is proposed and allowed again, it runs.
      expect(ledger.proposeProgram(proposal())).toMatchObject({ is: "proposed" });
      allow(ledger, { code: "y" });
      expect(ledger.program(mine)).toMatchObject({ state: "active" });
      ledger.disconnect(null);
      expect(ledger.programs().map(({ state }) => state)).toEqual(["ended", "ended"]);
    }));

  it("ends with a run whose connection is gone, unless a later login of the same client goes on with it", () =>
    inLedger((ledger) => {
      const login = (connectionKey?: string) => ({
        ...proposal().caller,
        ...(connectionKey && { connectionKey }),
      });
      for (const key of ["grant:u:before", "grant:u:after"]) allow(ledger, { name: key, caller: login(key) });
      allow(ledger, { name: "no login" });
      ledger.proposeProgram(proposal({ name: "waits", caller: login("grant:u:after") }));
      ledger.proposeProgram(proposal({ name: "waited", caller: login("grant:u:before") }));
      ledger.connectionEnded("rgone", login("grant:u:before"));
      expect(Object.fromEntries(ledger.programs().map(({ name, state }) => [name, state]))).toEqual({
        "grant:u:before": "ended",
        "grant:u:after": "active",
        "no login": "active",
        waits: "proposed",
      });
    }));

  it("is run once by one call of code, however often the code runs", () =>
    inLedger((ledger, sql) => {
      allow(ledger, { every: undefined as never });
      const call = { name: "block attackers", time: 1, acting, reach: grant };
      const first = ledger.runProgram(call);
      expect(first).toEqual({ runId: expect.stringMatching(/^r/) });
      expect(ledger.runProgram(call)).toEqual(first);
      expect(ledger.runProgram({ ...call, time: 2 })).toMatchObject({
        refused: expect.stringContaining("goes on"),
      });
      end(ledger, sql);
      expect(ledger.runProgram(call)).toEqual(first);
      expect(runsOf(sql)).toEqual([]);
      const second = ledger.runProgram({ ...call, input: '{"n":2}' });
      expect(second).not.toEqual(first);
      expect(runsOf(sql)).toMatchObject([{ start: { program: { input: '{"n":2}' } } }]);
    }));

  it.each<[what: string, forget: (ledger: Ledger, runId: string) => unknown]>([
    ["whose record is there", () => undefined],
    ["whose record was forgotten", (ledger, runId) => expect(ledger.forgetRun(runId)).toBe(true)],
    ["when all runs were forgotten", (ledger) => ledger.forgetAllRuns()],
    [
      "whose record was in the way of others, whatever was cleaned up",
      async (ledger, runId) => {
        ledger.forgetRun(runId);
        await ledger.alarm();
      },
    ],
  ])("is run once by code that goes on after an approval: %s", (_what, forget) =>
    inLedger(async (ledger, sql) => {
      allow(ledger, { every: undefined as never });
      const code = "await run('block attackers'); await api.post('/x')";
      const run = { runId: "rone", client: { id: "c9" }, code };
      const asks = { runId: "rone", clientId: "c9", codeHash: codeHash(code) };
      const first = ledger.runProgram({ name: "block attackers", time: 1, acting: asks, reach: grant });
      ledger.decideRequest(
        run,
        {
          api: "demo",
          operation: "x",
          access: "write",
          method: "POST",
          url: "https://a.example/x",
          headers: [],
        },
        true,
        [],
      );
      end(ledger, sql);
      await forget(ledger, first.runId!);
      const again = { ...asks, runId: "rtwo" };
      expect(ledger.runProgram({ name: "block attackers", time: 1, acting: again, reach: grant })).toEqual(
        first,
      );
      expect(runsOf(sql)).toEqual([]);
    }),
  );

  it("of which nothing goes on any more is not remembered", () =>
    inLedger(async (ledger, sql, kv) => {
      allow(ledger, { every: undefined as never });
      ledger.runProgram({ name: "block attackers", time: 1, acting, reach: grant });
      expect([...kv.list({ prefix: "begun by " })]).toHaveLength(1);
      end(ledger, sql);
      await ledger.alarm();
      expect([...kv.list({ prefix: "begun by " })]).toEqual([]);
    }));

  it("does not exist for a connection that was granted less", () =>
    inLedger((ledger) => {
      allow(ledger);
      const less = { access: { demo: ["read" as const] } };
      expect(ledger.foundPrograms(less)).toEqual([]);
      expect(ledger.runProgram({ name: "block attackers", time: 1, acting, reach: less })).toMatchObject({
        refused: expect.stringContaining("There is no program"),
      });
      expect(ledger.foundPrograms(grant)).toEqual([
        { name: "block attackers", every: "15 minutes", operations: ["createBlock"] },
      ]);
    }));

  const account = (sealed: string, label = "") => ({ demo: [{ label, sealed }] });
  it.each<[string, Proposal["caller"]["accounts"], Proposal["caller"]["accounts"], boolean]>([
    ["holds the same account", account("a"), account("a"), true],
    ["holds others too", account("a"), { demo: [...account("b", "b").demo, ...account("a").demo] }, true],
    ["holds one where the program has none", undefined, account("a"), true],
    ["pasted another credential", account("a"), account("b"), false],
    ["calls another account by its name", account("a", "work"), account("b", "work"), false],
    ["calls the same account otherwise", account("a", "work"), account("a", "home"), false],
    ["holds one of two", { demo: [...account("a").demo, ...account("b", "b").demo] }, account("a"), false],
    ["holds it at another API", account("a"), { other: account("a").demo }, false],
    ["holds none", account("a"), undefined, false],
  ])(
    "for a connection with an equal grant, its accounts count: it %s",
    (_title, ofProgram, ofCaller, isThere) =>
      inLedger((ledger) => {
        const caller = { ...proposal().caller, ...(ofProgram && { accounts: ofProgram }) };
        allow(ledger, { caller });
        const reach = { ...grant, ...(ofCaller && { accounts: ofCaller }) };
        expect(ledger.foundPrograms(reach).length).toBe(isThere ? 1 : 0);
        const { refused } = ledger.runProgram({ name: "block attackers", time: 1, acting, reach });
        if (isThere) expect(refused).toBeUndefined();
        else expect(refused).toContain("There is no program");
      }),
  );

  it("keeps its state when a run has come to its end, and not what a slice that died would have left", () =>
    inLedger((ledger, sql) => {
      allow(ledger);
      const slice = () => {
        sql.exec("UPDATE lasting SET state = 'due'");
        return ledger.takeSlice(runsOf(sql)[0]!.start.runId)!;
      };
      alarm(ledger);
      const one = slice();
      expect(ledger.programState(one)).toBeNull();
      ledger.changeProgramState(one, '{"seen":"[1]","__proto__":"2"}');
      expect(ledger.programState(one)).toBeNull();
      const two = slice();
      expect(ledger.changeProgramState(one, '{"seen":"[9]"}')).toBeUndefined();
      expect(ledger.changeProgramState(two, `{"big":"\\"${"x".repeat(programLimits.stateBytes)}\\""}`)).toBe(
        programLimits.stateBytes + 10,
      );
      ledger.changeProgramState(two, '{"seen":"[1,2]","__proto__":"2"}');
      const { start } = runsOf(sql)[0]!;
      const ended = { ok: false as const, failure: { kind: "timed-out" as const, limitMs: 1 }, logs: [] };
      expect(ledger.endLasting(two, recordOf(start, 1, ended, []))).toBe(true);
      vi.setSystemTime(begun + 15 * minute);
      alarm(ledger);
      expect(ledger.programState(slice())).toBe('{"seen":[1,2],"__proto__":2}');
      ledger.changeProgramState({ runId: runsOf(sql)[0]!.start.runId, slice: 1 }, '{"seen":null}');
      ledger.cancelLasting(runsOf(sql)[0]!.start.runId, "The user ended this run.");
      expect(sql.exec("SELECT kept FROM programs").toArray()).toEqual([
        { kept: '{"seen":[1,2],"__proto__":2}' },
      ]);
    }));

  const accountOf = (sealed: string) => ({ accounts: { demo: [{ label: "", sealed }] } });
  const others: [what: string, first: Partial<Caller>, then: Partial<Caller>][] = [
    ["less access", {}, { access: { demo: ["read"] } }],
    ["another account", accountOf("sandbox"), accountOf("production")],
    ["no account", accountOf("sandbox"), {}],
  ];

  it.each(others)("loses its state where a connection with %s goes on with it", (_, first, then) =>
    inLedger((ledger, sql) => {
      const id = allow(ledger, { caller: { ...proposal().caller, ...first } });
      sql.exec("UPDATE programs SET kept = '{\"seen\":1}'");
      const caller = { ...proposal().caller, clientId: "c2", ...then };
      allow(ledger, { caller });
      expect(ledger.program(id)?.stateChars).toBe(0);
    }),
  );

  it.each(others)(
    "gives a connection with %s nothing of what a run of the one before it sees later",
    (_, first, then) =>
      inLedger((ledger, sql) => {
        const id = allow(ledger, { caller: { ...proposal().caller, ...first } });
        alarm(ledger);
        const { runId } = runsOf(sql)[0]!.start;
        const caller = { ...proposal().caller, clientId: "c2", ...then };
        allow(ledger, { caller });
        sql.exec("UPDATE lasting SET state = 'due'");
        const slice = ledger.takeSlice(runId)!;
        ledger.changeProgramState(slice, '{"seen":"1"}');
        const ok = { ok: true as const, result: "1", notes: [], logs: [], attachments: [] };
        ledger.endLasting(slice, recordOf(runsOf(sql)[0]!.start, 1, ok as never, []));
        expect(ledger.program(id)?.stateChars).toBe(0);
        expect(sql.exec("SELECT kept, changed FROM programs").toArray()).toEqual([
          { kept: null, changed: null },
        ]);
      }),
  );

  it("asks again where what it can call has changed, and runs when that is allowed", () =>
    inLedger((ledger, sql) => {
      const id = allow(ledger);
      alarm(ledger);
      const { runId } = runsOf(sql)[0]!.start;
      const slice = ledger.takeSlice(runId)!;
      ledger.programChanged(slice, [{ ...block, access: ["delete"] }], "The API has changed.");
      expect(runsOf(sql)).toEqual([]);
      expect(ledger.run(runId)).toMatchObject({ record: { outcome: "canceled" } });
      expect(ledger.program(id)).toMatchObject({
        state: "paused",
        waiting: { version: 2 },
        why: "The API has changed.",
      });
      vi.setSystemTime(begun + 15 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toEqual([]);
      const { version, hash, becauseChanged } = ledger.program(id)!.versions[0]!;
      expect(becauseChanged).toBe(true);
      ledger.chooseProgram(id, { do: "allow", version, hash, zone: "UTC" });
      alarm(ledger);
      expect(runsOf(sql)).toMatchObject([{ capabilities: [{ access: ["delete"] }], start: { code: "x" } }]);
    }));

  it("arrives paused at another deployment, with its versions, its history and its state, twice as well as once", async () => {
    const lines = await inLedger((ledger, sql) => {
      allow(ledger);
      alarm(ledger);
      sql.exec("UPDATE programs SET kept = '{\"seen\":1}', changed = '{}'");
      ledger.proposeProgram(proposal({ code: "y" }));
      return [...ledgerLines(sql)].map((line) => JSON.parse(line) as UserLine);
    });
    await inLedger((ledger, sql) => {
      ledger.move(lines, "one", lines.length);
      ledger.move(lines, "one", lines.length);
      const id = idOf(ledger);
      expect(ledger.program(id)).toMatchObject({
        state: "paused",
        why: "It was moved here. Resume it when it runs nowhere else.",
        waiting: { version: 2 },
        stateChars: 10,
        events: [{ what: "proposed" }, { what: "allowed" }, { what: "proposed" }],
      });
      vi.setSystemTime(begun + 60 * minute);
      alarm(ledger);
      expect(runsOf(sql)).toEqual([]);
      ledger.chooseProgram(id, { do: "resume" });
      alarm(ledger);
      expect(runsOf(sql)).toMatchObject([{ start: { program: { version: 1 } } }]);
    });
  });

  it("arrives under a free name where another one has its name, which stays as it is", async () => {
    const lines = await inLedger((ledger, sql) => {
      allow(ledger);
      return [...ledgerLines(sql)].map((line) => JSON.parse(line) as UserLine);
    });
    await inLedger((ledger) => {
      const id = allow(ledger, { name: "Block attackers" });
      ledger.move(lines, "one", lines.length);
      ledger.move(lines, "one", lines.length);
      expect(ledger.programs().map(({ name, state }) => [name, state])).toEqual([
        ["Block attackers", "active"],
        ["block attackers 2", "paused"],
      ]);
      expect(ledger.program(id)).toMatchObject({ state: "active" });
      expect(ledger.waiting()).toBe(0);
    });
  });

  it("forgets versions and events beyond its limits, and never the version that runs", () =>
    inLedger((ledger) => {
      const id = allow(ledger);
      for (let n = 0; n < 250; n += 1) ledger.proposeProgram(proposal({ code: `y${n}` }));
      const program = ledger.program(id)!;
      expect(program.versions.map(({ version }) => version)).toEqual([
        ...Array.from({ length: programLimits.versions }, (_, n) => 251 - n),
        1,
      ]);
      expect(program.events).toHaveLength(programLimits.events);
    }));
});
