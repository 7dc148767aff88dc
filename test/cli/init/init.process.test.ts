/** `isogate init`: a project that works at once, and nothing overwritten. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { version } from "../../../src/cli/places.ts";

const project = join(import.meta.dirname, "../../..");
let all: string;
beforeAll(async () => {
  all = await mkdtemp(join(tmpdir(), "isogate-init-"));
});
afterAll(() => rm(all, { recursive: true, force: true }));

const isogate = (cwd: string, ...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(
      process.execPath,
      [join(project, "src/cli/main.ts"), ...args],
      { cwd, env: { ...process.env, ISOGATE_HOME: join(all, "home") } },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

it("makes a project whose checks pass, in a folder with nothing but a repository too", async () => {
  const folder = join(all, "My Gateway");
  await mkdir(join(folder, ".git"), { recursive: true });
  expect(await isogate(all, "init", "My Gateway")).toMatchObject({ code: 0, err: "" });
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as object;
  expect(manifest).toMatchObject({ name: "my-gateway", dependencies: { isogate: `^${version}` } });
  expect((await readFile(join(folder, "README.md"), "utf8")).split("\n").length).toBeLessThanOrEqual(10);
  const specs = ["--specs", "specs"];
  expect(await isogate(folder, "policy", "--check", "policy.md", ...specs)).toMatchObject({
    code: 0,
    err: "",
  });
  expect(await isogate(folder, "api", "check", ...specs)).toMatchObject({ code: 0, err: "" });
});

it("writes nothing into a folder that is not empty, over a file, or for two names", async () => {
  const full = join(all, "full");
  await mkdir(full);
  await writeFile(join(full, "mine.txt"), "mine");
  const refused: [args: string[], says: string][] = [
    [["full"], "full is not empty: it has mine.txt. Nothing was written. Name a new folder:"],
    [["full/mine.txt"], "full/mine.txt is a file. Nothing was written. Name a new folder:"],
    [["one", "two"], "takes one folder; there is also two"],
  ];
  for (const [args, says] of refused)
    expect(await isogate(all, "init", ...args)).toMatchObject({
      code: 1,
      err: expect.stringContaining(says) as string,
    });
  expect(await readdir(full)).toEqual(["mine.txt"]);
  expect((await readdir(all)).includes("one")).toBe(false);
});
