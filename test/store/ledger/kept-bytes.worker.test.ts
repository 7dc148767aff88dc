/** What is too long for a row: whole results and files, how long they stay, and that nothing of them is left behind. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { keepFile, listFiles, readFile, removeExpiredFiles } from "../../../src/store/ledger/files.ts";
import {
  madeFileAgeMs,
  maxKeptResultBytes,
  maxRowBytes,
  uploadAgeMs,
} from "../../../src/store/ledger/limits.ts";
import { keepResult, readResult } from "../../../src/store/ledger/results.ts";

let ledgers = 0;
const inLedger = <T>(work: (sql: SqlStorage) => T) =>
  runInDurableObject(env.LEDGER.getByName(`kept ${(ledgers += 1)}`), (_ledger, { storage }) =>
    work(storage.sql),
  );

const owners = (sql: SqlStorage) =>
  sql
    .exec<{ owner: string }>("SELECT DISTINCT owner FROM parts ORDER BY owner")
    .toArray()
    .map(({ owner }) => owner);

it.for([0, 1, maxRowBytes - 1, maxRowBytes, maxRowBytes + 1, 3 * maxRowBytes])(
  "a file of %i bytes comes back as it was",
  async (bytes) => {
    await inLedger((sql) => {
      const content = new Uint8Array(bytes).map((_, at) => at % 251);
      const kept = keepFile(sql, { name: "a.bin", type: "", content }, 1_000);
      const read = kept.ok ? readFile(sql, kept.file.id, 1_000) : undefined;
      expect(read?.content.byteLength).toBe(bytes);
      expect(Buffer.from(read?.content ?? []).equals(Buffer.from(content))).toBe(true);
    });
  },
);

it.for([
  ["a result that fits into a row", "x".repeat(maxRowBytes)],
  ["one byte more", "x".repeat(maxRowBytes + 1)],
  ["characters of several bytes across rows", "€".repeat(maxRowBytes)],
] as const)("comes back as it was: %s", async ([, result]) => {
  await inLedger((sql) => {
    keepResult(sql, "r1", result, 1_000);
    keepResult(sql, "r1", result, 1_000);
    expect(readResult(sql, "r1", 1_000) === result).toBe(true);
  });
});

it("the newest results stay within their bytes, and the last one in any case", async () => {
  await inLedger((sql) => {
    const large = "x".repeat(maxKeptResultBytes / 2);
    for (const run of ["r1", "r2", "r3"]) keepResult(sql, run, large, 1_000);
    expect(["r1", "r2", "r3"].map((run) => readResult(sql, run, 1_000)?.length)).toEqual([
      undefined,
      large.length,
      large.length,
    ]);
    expect(owners(sql)).toEqual(["result:r2", "result:r3"]);
    keepResult(sql, "r4", "x".repeat(maxKeptResultBytes + 1), 1_001);
    expect(owners(sql)).toEqual(["result:r4"]);
  });
});

it("files end when their time is over, those of runs after a day, and leave nothing behind", async () => {
  await inLedger((sql) => {
    const content = new Uint8Array(10);
    const made = keepFile(sql, { name: "made", type: "", content, run: "r1" }, 1_000);
    keepFile(sql, { name: "uploaded", type: "", content }, 1_000);
    const names = (nowMs: number) => listFiles(sql, nowMs).map(({ name }) => name);
    expect(names(1_000 + madeFileAgeMs - 1).toSorted()).toEqual(["made", "uploaded"]);
    expect(names(1_000 + madeFileAgeMs)).toEqual(["uploaded"]);
    expect(made.ok && readFile(sql, made.file.id, 1_000 + madeFileAgeMs)).toBeUndefined();
    expect(names(1_000 + uploadAgeMs)).toEqual([]);
    expect(owners(sql)).toHaveLength(2);
    removeExpiredFiles(sql, 1_000 + uploadAgeMs);
    expect(owners(sql)).toEqual([]);
  });
});
