/** The ledger, and a way to fill it that is quicker than running code. */
import { recordOf, startOf } from "../../src/terms/record.ts";
import type { SandboxOutcome } from "../../src/terms/outcome.ts";
import { Ledger } from "../../src/store/ledger/ledger.ts";
import { interrupt } from "../../src/store/ledger/leaving.ts";
import { silentAfterMs } from "../../src/store/ledger/limits.ts";
import { insertRecord } from "../../src/store/ledger/runs.ts";

const operations = ["listZones", "getZone", "createRecord", "deleteRecord", "listRecords"];
const base = Date.UTC(2026, 0, 1);
const ok: SandboxOutcome = { ok: true, result: "[]", logs: [], notes: [] };
const denied: SandboxOutcome = { ok: false, logs: [], failure: { kind: "denied", rule: "r", message: "no" } };

export class FilledLedger extends Ledger {
  /**
   * Adds so many runs of different kinds, from a number on.
   * @param firstAtMs when run 0 began, in milliseconds since the epoch; each other a second after the one before
   */
  fill(from: number, count: number, firstAtMs = base): void {
    this.ctx.storage.transactionSync(() => {
      for (let n = from; n < from + count; n += 1) this.#add(n, firstAtMs);
    });
  }

  /** As if a run had begun long ago and nobody had heard of it since. */
  lose(runId: string): void {
    interrupt(this.ctx.storage.sql, (run) => run !== runId, Date.now() + silentAfterMs, 0);
  }

  #add(n: number, firstAtMs: number): void {
    const operation = operations[n % operations.length]!;
    const isSearch = n % 3 === 0;
    const start = startOf({
      runId: `r${n}`,
      startedAtMs: firstAtMs + n * 1_000,
      tool: isSearch ? "search" : "execute",
      code: `const { data } = await apis.demo.call("${operation}", { path: { id: ${n} } });\nreturn data.result.map((zone) => ({ name: zone.name, kind: "number${n % 97}" }));`,
      client: { id: "bench", name: "Claude" },
      access: { demo: ["read"] },
    });
    const request = {
      api: n % 2 === 0 ? "demo" : "dns",
      method: "GET",
      url: `https://api.example.com/v1/${operation}/${n}`,
      operation,
      outcome: "answered" as const,
      status: 200,
      durationMs: 12,
      bytesUp: 0,
      bytesDown: 900,
      rule: "granted: read",
    };
    insertRecord(
      this.ctx.storage.sql,
      recordOf(start, 40, n % 50 === 7 ? denied : ok, isSearch ? [] : [request]),
    );
  }
}
