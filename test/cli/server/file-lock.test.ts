/** A lock that several want at the same moment: one of them has it, always. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";

const lockModule = new URL("../../../src/cli/server/file-lock.ts", import.meta.url).href;
const workers = 4;
const rounds = 40;

/** All lock the file of each round at once, and let it go when each has said what it got. */
const contender = `
  const { workerData: { path, shared }, parentPort } = require("node:worker_threads");
  const come = (place) => {
    const count = new Int32Array(shared);
    if (Atomics.add(count, place, 1) === ${workers - 1}) Atomics.notify(count, place);
    for (let here; (here = Atomics.load(count, place)) < ${workers}; ) Atomics.wait(count, place, here);
  };
  import(${JSON.stringify(lockModule)}).then(async ({ lockFile, isHeld }) => {
    const got = [];
    for (let round = 0; round < ${rounds}; round++) {
      come(2 * round);
      const lock = await lockFile(path + round).catch((error) => {
        if (!isHeld(error)) throw error;
      });
      got.push(lock !== undefined);
      come(2 * round + 1);
      lock?.close();
    }
    parentPort.postMessage(got);
  });
`;

it("is one's, and no other's, of several at the same moment", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "isogate-lock-")), "lock.sqlite");
  const shared = new SharedArrayBuffer(2 * rounds * Int32Array.BYTES_PER_ELEMENT);
  const got = await Promise.all(
    Array.from(
      { length: workers },
      () =>
        new Promise<boolean[]>((resolve, reject) => {
          const worker = new Worker(contender, { eval: true, workerData: { path, shared } });
          worker.once("message", resolve).once("error", reject);
        }),
    ),
  );
  const holders = Array.from({ length: rounds }, (_, round) => got.filter((each) => each[round]).length);
  expect(holders).toEqual(holders.map(() => 1));
});
