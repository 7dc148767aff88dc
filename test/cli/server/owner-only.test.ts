import { chmod, mkdir, mkdtemp, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tighten } from "../../../src/cli/server/owner-only.ts";

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

it("tightens a folder of an earlier version, at every depth, and nothing outside", async () => {
  const base = await mkdtemp(join(tmpdir(), "isogate-owner-"));
  const outside = join(base, "outside");
  const home = join(base, "home");
  const deep = join(home, "state/v3/do");
  await mkdir(deep, { recursive: true });
  const files = [join(home, "secret"), join(deep, "ledger.sqlite"), join(deep, ".hidden")];
  for (const path of [outside, ...files]) {
    await writeFile(path, "x");
    await chmod(path, 0o666);
  }
  for (const path of [home, join(home, "state"), deep]) await chmod(path, 0o777);
  await symlink(outside, join(home, "link"));
  await tighten(home);
  for (const path of files) expect([path, await modeOf(path)]).toEqual([path, "600"]);
  for (const path of [home, join(home, "state"), join(home, "state/v3"), deep])
    expect([path, await modeOf(path)]).toEqual([path, "700"]);
  expect(await modeOf(outside)).toBe("666");
});

it("makes a folder that only its owner reads", async () => {
  const folder = join(await mkdtemp(join(tmpdir(), "isogate-owner-")), "a/b");
  await tighten(folder);
  expect([await modeOf(folder), await readdir(folder)]).toEqual(["700", []]);
});
