/** A state is opened with the secret that it was sealed with, or not at all: no other one, and no new one instead. */
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  fingerprintFile,
  foundSecret,
  keepFingerprint,
  localSecret,
  secretHere,
} from "../../../src/cli/server/local-secret.ts";

let home: string;
const fileOf = () => join(home, "secret");
const given = (secret: string | undefined) => vi.stubEnv("ISOGATE_SECRET", secret);
const [one, other] = ["1".repeat(40), "2".repeat(40)];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "isogate-secret-"));
  given(undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

it("makes one for its owner only, and finds it again", async () => {
  expect(await foundSecret(home)).toBeUndefined();
  await expect(secretHere(home)).rejects.toThrow(/has no secret: ISOGATE_SECRET is not set/);
  const made = await localSecret(home);
  expect(made.length).toBeGreaterThanOrEqual(40);
  expect((await stat(fileOf())).mode & 0o777).toBe(0o600);
  await chmod(fileOf(), 0o644);
  for (const again of [localSecret, secretHere]) expect(await again(home)).toBe(made);
  expect((await stat(fileOf())).mode & 0o777).toBe(0o600);
});

it("takes that of the environment, of its file too, and makes none then", async () => {
  given(one);
  expect(await localSecret(home)).toBe(one);
  given(undefined);
  await writeFile(join(home, "elsewhere"), `${other}\n`);
  vi.stubEnv("ISOGATE_SECRET_FILE", join(home, "elsewhere"));
  expect(await localSecret(home)).toBe(other);
  await expect(stat(fileOf())).rejects.toThrow("ENOENT");
});

describe("a state that was sealed", () => {
  beforeEach(async () => {
    await keepFingerprint(join(home, "state"), one);
    expect(await readFile(join(home, "state", fingerprintFile), "utf8")).not.toContain(one.slice(0, 8));
  });

  it.each<[what: string, set: () => unknown, says: RegExp]>([
    ["without a secret", () => {}, /sealed with a secret that is not here: .*no file .*secret\. Set/],
    ["with another file", () => writeFile(fileOf(), other), /another secret than that of .*\/secret\. Set/],
    ["with another ISOGATE_SECRET", () => given(other), /another secret than that of ISOGATE_SECRET\. Set/],
    ["with a short file", () => writeFile(fileOf(), "short"), /the secret has 5 characters; it needs 32/],
    ["with a short ISOGATE_SECRET", () => given("short"), /ISOGATE_SECRET is set, and .* 5 characters/],
  ])("is not opened %s, and nothing is made", async (_what, set, says) => {
    await set();
    const before = await readFile(fileOf(), "utf8").catch(() => undefined);
    for (const open of [localSecret, secretHere, foundSecret]) await expect(open(home)).rejects.toThrow(says);
    expect(await readFile(fileOf(), "utf8").catch(() => undefined)).toBe(before);
  });

  it("is opened with its own, wherever that is, and not sealed with another one", async () => {
    given(one);
    for (const open of [localSecret, secretHere]) expect(await open(home)).toBe(one);
    given(undefined);
    await writeFile(fileOf(), `${one}\n`, { mode: 0o644 });
    for (const open of [localSecret, secretHere]) expect(await open(home)).toBe(one);
    await keepFingerprint(join(home, "state"), one);
    await expect(keepFingerprint(join(home, "state"), other)).rejects.toThrow("another secret");
  });

  it("takes another one when its operator says so", async () => {
    given(other);
    const said = await foundSecret(home).catch((error: Error) => error.message);
    await rm(/delete (\S+):/.exec(String(said))?.[1] ?? "");
    expect(await localSecret(home)).toBe(other);
    await keepFingerprint(join(home, "state"), other);
    expect(await secretHere(home)).toBe(other);
  });
});
