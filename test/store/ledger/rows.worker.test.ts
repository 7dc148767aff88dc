/** What a run costs in rows, which Durable Objects are billed by (docs/operations.md, "What it costs"). */
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { insertRecord, insertStart } from "../../../src/store/ledger/runs.ts";
import { record, start } from "./sample.ts";

/** Rows of a run that took longer than 250 ms: its beginning and its end, with all indexes. */
const counted = { ledgerRowsWritten: 11, ledgerRowsRead: 10 };

it("writes and reads no more rows for a run than operations are told", async () => {
  const stub = env.LEDGER.getByName("rows");
  await stub.endRun(record({ runId: "first" }), '"result"', 0);
  const rows = await runInDurableObject(stub, (_ledger, state) => {
    const rowsOf = { written: 0, read: 0 };
    const sql = new Proxy(state.storage.sql, {
      get(target, name) {
        if (name !== "exec") return Reflect.get(target, name) as unknown;
        return (query: string, ...bindings: unknown[]) => {
          const cursor = target.exec(query, ...bindings);
          const all = cursor.toArray();
          rowsOf.written += cursor.rowsWritten;
          rowsOf.read += cursor.rowsRead;
          return { toArray: () => all };
        };
      },
    });
    insertStart(sql, start({ runId: "second" }));
    insertRecord(sql, record({ runId: "second" }));
    return rowsOf;
  });
  expect(rows.written).toBeGreaterThan(0);
  // The result and a counter are two rows more, with their keys.
  expect(rows.written + 4).toBeLessThanOrEqual(counted.ledgerRowsWritten);
  expect(rows.read).toBeLessThanOrEqual(counted.ledgerRowsRead);
});
