/** A state whose databases this version cannot read is refused before anything starts. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { assertReadable, unreadStates } from "../../../src/cli/server/readable-state.ts";
import { migrations } from "../../../src/store/ledger/schema.ts";

const newest = migrations.length;
const ledger = (version: number) => (path: string) => {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE schema_version (version INTEGER NOT NULL)");
  database.prepare("INSERT INTO schema_version VALUES (?)").run(version);
  database.close();
};

it.each<[what: string, make: ((path: string) => void) | undefined, says: RegExp | undefined]>([
  ["no database", undefined, undefined],
  ["an empty file, as a crash leaves it", (path) => writeFileSync(path, ""), undefined],
  ["the newest ledger", ledger(newest), undefined],
  ["an older ledger", ledger(1), undefined],
  [
    "the ledger of a newer version",
    ledger(newest + 1),
    /^A newer version of isogate has written .*x\.sqlite: its ledger has version \d+/,
  ],
  [
    "text",
    (path) => writeFileSync(path, "x".repeat(8_192)),
    /^The database .*x\.sqlite cannot be read \(file is not a database\)/,
  ],
])("%s", async (_, make, says) => {
  const folder = mkdtempSync(join(tmpdir(), "isogate-readable-"));
  const objects = join(folder, "v3/do/isogate-Ledger");
  mkdirSync(objects, { recursive: true });
  make?.(join(objects, "x.sqlite"));
  const read = assertReadable(folder);
  if (says) await expect(read).rejects.toThrow(says);
  else await read;
});

it.each<[what: string, names: string[], says: RegExp | undefined]>([
  ["nothing", [], undefined],
  ["a state and one that was put aside", ["v3", "v3.before-2026-01-01"], undefined],
  [
    "only states that were put aside",
    ["v3.before-2026-01-01", "v3.before-2026-02-02"],
    /^There is no state in .*, but v3\.before-2026-02-02, .*rename it to v3\. .* move it to another folder\.$/,
  ],
])("with %s", async (_, names, says) => {
  const folder = mkdtempSync(join(tmpdir(), "isogate-readable-"));
  for (const name of names) mkdirSync(join(folder, name));
  const read = assertReadable(folder);
  if (says) await expect(read).rejects.toThrow(says);
  else await read;
});

it("names the states of older versions, and nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "isogate-readable-"));
  for (const name of ["v1", "v2", "v3", "v3.before-2026", "v2x", "v", "lock"]) mkdirSync(join(folder, name));
  expect(await unreadStates(folder)).toEqual(
    ["v1", "v2"].map((name) =>
      expect.stringMatching(
        new RegExp(`/${name} is the state of an older version .*Use that version for it, or delete it`),
      ),
    ),
  );
  expect(await unreadStates(join(folder, "none"))).toEqual([]);
});
