/** What a run costs in rows, which Durable Objects are billed by (docs/operations.md, "What it costs"). */
import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { insertLeaving } from "../../../src/store/ledger/leaving.ts";
import { insertRecord, insertStart } from "../../../src/store/ledger/runs.ts";
import { record, start } from "./sample.ts";

/** Rows of a run that took longer than 250 ms, its beginning and its end with all indexes; and of each write that leaves. */
const counted = { run: { written: 11, read: 10 }, write: { written: 4, read: 6 } };

it.for([0, 1])("of a run with %i writes are no more than operations are told", async (writes) => {
  const stub = env.LEDGER.getByName(`rows ${writes}`);
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
          return { toArray: () => all, one: () => all[0] };
        };
      },
    });
    const begun = start({ runId: "second" });
    insertStart(sql, begun);
    for (const request of record().requests.slice(0, writes)) insertLeaving(sql, begun, request);
    insertRecord(sql, record({ runId: "second" }));
    return rowsOf;
  });
  expect(rows.written).toBeGreaterThan(0);
  // The result and a counter are two rows more, with their keys.
  expect(rows.written + 4).toBeLessThanOrEqual(counted.run.written + writes * counted.write.written);
  expect(rows.read).toBeLessThanOrEqual(counted.run.read + writes * counted.write.read);
});
