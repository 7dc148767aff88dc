/** What waits for a person is one list, and the webhook of the deployment is told of each thing in it once. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Ledger } from "../../../../src/store/ledger/ledger.ts";
import {
  endMessage,
  makeMessage,
  maxAttempts,
  nextMessage,
  takeMessages,
} from "../../../../src/store/ledger/waiting/messages.ts";
import type { ExactRequest } from "../../../../src/terms/approvals.ts";
import type { Proposal } from "../../../../src/terms/kept-programs.ts";

const begun = Date.parse("2027-03-27T12:00:00Z");
beforeEach(() => void vi.useFakeTimers({ now: begun, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());
const later = (ms: number) => void vi.setSystemTime(Date.now() + ms);

const run = { runId: "r1", client: { id: "c1", name: "Claude" }, code: "delete all" };
const remove = (id: string): ExactRequest => ({
  api: "demo",
  operation: "deleteZone",
  access: "delete",
  method: "DELETE",
  url: `https://api.example.com/zones/${id}?key=hidden`,
  headers: [["x-note", "hidden"]],
});
const proposal = (more: Partial<Proposal> = {}): Proposal => ({
  name: "block attackers",
  code: "x",
  capabilities: [],
  caller: { userId: "u", clientId: "c1", clientName: "Claude", access: { demo: ["read"] } },
  apis: ["demo"],
  origin: "https://isogate.example",
  insisted: false,
  ...more,
});
const told = { userId: "u", origin: "https://isogate.example" };

async function inLedger<T>(work: (ledger: Ledger, sql: SqlStorage) => T): Promise<T> {
  const stub = env.LEDGER.getByName(`waiting ${Math.random()}`);
  return runInDurableObject(stub, (ledger, { storage }) => {
    const result = work(ledger, storage.sql);
    void storage.deleteAlarm();
    return result;
  });
}

const approve = (ledger: Ledger) => {
  const [{ of } = { of: "" }] = ledger.waitingThings();
  const { requests } = ledger.pausedRun(of, 20)!;
  const pending = requests.filter(({ state }) => state === "pending");
  expect(ledger.review(of, { do: "approve", requests: pending })).toMatchObject({ ok: true });
};

describe("what waits", () => {
  it("is each paused run and each proposal, with how much it is and since when", () =>
    inLedger((ledger) => {
      expect(ledger.waitingThings()).toEqual([]);
      ledger.decideRequest(run, remove("a"), true, []);
      later(1_000);
      ledger.decideRequest(run, remove("b"), true, []);
      later(1_000);
      ledger.proposeProgram(proposal());
      expect(ledger.waitingThings()).toMatchObject([
        { what: "program", name: "block attackers", count: 1, sinceMs: begun + 2_000 },
        { what: "run", client: run.client, count: 2, sinceMs: begun },
      ]);
      expect(ledger.waiting()).toBe(3);
    }));

  it("is gone when it is decided, and what is asked later is another thing", () =>
    inLedger((ledger) => {
      ledger.decideRequest(run, remove("a"), true, []);
      const [first] = ledger.waitingThings();
      approve(ledger);
      expect(ledger.waitingThings()).toEqual([]);
      later(60_000);
      ledger.decideRequest({ ...run, runId: "r2" }, remove("b"), true, []);
      const [second] = ledger.waitingThings();
      expect(second).toMatchObject({ of: first?.of, count: 1, sinceMs: begun + 60_000 });
      expect(second?.id).not.toBe(first?.id);
    }));

  it("is also what was sent and never answered: only a person can say what became of it", () =>
    inLedger((ledger) => {
      ledger.decideRequest(run, remove("a"), true, []);
      approve(ledger);
      const again = ledger.decideRequest({ ...run, runId: "r2" }, remove("a"), true, []);
      const ticket = again.do === "send" ? again.ticket! : "";
      expect(ledger.recordSent(ticket)).toBe(true);
      expect(ledger.waiting()).toBe(0);
      ledger.recordUnanswered(ticket);
      expect(ledger.waitingThings()).toMatchObject([{ what: "run", count: 1 }]);
    }));

  it("ends with its connection", () =>
    inLedger((ledger) => {
      ledger.decideRequest(run, remove("a"), true, []);
      ledger.proposeProgram(proposal());
      ledger.disconnect("c1");
      expect(ledger.waitingThings()).toEqual([]);
    }));

  it("is looked up without reading what does not wait", () =>
    inLedger((_ledger, sql) => {
      const plan = sql
        .exec<{ detail: string }>(
          "EXPLAIN QUERY PLAN SELECT 1 FROM kept_requests WHERE state IN ('pending', 'unknown')",
        )
        .toArray();
      expect(plan.map(({ detail }) => detail).join()).toContain("kept_undecided");
    }));
});

interface Body {
  type: string;
  timestamp: string;
  data: {
    user: string;
    waiting: { what: string; count: number; url: string; client: string }[];
    more: number;
  };
}

describe("the webhook", () => {
  /** Makes and takes what is due. */
  const due = (sql: SqlStorage) => {
    makeMessage(sql, told, Date.now());
    return takeMessages(sql, Date.now());
  };

  it("is told of all that began to wait within a moment, in one message, and of none of it again", () =>
    inLedger((ledger, sql) => {
      expect(nextMessage(sql, Date.now())).toBeNull();
      ledger.decideRequest(run, remove("a"), true, []);
      ledger.decideRequest(run, remove("b"), true, []);
      ledger.proposeProgram(proposal());
      expect(due(sql)).toEqual([]);
      const at = nextMessage(sql, Date.now())!;
      expect(at).toBeGreaterThan(begun);
      vi.setSystemTime(at);
      const [message, ...more] = due(sql);
      expect(more).toEqual([]);
      const { type, data } = JSON.parse(message!.body) as Body;
      expect(type).toBe("isogate.waiting");
      expect(data).toMatchObject({ user: "u", more: 0 });
      expect(data.waiting.map(({ what, count }) => [what, count]).toSorted()).toEqual([
        ["program", 1],
        ["requests", 2],
      ]);
      for (const { url, client } of data.waiting) {
        expect(url).toMatch(/^https:\/\/isogate\.example\/(?:approvals|programs)\/[\w-]+$/);
        expect(client).toBe("Claude");
      }
      // Nothing of a request leaves, nor the words that a client chose for a program.
      expect(message!.body).not.toMatch(/hidden|zones|block attackers/);
      endMessage(sql, message!.id);
      expect(nextMessage(sql, Date.now())).toBeNull();
      later(3_600_000);
      expect(due(sql)).toEqual([]);
    }));

  it.each([
    ["Claude\u202efdp", "Claude⟨U+202E⟩fdp"],
    ["Claude\u200b\u2063", "Claude⟨U+200B⟩⟨U+2063⟩"],
    ["Claude\napproved by Ann", "Claude⟨U+000A⟩approved by Ann"],
    ["Claude 👩‍💻", "Claude 👩‍💻"],
  ])("is told of a client so that what nobody sees is seen: %j", (name, want) =>
    inLedger((ledger, sql) => {
      ledger.decideRequest({ ...run, client: { id: "c1", name } }, remove("a"), true, []);
      later(3_600);
      const [message] = due(sql);
      expect((JSON.parse(message!.body) as Body).data.waiting.map(({ client }) => client)).toEqual([want]);
    }),
  );

  it("is told of what comes later a minute later at the earliest, however much that is", () =>
    inLedger((ledger, sql) => {
      let messages = 0;
      for (let second = 0; second < 600; second += 1) {
        ledger.decideRequest(
          { ...run, runId: `r${second}`, code: `code ${second}` },
          remove(`${second}`),
          true,
          [],
        );
        later(1_000);
        for (const { id } of due(sql)) {
          messages += 1;
          endMessage(sql, id);
        }
      }
      expect(messages).toBeGreaterThan(5);
      expect(messages).toBeLessThanOrEqual(11);
    }));

  it("is told again, later each time, with the same message, and not without end", () =>
    inLedger((ledger, sql) => {
      ledger.decideRequest(run, remove("a"), true, []);
      later(2_000);
      const tries: { id: string; body: string; at: number }[] = [];
      for (let next: number | null = Date.now(); next !== null; next = nextMessage(sql, Date.now())) {
        vi.setSystemTime(next);
        for (const { id, body } of due(sql)) tries.push({ id, body, at: Date.now() });
        expect(tries.length).toBeLessThan(20);
      }
      expect(tries).toHaveLength(maxAttempts);
      expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
      expect(new Set(tries.map(({ body }) => body)).size).toBe(1);
      const gaps = tries.slice(1).map(({ at }, n) => at - tries[n]!.at);
      expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
      expect(tries.at(-1)!.at - begun).toBeLessThan(24 * 3_600_000);
    }));

  it("is not told again what a person has decided on meanwhile", () =>
    inLedger((ledger, sql) => {
      ledger.decideRequest(run, remove("a"), true, []);
      later(2_000);
      expect(due(sql)).toHaveLength(1);
      approve(ledger);
      later(3_600_000);
      expect(due(sql)).toEqual([]);
      expect(nextMessage(sql, Date.now())).toBeNull();
    }));

  it("is told although the clock was set back", () =>
    inLedger((ledger, sql) => {
      ledger.decideRequest(run, remove("a"), true, []);
      later(2_000);
      for (const { id } of due(sql)) endMessage(sql, id);
      later(-86_400_000);
      ledger.decideRequest({ ...run, runId: "r2", code: "more" }, remove("b"), true, []);
      later(2_000);
      expect(due(sql)).toHaveLength(1);
    }));
});
