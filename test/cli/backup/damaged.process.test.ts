/**
 * A backup that lost a byte or has another one: it is refused before anything is replaced, unless what is restored is all the
 * same. Also unpacked, as some stores and tools keep it: then no checksum of gzip finds anything.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { create, extract } from "tar";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "isogate-damaged-"));
const home = join(folder, "home");
const file = join(folder, "backup.tar.gz");
const given = join(folder, "given.tar");
const objects = join(home, "state/v3/do/isogate-Ledger");

let restore: (args: string[]) => Promise<number>;
let whole: Buffer;
let before: Record<string, string>;

/** What a server would find. */
function found(): Record<string, string> {
  const all = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = all.map((entry) => relative(home, join(entry.parentPath, entry.name)));
  const served = paths.filter((path) => /^(?:state\/v3\/.*\.sqlite|secret)$/.test(path)).sort();
  return Object.fromEntries(served.map((path) => [path, readFileSync(join(home, path), "latin1")]));
}

beforeAll(async () => {
  vi.stubEnv("ISOGATE_HOME", home);
  mkdirSync(objects, { recursive: true });
  for (const name of ["one", "two"]) {
    const database = new DatabaseSync(join(objects, `${name}.sqlite`));
    database.exec(
      `CREATE TABLE words (word TEXT); INSERT INTO words VALUES ('${"of a grant ".repeat(400)}')`,
    );
    database.close();
  }
  writeFileSync(join(home, "secret"), "a-secret-of-more-than-32-characters-0123456789");
  const { run } = await import("../../../src/cli/backup/backup.ts");
  ({ run: restore } = await import("../../../src/cli/backup/restore.ts"));
  await run([file]);
  whole = gunzipSync(readFileSync(file));
  await restore([file, "--replace"]);
  before = found();
});
const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
});
afterEach(() => vi.restoreAllMocks());

/** @returns the message of the refusal; undefined if it was restored */
async function refusalOf(bytes: Uint8Array): Promise<string | undefined> {
  writeFileSync(given, bytes);
  return restore([given, "--replace"]).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

function flipped(at: number, bits = 1): Buffer {
  const other = Buffer.from(whole);
  other[at] = other[at]! ^ bits;
  return other;
}

/** Every so many bytes, a number that meets headers, contents and what fills them up. */
const places = (step: number) =>
  Array.from({ length: Math.floor(whole.length / step) }, (_, index) => index * step);

it("is restored as it was, packed and unpacked", async () => {
  expect(Object.keys(before)).toHaveLength(3);
  for (const bytes of [whole, gzipSync(whole)]) {
    expect(await refusalOf(bytes)).toBeUndefined();
    expect(found()).toEqual(before);
    expect(printed.join("\n")).toMatch(/2 databases/);
    expect(printed.join("\n")).not.toMatch(/checksums/);
  }
});

describe("with another byte", () => {
  it.each([1, 0x20, 0xff])("(bits %i) is refused, or no other state comes of it", async (bits) => {
    let refused = 0;
    for (const at of places(389)) {
      refused += (await refusalOf(flipped(at, bits))) === undefined ? 0 : 1;
      expect(found(), `byte ${at}`).toEqual(before);
    }
    expect(refused).toBeGreaterThan(40);
  });

  it("in what it says of itself is refused", async () => {
    const start = whole.indexOf('{"format"');
    const end = whole.indexOf(0, start);
    const version = whole.indexOf('"version":"', start) + '"version":"'.length;
    for (let at = start; at < end; at++) {
      if (at >= version && at < whole.indexOf('"', version)) continue;
      expect(await refusalOf(flipped(at)), `byte ${at}`).toMatch(/is damaged|cannot read/);
      expect(found()).toEqual(before);
    }
  });

  it("in the middle of a value names the file", async () => {
    const at = whole.indexOf("of a grant of a grant") + 3;
    expect(await refusalOf(flipped(at))).toMatch(
      /given\.tar is damaged: state\/v3\/do\/.*\.sqlite is not as it was when the backup was written\. Copy/,
    );
    expect(await refusalOf(flipped(whole.indexOf("a-secret-of")))).toMatch(/damaged: secret is not/);
  });
});

it("cut anywhere is refused, or no other state comes of it", async () => {
  for (const length of [...places(701), ...places(512)]) {
    const refusal = await refusalOf(whole.subarray(0, length));
    expect(found(), `${length} bytes`).toEqual(before);
    // Only what fills up the end may be gone.
    if (whole.subarray(length).some((byte) => byte !== 0)) expect(refusal).toBeDefined();
  }
});

it("with a file more, or of another name, is refused", async () => {
  const at = join(folder, "laid-out");
  mkdirSync(at);
  await extract({ file, cwd: at });
  const more = "state/v3/do/isogate-Ledger/three.sqlite";
  writeFileSync(join(at, more), readFileSync(join(at, "state/v3/do/isogate-Ledger/two.sqlite")));
  await create({ cwd: at, file: given }, ["backup.json", "state", "secret"]);
  expect(await refusalOf(readFileSync(given))).toContain(`${more} is not as it was`);
  expect(found()).toEqual(before);
});

it("of a version that kept no checksums is restored, and that is said", async () => {
  const at = join(folder, "older");
  mkdirSync(at);
  await extract({ file, cwd: at });
  writeFileSync(join(at, "backup.json"), '{"format":1,"version":"0.0.9"}');
  await create({ cwd: at, file: given }, ["backup.json", "state", "secret"]);
  expect(await refusalOf(readFileSync(given))).toBeUndefined();
  expect(found()).toEqual(before);
  expect(printed.join("\n")).toMatch(/isogate 0\.0\.9, which kept no checksums/);
  writeFileSync(join(at, "backup.json"), '{"format":3,"version":"9.0.0"}');
  await create({ cwd: at, file: given }, ["backup.json", "state", "secret"]);
  expect(await refusalOf(readFileSync(given))).toMatch(/isogate 9\.0\.0, whose backups/);
  expect(existsSync(join(home, "state/.restored"))).toBe(false);
});
