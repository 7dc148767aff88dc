/** The ledger as the console and the tools use it: a real Durable Object with real SQLite. */
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Failure } from "../../../src/terms/failure.ts";
import type { SandboxOutcome } from "../../../src/terms/outcome.ts";
import { maxRequestChars, maxLogChars, recordOf } from "../../../src/terms/record.ts";
import { begin, finish, readLasting } from "../../../src/store/ledger/lasting/rows.ts";
import { interruptedAfterMs, ledgerLimits } from "../../../src/store/ledger/limits.ts";
import { cleanUp } from "../../../src/store/ledger/retention.ts";
import { listRuns, type RunFilter } from "../../../src/store/ledger/runs.ts";
import { migrate, migrations } from "../../../src/store/ledger/schema.ts";
import { record, request, start } from "./sample.ts";

const ledgerOf = (user: string) => env.LEDGER.getByName(user);

describe("a run", () => {
  it("is kept as it was recorded, also when its beginning never arrived", async () => {
    const ledger = ledgerOf("kept");
    const kept = record({ runId: "r1" });
    await ledger.endRun(kept);
    expect(await ledger.run("r1")).toEqual({ ended: true, record: kept });
  });

  it("is shown as running until it ends, and once", async () => {
    const ledger = ledgerOf("running");
    const begun = start({ runId: "r1" });
    await ledger.beginRun(begun);
    expect((await ledger.runs({}, { limit: 10 })).runs.map((run) => run.outcome)).toEqual(["running"]);
    expect(await ledger.run("r1")).toEqual({ ended: false, start: begun, outcome: "running", requests: [] });
    await ledger.endRun(record(begun));
    await ledger.beginRun(begun);
    expect((await ledger.runs({}, { limit: 10 })).runs.map((run) => run.outcome)).toEqual(["ok"]);
  });

  it("whose end never came is shown as interrupted", async () => {
    const ledger = ledgerOf("interrupted");
    await ledger.beginRun(start({ startedAtMs: Date.now() - interruptedAfterMs - 1 }));
    await ledger.beginRun(start({ runId: "r2" }));
    const idsOf = async (outcome: string) =>
      (await ledger.runs({ outcome }, { limit: 10 })).runs.map(({ runId }) => runId);
    expect((await ledger.runs({}, { limit: 10 })).runs[1]?.outcome).toBe("interrupted");
    expect(await idsOf("interrupted")).toEqual(["r1"]);
    expect(await idsOf("running")).toEqual(["r2"]);
  });

  it("belongs to one user only", async () => {
    await ledgerOf("alice").endRun(record({ runId: "hers" }), '"secret"');
    expect(await ledgerOf("mallory").run("hers")).toBeNull();
    expect(await ledgerOf("mallory").recall("hers")).toBeNull();
    expect((await ledgerOf("mallory").runs({}, { limit: 10 })).runs).toEqual([]);
  });

  it("survives the eviction of its object", async () => {
    const ledger = ledgerOf("evicted");
    await ledger.endRun(record({ runId: "r1" }), "[1,2]");
    await evictDurableObject(ledger);
    expect(await ledger.recall("r1")).toBe("[1,2]");
    expect(await ledger.run("r1")).toMatchObject({ ended: true });
  });

  it("is kept with the largest record there can be", async () => {
    const ledger = ledgerOf("largest");
    const largest = recordOf(
      start({ code: "é".repeat(300_000) }),
      1,
      {
        ok: true,
        result: "é".repeat(10_000),
        logs: [{ level: "log", text: "é".repeat(maxLogChars + 1) }],
        notes: [],
      },
      Array.from({ length: 20_000 }, (_, n) => request({ url: `https://api.example.com/zones/${n}` })),
    );
    expect(largest.cut?.logChars).toBe(1);
    expect(JSON.stringify(largest.requests).length).toBeLessThan(maxRequestChars + 10_000);
    await ledger.endRun(largest);
    expect(await ledger.run("r1")).toEqual({ ended: true, record: largest });
    expect((await ledger.runs({}, { limit: 1 })).runs[0]?.requests).toBe(20_000);
  });
});

describe("the list", () => {
  const base = Date.UTC(2026, 10, 20);
  const fill = async (user: string) => {
    const ledger = ledgerOf(user);
    const ok: SandboxOutcome = { ok: true, result: "1", logs: [], notes: [] };
    const failed = (failure: Failure): SandboxOutcome => ({ ok: false, logs: [], failure });
    const denied = failed({ kind: "denied", rule: "deny DELETE", message: "Not this one." });
    const timedOut = failed({ kind: "timed-out", limitMs: 30_000 });
    await ledger.endRun(record({ runId: "a", startedAtMs: base, tool: "search" }, ok, []));
    await ledger.endRun(record({ runId: "b", startedAtMs: base + 1 }, ok, [request()]));
    await ledger.endRun(
      record({ runId: "c", startedAtMs: base + 2, code: "await deleteAllRecords()" }, denied, [
        request({ api: "dns", operation: "deleteRecord", method: "DELETE" }),
      ]),
    );
    await ledger.endRun(record({ runId: "d", startedAtMs: base + 2 }, timedOut, [request()]));
    await ledger.beginRun(start({ runId: "e", startedAtMs: base + 3 }));
    return ledger;
  };

  const table: [string, RunFilter, string[]][] = [
    ["everything, newest first", {}, ["e", "d", "c", "b", "a"]],
    ["by tool", { tool: "search" }, ["a"]],
    ["by API", { api: "dns" }, ["c"]],
    ["by operation", { operation: "listZones" }, ["d", "b"]],
    ["an operation is matched whole", { operation: "listZone" }, []],
    ["by outcome", { outcome: "denied" }, ["c"]],
    ["every failure", { outcome: "failed" }, ["d", "c"]],
    ["what has no end and is too old to get one", { outcome: "interrupted" }, ["e"]],
    ["what may still be running", { outcome: "running" }, []],
    ["by a word of the code", { text: "deleteAllRecords" }, ["c"]],
    ["by a part of a camelCase name", { text: "records" }, ["c"]],
    ["by one word as well as by many", { text: "record" }, ["c"]],
    ["by several words, punctuation or not", { text: 'api.get("/zones")' }, ["d", "b", "a"]],
    ["by words that no run has", { text: "nowhere" }, []],
    ["by several filters at once", { tool: "execute", api: "demo", outcome: "timed-out" }, ["d"]],
    ["a facet is no text", { text: "_tool_736561726368" }, []],
    ["query syntax is text", { text: 'x" OR words:*' }, []],
    ["from a time on", { fromMs: base + 2 }, ["e", "d", "c"]],
    ["up to a time", { toMs: base + 1 }, ["b", "a"]],
    ["a time and a word", { toMs: base + 1, text: "zones", tool: "execute" }, ["b"]],
  ];
  for (const [name, filter, want] of table) {
    it(`filters: ${name}`, async () => {
      const ledger = await fill(`filter ${name}`);
      const { runs } = await ledger.runs(filter, { limit: 10 });
      expect(runs.map((run) => run.runId)).toEqual(want);
    });
  }

  it("comes in pages without a gap, also where runs began in the same millisecond", async () => {
    const ledger = await fill("pages");
    const seen: string[] = [];
    let before: number | undefined;
    do {
      const page = await ledger.runs({}, { limit: 2, ...(before !== undefined && { before }) });
      seen.push(...page.runs.map((run) => run.runId));
      before = page.next;
    } while (before !== undefined);
    expect(seen).toEqual(["e", "d", "c", "b", "a"]);
  });

  it("does not find a run that was forgotten", async () => {
    const ledger = await fill("forgotten");
    expect(await ledger.forgetRun("c")).toBe(true);
    expect(await ledger.forgetRun("c")).toBe(false);
    expect((await ledger.runs({ api: "dns" }, { limit: 10 })).runs).toEqual([]);
    await ledger.forgetAllRuns();
    expect((await ledger.runs({}, { limit: 10 })).runs).toEqual([]);
    expect((await ledger.runs({ text: "zones" }, { limit: 10 })).runs).toEqual([]);
    expect((await ledger.size()).runs).toBe(0);
  });
});

describe("the limits", () => {
  const base = Date.now() - 60_000;
  const now = base + 10_000;
  const limits = { maxRuns: 1_000, maxAgeMs: 1_000_000, maxBytes: 1e9 };
  const filled = async (user: string, runs: number, check: (sql: SqlStorage) => void) => {
    const ledger = ledgerOf(user);
    for (let n = 0; n < runs; n++) await ledger.endRun(record({ runId: `r${n}`, startedAtMs: base + n }));
    await runInDurableObject(ledger, (_, state) => check(state.storage.sql));
  };
  const left = (sql: SqlStorage) => listRuns(sql, {}, { limit: 10 }).runs.map(({ runId }) => runId);

  it("keep as many runs as they say, and remove the oldest of one more", () =>
    filled("count", 3, (sql) => {
      expect(cleanUp(sql, { ...limits, maxRuns: 3 }, now)).toBe(0);
      expect(cleanUp(sql, { ...limits, maxRuns: 2 }, now)).toBe(1);
      expect(left(sql)).toEqual(["r2", "r1"]);
    }));

  it("remove what is older than they say, not what is exactly as old", () =>
    filled("age", 3, (sql) => {
      expect(cleanUp(sql, { ...limits, maxAgeMs: 10_000 }, now)).toBe(0);
      expect(cleanUp(sql, { ...limits, maxAgeMs: 9_999 }, now)).toBe(1);
      expect(left(sql)).toEqual(["r2", "r1"]);
    }));

  it("leave a run that goes on in the background, however old it is, until it has ended", () =>
    filled("background", 3, (sql) => {
      const begun = start({ runId: "stays", startedAtMs: base - 5_000 });
      const caller = { userId: "background", clientId: "c1", access: begun.access };
      begin(sql, { start: begun, caller, apis: [], origin: "", insisted: false }, base - 5_000);
      expect(cleanUp(sql, { ...limits, maxRuns: 3 }, now)).toBe(1);
      expect(cleanUp(sql, { ...limits, maxAgeMs: 9_999 }, now)).toBe(0);
      expect(cleanUp(sql, { ...limits, maxBytes: 0 }, now)).toBe(1);
      expect(cleanUp(sql, { ...limits, maxBytes: 0 }, now)).toBe(1);
      expect(cleanUp(sql, { ...limits, maxBytes: 0 }, now)).toBe(0);
      expect(left(sql)).toEqual(["stays"]);
      const failure = { kind: "canceled", message: "enough", next: "" } as const;
      finish(sql, readLasting(sql, "stays")!, failure, "dropped", now);
      expect(left(sql)).toEqual(["stays"]);
      expect(cleanUp(sql, { ...limits, maxBytes: 0 }, now)).toBe(1);
      expect(left(sql)).toEqual([]);
    }));

  it("make room in a full ledger by removing the oldest tenth", () =>
    filled("bytes", 11, (sql) => {
      expect(cleanUp(sql, { ...limits, maxBytes: sql.databaseSize }, now)).toBe(0);
      expect(cleanUp(sql, { ...limits, maxBytes: sql.databaseSize - 1 }, now)).toBe(2);
      expect(left(sql)[0]).toBe("r10");
      expect(left(sql).at(-1)).toBe("r2");
    }));
});

describe("the alarm", () => {
  it("removes what has become too old although nobody calls", async () => {
    const ledger = ledgerOf("alarm");
    await ledger.endRun(record({ runId: "r1" }));
    expect((await ledger.size()).runs).toBe(1);
    await runInDurableObject(ledger, (_, { storage: { sql } }) => {
      for (const table of ["runs", "run_records"])
        sql.exec(`UPDATE ${table} SET at = at - ?`, (ledgerLimits.maxAgeMs + 1) * 1_000);
    });
    expect(await runDurableObjectAlarm(ledger)).toBe(true);
    expect((await ledger.size()).runs).toBe(0);
  });
});

describe("the export", () => {
  it("has every run on a line of its own, oldest first", async () => {
    const ledger = ledgerOf("export");
    const records = Array.from({ length: 250 }, (_, n) =>
      record({ runId: `r${n}`, startedAtMs: Date.now() - 1_000 + n, code: `"line\nbreak" + ${n}` }),
    );
    for (const one of records) await ledger.endRun(one);
    const text = await new Response(await ledger.export()).text();
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(records);
  });

  it("of nothing is empty", async () => {
    expect(await new Response(await ledgerOf("export nothing").export()).text()).toBe("");
  });
});

describe("the schema", () => {
  it("brings an older ledger up to date once, and refuses one from the future", async () => {
    await runInDurableObject(ledgerOf("schema"), (_, { storage }) => {
      const next = [...migrations, "CREATE TABLE added (x INTEGER)"];
      migrate(storage, next);
      migrate(storage, next);
      expect(storage.sql.exec("SELECT * FROM added").toArray()).toEqual([]);
      expect(() => migrate(storage)).toThrow(/newer/);
    });
  });
});
