/** A user's runs as JSON lines: one run with everything that is kept of it on each line, oldest first. */

/** Runs read at once; between two reads the ledger serves others. */
const runsPerRead = 100;

/** The lines as a stream of bytes. Runs that begin after the call may or may not be in it. */
export function exportRuns(sql: SqlStorage): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let last = 0;
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const rows = sql
        .exec<{ at: number; record: string }>(
          "SELECT at, record FROM run_records WHERE at > ? ORDER BY at LIMIT ?",
          last,
          runsPerRead,
        )
        .toArray();
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
