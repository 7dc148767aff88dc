/**
 * A deployment over ledgers that older versions wrote. The ledgers are kept as SQL, as those versions wrote them; a
 * new version of the tables needs a fixture here, which the last test says.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Ledger } from "../../../src/store/ledger/ledger.ts";
import { migrate, migrations } from "../../../src/store/ledger/schema.ts";

const fixtures = import.meta.glob<string>("./fixture/ledger-*.sql", {
  query: "?raw",
  import: "default",
  eager: true,
});
const versions = Object.keys(fixtures).map((file) => Number(/\d+/.exec(file)?.[0]));

/** An hour after the fixtures were written: nothing in them is too old. */
const then = 1_795_234_168_166 + 3_600_000;
beforeEach(() => void vi.useFakeTimers({ now: then, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

/** Runs `work` on a ledger that an older version wrote, and that `changed` changed, after this version has opened it. */
async function afterDeploying<T>(
  version: number,
  work: (ledger: Ledger, sql: SqlStorage) => T,
  changed = "",
): Promise<T> {
  const stub = env.LEDGER.getByName(`migration ${version} ${Math.random()}`);
  return runInDurableObject(stub, (ledger, { storage }) => {
    const { sql } = storage;
    sql.exec("DROP TABLE run_index");
    const tables = sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .toArray();
    for (const { name } of tables) if (!/^(?:_cf_|sqlite_)/.test(name)) sql.exec(`DROP TABLE "${name}"`);
    sql.exec((fixtures[`./fixture/ledger-${version}.sql`] ?? "") + changed);
    migrate(storage);
    return work(ledger, sql);
  });
}

it.each(versions)(
  "keeps the runs, their results and the search of a ledger of version %i",
  async (version) => {
    const seen = await afterDeploying(version, (ledger, sql) => ({
      version: sql.exec("SELECT version FROM schema_version").toArray(),
      runs: ledger.runs({}, { limit: 10 }).runs,
      found: ledger.runs({ text: "zones" }, { limit: 10 }).runs.map(({ runId }) => runId),
      run: ledger.run("rdone"),
      recalled: ledger.recall("rdone"),
      lastRuns: ledger.lastRuns(),
    }));
    expect(seen.version).toEqual([{ version: migrations.length }]);
    expect(seen.runs).toMatchObject([
      { runId: "rdone", tool: "execute", outcome: "ok", requests: 1, apis: ["demo"] },
    ]);
    expect(seen.found).toEqual(["rdone"]);
    expect(seen.run).toMatchObject({
      ended: true,
      record: { runId: "rdone", requests: [{ operation: "listZones" }] },
    });
    expect(seen.recalled).toBe("[1,2,3]");
    expect(seen.lastRuns).toEqual({ c1: 1_795_230_568_166 });
  },
);

it.each(versions.filter((version) => version > 1))(
  "goes on with a run that was paused before the deployment (version %i): what was sent is answered from the ledger, what is approved goes out once",
  async (version) => {
    const run = {
      runId: "rnext",
      client: { id: "g1", name: "Claude" },
      code: 'await api.delete("/zones/{id}", { path: { id: "z1" } })',
    };
    const base = { api: "demo", headers: [] };
    const list = {
      ...base,
      operation: "listZones",
      access: "read" as const,
      method: "GET",
      url: "https://api.example.com/zones",
    };
    const remove = {
      ...base,
      operation: "deleteZone",
      access: "delete" as const,
      method: "DELETE",
      url: "https://api.example.com/zones/z1",
    };
    await afterDeploying(version, (ledger) => {
      expect(ledger.continues(run)).toEqual({});
      expect(ledger.decideRequest(run, remove, true)).toMatchObject({ do: "pause" });
      const [paused] = ledger.pausedRuns(1);
      expect(paused).toMatchObject({ waiting: 1, requests: 2, code: run.code });
      const requests = (ledger.pausedRun(paused?.id ?? "", 9)?.requests ?? []).filter(
        ({ state }) => state === "pending",
      );
      expect(ledger.review(paused?.id ?? "", { do: "approve", requests })).toEqual({ ok: true, changed: 1 });
      const again = { ...run, runId: "rafter" };
      const replayed = ledger.decideRequest(again, list, false);
      expect(replayed).toMatchObject({ do: "replay", answer: { status: 200 } });
      const body = replayed.do === "replay" ? replayed.answer.body : undefined;
      expect(new TextDecoder().decode(body)).toBe('[{"id":"z1"}]');
      const decision = ledger.decideRequest(again, remove, true);
      const ticket = decision.do === "send" ? (decision.ticket ?? "") : "";
      expect([ledger.recordSent(ticket), ledger.recordSent(ticket)]).toEqual([true, false]);
    });
  },
);

it("asks again where whatever the code asks for was approved, without a word of what that is", async () => {
  await afterDeploying(
    7,
    (ledger) => {
      const [paused] = ledger.pausedRuns(1);
      expect(paused).toMatchObject({ state: "open", isAllowed: false });
      expect(ledger.pausedRun(paused?.id ?? "", 9)?.program).toBeUndefined();
      const choice = { do: "allow-program" as const, capabilities: "" };
      expect(ledger.review(paused?.id ?? "", choice)).toMatchObject({ ok: false });
    },
    "UPDATE continuations SET approve_all = 1",
  );
});

it("leaves a ledger as it was when a step of the new version fails", async () => {
  const stub = env.LEDGER.getByName(`migration fails ${Math.random()}`);
  await runInDurableObject(stub, (ledger, { storage }) => {
    const steps = [...migrations, "CREATE TABLE added (x INTEGER); INSERT INTO nowhere VALUES (1);"];
    expect(() => migrate(storage, steps)).toThrow();
    const tables = storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'added'").toArray();
    expect(tables).toEqual([]);
    migrate(storage);
    expect(ledger.size().runs).toBe(0);
  });
});

it("has a fixture of every version of the tables", () => {
  expect(versions.toSorted((a, b) => a - b)).toEqual(migrations.map((_, index) => index + 1));
});
