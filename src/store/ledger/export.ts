/** A user's runs as JSON lines, oldest first: each line is one run with everything the ledger keeps of it. */
import { all } from "./rows.ts";

/** Runs per read; between two reads the ledger serves other calls. */
const runsPerRead = 100;

/** The lines as a stream of bytes. Runs that begin after the call may be missing. */
export function exportRuns(sql: SqlStorage): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const query = "SELECT at, record FROM run_records WHERE at > ? ORDER BY at LIMIT ?";
  let last = 0;
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const rows = all<{ at: number; record: string }>(sql, query, last, runsPerRead);
      if (rows.length > 0) {
        controller.enqueue(encoder.encode(rows.map(({ record }) => `${record}\n`).join("")));
        last = rows.at(-1)!.at;
      }
      if (rows.length < runsPerRead) {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
}
